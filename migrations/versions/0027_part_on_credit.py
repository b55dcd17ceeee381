"""Keep how much of an order was paid on credit: a printed receipt needs a stamp for the rest only."""

import sqlalchemy as sa
from alembic import op

from portal.payments.rules.methods import PaymentClass, classify

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order", sa.Column("received_by_card", sa.Integer(), nullable=False, server_default="0"))
    order = sa.table("order", sa.column("id", sa.Uuid()), sa.column("received_by_card"))
    row = sa.table(
        "money_movement", sa.column("order_id", sa.Uuid()), *map(sa.column, ("kind", "amount", "means", "withdrawn_at"))
    )
    connection, paid = op.get_bind(), {}
    live = sa.select(row.c.order_id, row.c.amount, row.c.means).where(row.c.kind == "payment", row.c.withdrawn_at.is_(None))
    for order_id, amount, means in connection.execute(live):
        if classify(means) is PaymentClass.CARD:
            paid[order_id] = paid.get(order_id, 0) + amount
    for order_id, amount in paid.items():
        connection.execute(order.update().where(order.c.id == order_id).values(received_by_card=amount))


def downgrade() -> None:
    op.drop_column("order", "received_by_card")
