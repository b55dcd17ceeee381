"""Let a shop say that the prices of its subscriptions are kept without tax, so that they follow a change of rate."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscription_rules", sa.Column("keeps_net", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("subscription_rules", "keeps_net")
