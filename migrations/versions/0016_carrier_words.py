"""Keep a shop's own words for carriers."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('shop', sa.Column('carrier_words', sa.JSON(), nullable=False, server_default='{}'))


def downgrade() -> None:
    op.drop_column('shop', 'carrier_words')
