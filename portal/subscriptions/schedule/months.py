"""Months as a wall calendar shows them, Sunday first, with what is on a day. Pure."""

from calendar import SUNDAY, Calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST = 3


class Mark(StrEnum):
    """In order of weight: a day has one."""

    DELIVERY = "delivery"
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
    """None: a day of the month before or after."""


def months(marks: Mapping[date, Mark], shown: Collection[date], most: int = MOST) -> Sequence[Month]:
    """Those in which one of the `shown` days is, the earliest `most`; the marks of other days only go along."""
    firsts = sorted({on.replace(day=1) for on in shown})
    return [_month(first, marks) for first in firsts[:most]]


def _month(first: date, marks: Mapping[date, Mark]) -> Month:
    weeks = Calendar(SUNDAY).monthdatescalendar(first.year, first.month)
    return Month(
        first, [[Day(on, marks.get(on)) if on.month == first.month else None for on in week] for week in weeks]
    )
