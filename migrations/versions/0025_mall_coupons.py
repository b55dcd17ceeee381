"""Tell coupons that the mall bears from the shop's own: they are a means of payment, and the taxable base stays."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order", sa.Column("mall_coupon", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("order", "mall_coupon")
