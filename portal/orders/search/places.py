"""A place in the list of orders, newest first, and the stretch of the list to look through."""

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
        """Write the place for a URL; `read_place` reads it."""
        return f"{(self.ordered_at - _EPOCH) // timedelta(microseconds=1)}-{self.order_id.hex}"


def read_place(text: str) -> Place | None:
    """Read a place, or return None for anything that `str(place)` did not write."""
    microseconds, _, order_id = text.partition("-")
    try:
        return Place(_EPOCH + timedelta(microseconds=int(microseconds)), UUID(hex=order_id))
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True)
class Cursor:
    """The order beside which a page lies."""

    place: Place
    newer: bool = False
    """True for the orders just newer than it, False for those just older."""


@dataclass(frozen=True)
class Stretch:
    """A part of the list and the end to begin at."""

    since: datetime | None = None
    until: datetime | None = None
    """First instant that is too late."""
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
        """Return the columns to sort by, so that the nearest come first."""
        return (ordered_at, order_id) if self.upwards else (ordered_at.desc(), order_id.desc())

    def nearest(self, places: set[Place], count: int) -> list[Place]:
        return sorted(places, reverse=not self.upwards)[:count]
