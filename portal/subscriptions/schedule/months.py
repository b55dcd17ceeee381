"""Months as a wall calendar shows them, Sunday first, with the marks of their days."""

from calendar import SUNDAY, Calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST = 3


class Mark(StrEnum):
    """Mark of a day, in order of precedence: a day has only one."""

    DELIVERY = "delivery"
    ONCE = "once"
    """Delivery on a day that is not the cycle's."""
    SKIPPED = "skipped"
    DEADLINE = "deadline"
    """Last day on which the next delivery can be changed."""
    TODAY = "today"


@dataclass(frozen=True)
class Day:
    on: date
    mark: Mark | None


@dataclass(frozen=True)
class Month:
    first: date
    weeks: Sequence[Sequence[Day | None]]
    """Days of each week; None for a day of the month before or after."""


def months(marks: Mapping[date, Mark], shown: Collection[date], most: int = MOST) -> Sequence[Month]:
    """Return the earliest `most` months that contain a `shown` day, with the marks of all their days.

    A mark on a day that is not in `shown` adds no month.
    """
    firsts = sorted({on.replace(day=1) for on in shown})
    return [_month(first, marks) for first in firsts[:most]]


def _month(first: date, marks: Mapping[date, Mark]) -> Month:
    weeks = Calendar(SUNDAY).monthdatescalendar(first.year, first.month)
    return Month(
        first, [[Day(on, marks.get(on)) if on.month == first.month else None for on in week] for week in weeks]
    )
