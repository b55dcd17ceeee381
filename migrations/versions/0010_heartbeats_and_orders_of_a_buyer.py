"""Heartbeats of worker and scheduler; indexes for the orders of a buyer and of a subscription."""

import sqlalchemy as sa
from alembic import op

from migrations.indexes import create_while_others_write

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'heartbeat',
        sa.Column('part', sa.String(length=20), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('part', name=op.f('pk_heartbeat')),
    )
    create_while_others_write(
        'ix_order_shop_id_email_key_ordered_at', 'order', ['shop_id', 'email_key', 'ordered_at']
    )
    create_while_others_write(
        'ix_order_shop_id_subscription_id', 'order', ['shop_id', 'subscription_id', 'ordered_at', 'id']
    )
    create_while_others_write('ix_shipment_shop_id_shipped_on', 'shipment', ['shop_id', 'shipped_on'])
    op.drop_index('ix_order_shop_id_email_key', table_name='order')


def downgrade() -> None:
    op.drop_index('ix_shipment_shop_id_shipped_on', table_name='shipment')
    op.create_index('ix_order_shop_id_email_key', 'order', ['shop_id', 'email_key'])
    op.drop_index('ix_order_shop_id_subscription_id', table_name='order')
    op.drop_index('ix_order_shop_id_email_key_ordered_at', table_name='order')
    op.drop_table('heartbeat')
