"""Keep the sum of the payments that were entered for an order: its receipts come to no more than was received."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order", sa.Column("received", sa.Integer(), nullable=False, server_default="0"))
    order = sa.table("order", *map(sa.column, ("id", "received")))
    row = sa.table("money_movement", *map(sa.column, ("order_id", "kind", "amount", "withdrawn_at")))
    live = sa.and_(row.c.order_id == order.c.id, row.c.kind == "payment", row.c.withdrawn_at.is_(None))
    paid = sa.select(sa.func.coalesce(sa.func.sum(row.c.amount), 0)).where(live).scalar_subquery()
    has_any = sa.exists(sa.select(row.c.order_id).where(row.c.order_id == order.c.id))
    op.execute(order.update().where(has_any).values(received=paid))


def downgrade() -> None:
    op.drop_column("order", "received")
