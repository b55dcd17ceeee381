"""Bases of all tables: time-ordered keys made by the application, UTC instants, the shop that a row belongs to."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import JSON, ColumnDefault, DateTime, Dialect, ForeignKey, MetaData, Uuid, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Datetime that is aware UTC in and out on both databases (SQLite drops the zone). Raises ValueError if naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: say which zone it is in")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's declared way
        datetime: UtcDateTime,
        UUID: Uuid(),
        dict[str, Any]: JSON,
        list[str]: JSON,
        dict[str, str]: JSON,
        dict[str, bool]: JSON,
        dict[str, list[str]]: JSON,
    }


def new_id() -> UUID:
    """Return a UUID of version 7: made without the database, sorted by time of creation."""
    return uuid_utils.compat.uuid7()


class Keyed:
    __tablename__: str

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class OfShop(Keyed):
    """Base of a table with `shop_id`, so that data can be spread over servers by shop."""

    shop_id: Mapped[UUID] = mapped_column(ForeignKey("shop.id"))


class Versioned:
    """Base of a table whose rows count their changes: of two writers that read the same version, the second fails."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy calls it with the class
        return {"version_id_col": cls.version}


def fill_defaults(row: Base) -> None:
    """Set the columns that are None to the defaults of an INSERT, for a row that is read before or without one."""
    for column in inspect(type(row)).columns:
        default = column.default
        if column.key != "id" and isinstance(default, ColumnDefault) and getattr(row, column.key) is None:
            setattr(row, column.key, default.arg(None) if callable(default.arg) else default.arg)


def room(model: type[Base], column: str) -> int:
    """Return how many characters fit into a column; PostgreSQL refuses more, SQLite does not."""
    length: int = model.__table__.c[column].type.length  # type: ignore[attr-defined]
    return length
