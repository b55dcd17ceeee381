"""The question to the ledger, and the cursor that marks the end of a page."""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

LARGEST = 2**31 - 1
"""Largest yen or number that the columns hold."""


class State(StrEnum):
    VALID = "valid"
    """A valid receipt, counted in the sum."""
    REISSUED = "reissued"
    """A 再発行, not counted in the sum."""
    VOID = "void"


@dataclass(frozen=True)
class _Asked:
    """Filters that the law asks for; an empty field does not filter. Bounds are inclusive; amounts are yen."""

    since: date | None = None
    until: date | None = None
    at_least: int | None = None
    at_most: int | None = None
    counterparty: str = ""
    """Any part of the counterparty's name."""

    def to_dict(self) -> dict[str, Any]:
        """Return the question JSON-safe, without empty fields."""
        told = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Self:
        """Read what `to_dict` wrote. Raise ValueError or TypeError for anything else."""
        read: dict[str, Any] = {"since": date.fromisoformat, "until": date.fromisoformat, "state": State}
        return cls(**{name: read.get(name, lambda value: value)(value) for name, value in told.items()})


@dataclass(frozen=True)
class Question(_Asked):
    """A search of the receipts."""

    number: int | None = None
    state: State | None = None
    issued_by: str = ""
    """"buyer" or "staff", empty for both."""


@dataclass(frozen=True)
class PaperQuestion(_Asked):
    """A search of the other papers."""

    kind: str = ""
    """statement, delivery_note or return_invoice, empty for all."""


@dataclass(frozen=True)
class PaperCursor:
    """The last row of a page of papers."""

    transaction_on: date
    id: UUID

    def __str__(self) -> str:
        return f"{self.transaction_on}_{self.id}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read a cursor, or return None if `str(cursor)` did not write it."""
        on, _, row = text.partition("_")
        try:
            return cls(date.fromisoformat(on), UUID(row))
        except ValueError:
            return None


@dataclass(frozen=True)
class Cursor:
    """The last row of a page. The next page begins after it, whatever was issued since."""

    transaction_on: date
    number: int

    def __str__(self) -> str:
        return f"{self.transaction_on}_{self.number}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read a cursor, or return None if `str(cursor)` did not write it."""
        on, _, number = text.partition("_")
        try:
            cursor = cls(date.fromisoformat(on), int(number))
        except ValueError:
            return None
        return cursor if 0 < cursor.number <= LARGEST else None
