"""Note which proofs of an order open its parcel only: those of who may have read name and code there."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Sessions last twelve hours; those that are open go on as they began.
    op.add_column('session_order', sa.Column('parcel_only', sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column('session_order', 'parcel_only')
