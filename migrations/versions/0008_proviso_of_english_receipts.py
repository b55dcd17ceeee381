"""Let a shop say in English what its receipts are for."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The standing default 「お品代として」 in English; a shop that has words of its own says them itself.
    op.add_column('shop', sa.Column('proviso_en', sa.String(length=100), nullable=False, server_default='goods purchased'))


def downgrade() -> None:
    op.drop_column('shop', 'proviso_en')
