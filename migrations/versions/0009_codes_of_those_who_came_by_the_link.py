"""Count the mailed codes of those who came by the link of the mail apart, and ask for a code by the kind of change."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

SPLIT = ('subscription_reversible', 'cancel')
"""Actions that `subscription` stood for until now."""


def upgrade() -> None:
    for table in ('session_order', 'login_code'):
        op.add_column(table, sa.Column('by_link', sa.Boolean(), nullable=False, server_default=sa.false()))
    shop = sa.table('shop', sa.column('id', sa.Uuid()), sa.column('second_step', sa.JSON()))
    connection = op.get_bind()
    for shop_id, asked in connection.execute(sa.select(shop.c.id, shop.c.second_step)).all():
        # A shop that is there already goes on as it was; the new default is for new ones.
        written_out = dict.fromkeys(SPLIT, asked.get('subscription', True))
        connection.execute(sa.update(shop).where(shop.c.id == shop_id).values(second_step=asked | written_out))


def downgrade() -> None:
    shop = sa.table('shop', sa.column('id', sa.Uuid()), sa.column('second_step', sa.JSON()))
    connection = op.get_bind()
    for shop_id, asked in connection.execute(sa.select(shop.c.id, shop.c.second_step)).all():
        kept = {action: is_asked for action, is_asked in asked.items() if action not in SPLIT}
        connection.execute(sa.update(shop).where(shop.c.id == shop_id).values(second_step=kept))
    for table in ('session_order', 'login_code'):
        op.drop_column(table, 'by_link')
