"""Values that hold part of what a row or another value holds, under the same names."""

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Kind = TypeVar("Kind", bound="DataclassInstance")


def read_off(kind: type[Kind], row: object, **others: Any) -> Kind:
    """Return a `kind` with the attributes of the same names of the row, and with `others` in place of theirs."""
    names = (field.name for field in fields(kind) if field.name not in others)
    return kind(**{name: getattr(row, name) for name in names}, **others)
