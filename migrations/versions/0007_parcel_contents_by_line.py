"""Index that finds the contents of parcels by the order's line."""

from alembic import op

from migrations.indexes import create_while_others_write

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_while_others_write('ix_shipment_item_order_line_id', 'shipment_item', ['order_line_id'])


def downgrade() -> None:
    op.drop_index('ix_shipment_item_order_line_id', table_name='shipment_item')
