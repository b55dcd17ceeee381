"""Keep why a line bears no tax, which its papers name: tax-exempt, exported, or outside the scope of tax."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_line", sa.Column("untaxed", sa.String(length=7), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("order_line", "untaxed")
