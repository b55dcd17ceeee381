"""The days on which a shop ships, and the days that count as business days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import jpholiday

from portal.values.dates import YEARS

WEEKEND = frozenset({5, 6})
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Calendar of a shop: the days on which it ships (`is_open`), and the business days, which are counted."""

    closed_weekdays: frozenset[int] = frozenset()
    """Weekdays on which the shop ships nothing; Monday is 0."""
    closed_days: frozenset[date] = frozenset()
    holidays: bool = True
    """True if the shop ships nothing on national holidays."""

    def __post_init__(self) -> None:
        if self.closed_weekdays >= frozenset(range(7)):
            raise ValueError("a shop that is closed on every weekday never sends anything")

    def is_open(self, day: date) -> bool:
        """Return whether the shop ships on the day."""
        if day.weekday() in self.closed_weekdays or day in self.closed_days:
            return False
        return not (self.holidays and is_national_holiday(day))

    def is_business_day(self, day: date) -> bool:
        """Return whether the day is no Saturday, Sunday, national holiday or closed day of the shop.

        A shop that is closed from Monday to Friday has no such days: its open days count instead.
        """
        if self.closed_weekdays >= frozenset(range(5)):
            return self.is_open(day)
        return day.weekday() not in WEEKEND and not is_national_holiday(day) and self.is_open(day)

    def open_on_or_before(self, day: date) -> date:
        return _walk(day, -ONE_DAY, self.is_open)

    def open_on_or_after(self, day: date) -> date:
        return _walk(day, ONE_DAY, self.is_open)

    def business_on_or_before(self, day: date) -> date:
        return _walk(day, -ONE_DAY, self.is_business_day)

    def business_on_or_after(self, day: date) -> date:
        return _walk(day, ONE_DAY, self.is_business_day)

    def add_business_days(self, day: date, n: int) -> date:
        """Return the n-th business day after `day`, or `day` itself if `n` is 0."""
        for _ in range(n):
            day = self.business_on_or_after(day + ONE_DAY)
        return day

    def back_business_days(self, day: date, n: int) -> date:
        """Return the n-th business day before `day`, or `day` itself if `n` is 0."""
        for _ in range(n):
            day = self.business_on_or_before(day - ONE_DAY)
        return day


def is_national_holiday(day: date) -> bool:
    """Return whether jpholiday knows the day as a holiday; False outside the years that the product reads.

    Near both ends of `date`, jpholiday cannot calculate.
    """
    return day.year in YEARS and bool(jpholiday.is_holiday(day))


def _walk(day: date, step: timedelta, stops: Callable[[date], bool]) -> date:
    while not stops(day):
        day += step
    return day
