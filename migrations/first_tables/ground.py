"""What the first tables share: the metadata that holds them, how constraints are named, and the columns of every row."""

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

TABLES = sa.MetaData(
    naming_convention={
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables of migration 0001, filled by the modules of this package."""

MOMENT = sa.DateTime(timezone=True)


def table(name: str, *parts: SchemaItem) -> None:
    """Add a table with these columns, its id, and then these constraints and indexes."""
    columns = [part for part in parts if isinstance(part, sa.Column)]
    others = [part for part in parts if not isinstance(part, sa.Column)]
    sa.Table(name, TABLES, *columns, sa.Column("id", sa.Uuid(), primary_key=True), *others)


def shop_table(name: str, *parts: SchemaItem) -> None:
    """Add a table whose rows belong to a shop."""
    table(name, *parts, sa.Column("shop_id", sa.Uuid(), sa.ForeignKey("shop.id"), nullable=False))


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """Return an index of the rows for which a condition holds."""
    condition = sa.text(where)
    return sa.Index(name, *columns, sqlite_where=condition, postgresql_where=condition, unique=unique)
