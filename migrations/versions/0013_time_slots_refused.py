"""Let a shop take time slots away, and keep since when a subscription needs attention."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

# What was marked before is dated by the record of who marked it, or else by when the subscription came.
DATED = """
UPDATE subscription SET attention_since = coalesce(
  (SELECT max(e.at) FROM audit_entry e WHERE e.shop_id = subscription.shop_id AND e.subject_type = 'subscription'
   AND e.subject_id = subscription.id AND e.action = 'subscription.flagged'), created_at)
WHERE needs_attention
"""


def upgrade() -> None:
    op.add_column('subscription_rules', sa.Column('time_slots_refused', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('subscription', sa.Column('attention_since', sa.DateTime(timezone=True), nullable=True))
    op.execute(DATED)


def downgrade() -> None:
    op.drop_column('subscription', 'attention_since')
    op.drop_column('subscription_rules', 'time_slots_refused')
