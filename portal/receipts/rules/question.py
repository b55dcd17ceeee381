"""What is asked of the ledger, and where a page of the answer ends. Pure."""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

LARGEST = 2**31 - 1
"""Yen or number: what the columns hold."""


class State(StrEnum):
    VALID = "valid"
    """Counts in the sum."""
    REISSUED = "reissued"
    """A 再発行, which does not."""
    VOID = "void"


@dataclass(frozen=True)
class Question:
    """An empty field narrows nothing. Bounds are included; yen."""

    since: date | None = None
    until: date | None = None
    at_least: int | None = None
    at_most: int | None = None
    counterparty: str = ""
    """Any part of the name."""
    number: int | None = None
    state: State | None = None
    issued_by: str = ""
    """buyer or staff."""

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, without what is empty."""
        told = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Self:
        """Raises ValueError or TypeError for what `to_dict` did not write."""
        read: dict[str, Any] = {"since": date.fromisoformat, "until": date.fromisoformat, "state": State}
        return cls(**{name: read.get(name, lambda value: value)(value) for name, value in told.items()})


@dataclass(frozen=True)
class Cursor:
    """The last row of a page; the next page begins after it, whatever was issued since."""

    transaction_on: date
    number: int

    def __str__(self) -> str:
        return f"{self.transaction_on}_{self.number}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None: not one of ours."""
        on, _, number = text.partition("_")
        try:
            cursor = cls(date.fromisoformat(on), int(number))
        except ValueError:
            return None
        return cursor if 0 < cursor.number <= LARGEST else None
