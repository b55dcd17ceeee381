"""Note which proofs of an order open its parcel only, and when a buyer took a request back."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Sessions last twelve hours; those that are open go on as they began.
    op.add_column('session_order', sa.Column('parcel_only', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('buyer_request', sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('buyer_request', 'withdrawn_at')
    op.drop_column('session_order', 'parcel_only')
