"""Payments and refunds as rows of an order; what a file said was refunded becomes the first of them.

The rates of those refunds are not known, so the buyer is still sent to the shop for a receipt, as before.
"""

import sqlalchemy as sa
import uuid_utils.compat
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

AT_ONCE = 1000


def upgrade() -> None:
    movement = op.create_table(
        "money_movement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("rates", sa.JSON(), nullable=False),
        sa.Column("means", sa.String(length=100), nullable=False),
        sa.Column("goods", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=5), nullable=False),
        sa.Column("entry_key", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name="fk_money_movement_order_id"),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name="fk_money_movement_shop_id"),
        sa.PrimaryKeyConstraint("id", name="pk_money_movement"),
        sa.UniqueConstraint("shop_id", "entry_key", name="uq_money_movement_shop_id_entry_key"),
    )
    op.create_index("ix_money_movement_order_id", "money_movement", ["order_id"])
    op.add_column("order", sa.Column("payment_said", sa.String(length=10), nullable=False, server_default="unknown"))
    op.add_column("order", sa.Column("refunded_rates", sa.JSON(), nullable=False, server_default="{}"))
    order = sa.table(
        "order",
        *map(sa.column, ("payment_state", "payment_said", "refunded")),
        *(sa.column(name, sa.Uuid()) for name in ("id", "shop_id")),
        sa.column("updated_at", sa.DateTime(timezone=True)),
    )
    op.execute(order.update().where(order.c.payment_state != "unknown").values(payment_said=order.c.payment_state))
    known = sa.select(order.c.id, order.c.shop_id, order.c.refunded, order.c.updated_at).where(order.c.refunded > 0)
    connection = op.get_bind()
    for rows in connection.execute(known).partitions(AT_ONCE):
        connection.execute(movement.insert(), [_refund(row) for row in rows])


def _refund(row: sa.Row) -> dict[str, object]:
    key = uuid_utils.compat.uuid7()
    return {
        "id": key, "shop_id": row.shop_id, "order_id": row.id, "kind": "refund", "amount": row.refunded,
        "moved_on": row.updated_at.date(), "rates": {}, "means": "", "goods": "", "reason": "", "source": "file",
        "entry_key": key.hex, "actor": "system", "created_at": row.updated_at, "withdrawn_by": "",
    }


def downgrade() -> None:
    op.drop_column("order", "refunded_rates")
    op.drop_column("order", "payment_said")
    op.drop_table("money_movement")
