"""Keep what a file says of a payment that is not understood, and what it says was given back; let shops teach words."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('order', sa.Column('payment_state_words', sa.String(length=40), nullable=False, server_default=''))
    op.add_column('order', sa.Column('refunded', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('shop', sa.Column('payment_state_words', sa.JSON(), nullable=False, server_default='{}'))


def downgrade() -> None:
    op.drop_column('shop', 'payment_state_words')
    op.drop_column('order', 'refunded')
    op.drop_column('order', 'payment_state_words')
