"""Let a shop say that the delivery note of a present carries amounts; until then it does not."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shop", sa.Column("gift_amounts", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("shop", "gift_amounts")
