"""Keep the words of order states that are not understood, and what a shop says they mean."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('order', sa.Column('status_words', sa.String(length=40), nullable=False, server_default=''))
    op.add_column('shop', sa.Column('status_words', sa.JSON(), nullable=False, server_default='{}'))


def downgrade() -> None:
    op.drop_column('shop', 'status_words')
    op.drop_column('order', 'status_words')
