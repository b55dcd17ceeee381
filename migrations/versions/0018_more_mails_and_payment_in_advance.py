"""Mails about cancellations, attempts and requests, off until a shop turns them on; account and days of prepayments."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

SINCE = ('tells_cancellations_since', 'tells_attempts_since', 'tells_requests_since')


def upgrade() -> None:
    for column in SINCE:
        op.add_column('shop', sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.add_column('shop', sa.Column('prepay_account', sa.Text(), nullable=False, server_default=''))
    op.add_column('shop', sa.Column('prepay_days', sa.Integer(), nullable=True))


def downgrade() -> None:
    for column in ('prepay_days', 'prepay_account', *reversed(SINCE)):
        op.drop_column('shop', column)
