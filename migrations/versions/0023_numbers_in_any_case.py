"""Find a subscription's number in any case: the codes of its orders, which begin with it, have none."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_subscription_number_key", "subscription", ["shop_id", sa.text("upper(number)")])


def downgrade() -> None:
    op.drop_index("ix_subscription_number_key", table_name="subscription")
