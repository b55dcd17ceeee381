"""Keep what a shop answers itself to who gives the receipt of a payment."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('shop', sa.Column('receipt_answers', sa.JSON(), nullable=False, server_default='{}'))


def downgrade() -> None:
    op.drop_column('shop', 'receipt_answers')
