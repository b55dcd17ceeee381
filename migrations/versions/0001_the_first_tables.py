"""The first tables."""

from alembic import op

from migrations.first_tables import TABLES

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    TABLES.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    TABLES.drop_all(op.get_bind(), checkfirst=False)
