"""A place in the list of orders, newest first, and from where to where of it is looked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, literal, tuple_

from portal.models.base import UtcDateTime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Place(NamedTuple):
    ordered_at: datetime
    order_id: UUID

    def __str__(self) -> str:
        """For an address; `read_place` reads it."""
        return f"{(self.ordered_at - _EPOCH) // timedelta(microseconds=1)}-{self.order_id.hex}"


def read_place(text: str) -> Place | None:
    """None for anything that `str(place)` did not write."""
    microseconds, _, order_id = text.partition("-")
    try:
        return Place(_EPOCH + timedelta(microseconds=int(microseconds)), UUID(hex=order_id))
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True)
class Cursor:
    """Beside which order the page lies."""

    place: Place
    newer: bool = False
    """The orders just newer than it; else those just older."""


@dataclass(frozen=True)
class Stretch:
    """From where to where, and from which end."""

    since: datetime | None = None
    until: datetime | None = None
    """The first instant that is too late."""
    cursor: Cursor | None = None

    @property
    def upwards(self) -> bool:
        return self.cursor is not None and self.cursor.newer

    def holds(self, place: Place) -> bool:
        return (
            (self.since is None or self.since <= place.ordered_at)
            and (self.until is None or place.ordered_at < self.until)
            and (self.cursor is None or (place > self.cursor.place if self.upwards else place < self.cursor.place))
        )

    def conditions(self, ordered_at: ColumnElement[datetime], order_id: ColumnElement[UUID]) -> Iterator[Any]:
        if self.since:
            yield ordered_at >= self.since
        if self.until:
            yield ordered_at < self.until
        if self.cursor:
            here = tuple_(ordered_at, order_id)
            there = tuple_(literal(self.cursor.place.ordered_at, UtcDateTime), literal(self.cursor.place.order_id))
            yield here > there if self.upwards else here < there

    def order(self, ordered_at: ColumnElement[datetime], order_id: ColumnElement[UUID]) -> tuple[Any, Any]:
        """What to sort by: the nearest first."""
        return (ordered_at, order_id) if self.upwards else (ordered_at.desc(), order_id.desc())

    def nearest(self, places: set[Place], count: int) -> list[Place]:
        return sorted(places, reverse=not self.upwards)[:count]
