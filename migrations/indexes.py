"""Creation of indexes on tables with millions of rows."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


def create_while_others_write(name: str, table: str, columns: Sequence[str]) -> None:
    """Create an index; on PostgreSQL without a lock on the table, outside a transaction.

    An interrupted run leaves an invalid index, which PostgreSQL keeps up to date and never uses; it is created again.
    The revision is written afterwards, so `/readyz` waits for the index.
    """
    if op.get_bind().dialect.name != "postgresql":
        op.create_index(name, table, columns)
        return
    with op.get_context().autocommit_block():
        broken = "SELECT FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid"
        if op.get_bind().execute(sa.text(broken), {"name": name}).first() is not None:
            op.drop_index(name, table_name=table, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_concurrently=True, if_not_exists=True)
