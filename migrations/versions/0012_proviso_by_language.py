"""Keep what receipts are for by language, so that another language needs no column."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

SHOP = sa.table('shop', sa.column('id', sa.Uuid()), sa.column('proviso_en', sa.String()), sa.column('provisos', sa.JSON()))


def upgrade() -> None:
    op.add_column('shop', sa.Column('provisos', sa.JSON(), nullable=False, server_default='{}'))
    connection = op.get_bind()
    for shop_id, proviso in connection.execute(sa.select(SHOP.c.id, SHOP.c.proviso_en)).all():
        connection.execute(sa.update(SHOP).filter_by(id=shop_id).values(provisos={'en': proviso}))
    op.drop_column('shop', 'proviso_en')


def downgrade() -> None:
    op.add_column('shop', sa.Column('proviso_en', sa.String(length=100), nullable=False, server_default='goods purchased'))
    connection = op.get_bind()
    for shop_id, provisos in connection.execute(sa.select(SHOP.c.id, SHOP.c.provisos)).all():
        if 'en' in provisos:
            connection.execute(sa.update(SHOP).filter_by(id=shop_id).values(proviso_en=provisos['en']))
    op.drop_column('shop', 'provisos')
