"""Mark orders whose buyer's name, e-mail or phone cannot be used; turn names round where a shop says so.

Marks of the orders that are here already are set where SQL can tell: damaged names and addresses without a key. The
rest follow with the next import of the order.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INDEX = "ix_order_shop_id_unusable"


def upgrade() -> None:
    op.add_column("shop", sa.Column("given_first", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("order", sa.Column("unusable", sa.String(length=20), nullable=False, server_default=""))
    order = sa.table("order", sa.column("unusable"), *map(sa.column, ("buyer_name", "email", "email_key")))
    is_damaged = sa.or_(*(order.c.buyer_name.contains(sign) for sign in ("〓", "\ufffd", "&#")))
    has_no_key = sa.and_(order.c.email.contains("@"), order.c.email_key == "")
    op.execute(order.update().where(has_no_key).values(unusable="email"))
    both = sa.case((order.c.unusable == "email", "name,email"), else_="name")
    op.execute(order.update().where(is_damaged).values(unusable=both))
    where = sa.text("unusable <> ''")
    op.create_index(INDEX, "order", ["shop_id", "ordered_at"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index(INDEX, table_name="order")
    op.drop_column("order", "unusable")
    op.drop_column("shop", "given_first")
