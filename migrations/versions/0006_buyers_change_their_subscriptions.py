"""Buyers' changes of their subscriptions: offered items, card registrations, change receipts, new columns."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('offered_item',
    sa.Column('product_code', sa.String(length=100), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.Column('tax_rate', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('shop_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['shop_id'], ['shop.id'], name=op.f('fk_offered_item_shop_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offered_item')),
    sa.UniqueConstraint('shop_id', 'product_code', name=op.f('uq_offered_item_shop_id_product_code'))
    )
    op.create_table('card_registration',
    sa.Column('subscription_id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('email_key', sa.String(length=254), nullable=False),
    sa.Column('gateway', sa.String(length=10), nullable=False),
    sa.Column('reference', sa.String(length=255), nullable=False),
    sa.Column('pays_it', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('reason', sa.String(length=100), nullable=False),
    sa.Column('card_id', sa.Uuid(), nullable=True),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('shop_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("state IN ('open', 'verified', 'refused', 'given_up')", name=op.f('ck_card_registration_state')),
    sa.ForeignKeyConstraint(['card_id'], ['card.id'], name=op.f('fk_card_registration_card_id')),
    sa.ForeignKeyConstraint(['order_id'], ['order.id'], name=op.f('fk_card_registration_order_id')),
    sa.ForeignKeyConstraint(['shop_id'], ['shop.id'], name=op.f('fk_card_registration_shop_id')),
    sa.ForeignKeyConstraint(['subscription_id'], ['subscription.id'], name=op.f('fk_card_registration_subscription_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card_registration')),
    sa.UniqueConstraint('gateway', 'reference', name=op.f('uq_card_registration_gateway_reference'))
    )
    with op.batch_alter_table('card_registration', schema=None) as batch_op:
        batch_op.create_index('ix_card_registration_open', ['started_at'], unique=False, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.create_index('ix_card_registration_subscription_id', ['subscription_id', 'started_at'], unique=False)

    op.create_table('subscription_change',
    sa.Column('subscription_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('outcome', sa.String(length=9), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=True),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shop_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("outcome IN ('done', 'requested')", name=op.f('ck_subscription_change_outcome')),
    sa.ForeignKeyConstraint(['request_id'], ['buyer_request.id'], name=op.f('fk_subscription_change_request_id')),
    sa.ForeignKeyConstraint(['shop_id'], ['shop.id'], name=op.f('fk_subscription_change_shop_id')),
    sa.ForeignKeyConstraint(['subscription_id'], ['subscription.id'], name=op.f('fk_subscription_change_subscription_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription_change')),
    sa.UniqueConstraint('shop_id', 'number', name=op.f('uq_subscription_change_shop_id_number'))
    )
    with op.batch_alter_table('subscription_change', schema=None) as batch_op:
        batch_op.create_index('ix_subscription_change_subscription_id', ['subscription_id', 'at'], unique=False)

    with op.batch_alter_table('buyer_request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('subscription_id', sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f('ix_buyer_request_subscription_id'), ['subscription_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_buyer_request_subscription_id'), 'subscription', ['subscription_id'], ['id'])

    with op.batch_alter_table('login_code', schema=None) as batch_op:
        # All earlier codes were for a second step.
        batch_op.add_column(sa.Column('for_new_address', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('login_code', schema=None) as batch_op:
        batch_op.alter_column('for_new_address', server_default=None)

    with op.batch_alter_table('subscription_rules', schema=None) as batch_op:
        # Existing shops have no fees of their own.
        batch_op.add_column(sa.Column('shipping_fees', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('payment_fees', sa.JSON(), nullable=False, server_default='{}'))
    with op.batch_alter_table('subscription_rules', schema=None) as batch_op:
        batch_op.alter_column('shipping_fees', server_default=None)
        batch_op.alter_column('payment_fees', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('login_code', schema=None) as batch_op:
        batch_op.drop_column('for_new_address')

    with op.batch_alter_table('subscription_rules', schema=None) as batch_op:
        batch_op.drop_column('payment_fees')
        batch_op.drop_column('shipping_fees')

    with op.batch_alter_table('buyer_request', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_buyer_request_subscription_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_buyer_request_subscription_id'))
        batch_op.drop_column('subscription_id')

    with op.batch_alter_table('subscription_change', schema=None) as batch_op:
        batch_op.drop_index('ix_subscription_change_subscription_id')

    op.drop_table('subscription_change')
    with op.batch_alter_table('card_registration', schema=None) as batch_op:
        batch_op.drop_index('ix_card_registration_subscription_id')
        batch_op.drop_index('ix_card_registration_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.drop_table('card_registration')
    op.drop_table('offered_item')
