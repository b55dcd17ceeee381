"""Cycle rules (how often), their text forms, and the calculation of the next nominal date."""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Weekdays in the order of `date.weekday()`: Monday is 0."""
ORDINALS = ("1st", "2nd", "3rd", "4th", "5th")


class CycleError(ValueError):
    """Error in a cycle rule; `code` says what is wrong.

    Codes: empty, form, n, day, nth or weekday for a wrong text or value; base if the cycle cannot start from today;
    beyond if the next date would be after `date.max`.
    """

    def __init__(self, code: str, text: object) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


class CycleKind(StrEnum):
    DAYS = "days"
    WEEKS = "weeks"
    WEEKS_WEEKDAY = "weeks_weekday"
    MONTHS = "months"
    MONTHS_DAY = "months_day"
    """Every n months on a fixed day, which stays: 31 → 28 → 31."""
    MONTHS_NTH = "months_nth"
    """Every n months on the x-th occurrence of the previous date's weekday."""
    MONTHS_NTH_WEEKDAY = "months_nth_weekday"

    @property
    def unit(self) -> str:
        """Return days, weeks or months."""
        return self.partition("_")[0]


LIMITS = {"days": 366, "weeks": 52, "months": 12}
"""Largest n per unit; the smallest is 1."""
PARTS: dict[CycleKind, frozenset[str]] = {
    CycleKind.DAYS: frozenset(),
    CycleKind.WEEKS: frozenset(),
    CycleKind.WEEKS_WEEKDAY: frozenset({"weekday"}),
    CycleKind.MONTHS: frozenset(),
    CycleKind.MONTHS_DAY: frozenset({"day"}),
    CycleKind.MONTHS_NTH: frozenset({"nth"}),
    CycleKind.MONTHS_NTH_WEEKDAY: frozenset({"nth", "weekday"}),
}
"""Fields of a `Cycle` that a kind has besides n."""
_FORM = re.compile(r"(?P<unit>days|weeks|months):(?P<n>[0-9]{1,6})(?:@(?P<rest>.+))?")
_NTH = re.compile(r"(?P<nth>[0-9]+(?:st|nd|rd|th))(?:-(?P<weekday>.+))?")


@dataclass(frozen=True, slots=True)
class Cycle:
    kind: CycleKind
    n: int
    day: int | None = None
    """Day of the month, 1–31."""
    nth: int | None = None
    """Occurrence in the month, 1–5; if there is no fifth one, the last is taken."""
    weekday: int | None = None
    """Weekday; Monday is 0."""

    def __post_init__(self) -> None:
        if not 1 <= self.n <= LIMITS[self.unit]:
            raise CycleError("n", self.n)
        for part, allowed in (("day", range(1, 32)), ("nth", range(1, 6)), ("weekday", range(7))):
            value = getattr(self, part)
            if (value in allowed) if part in PARTS[self.kind] else value is None:
                continue
            raise CycleError(part, value)

    @property
    def unit(self) -> str:
        """Return days, weeks or months."""
        return self.kind.unit

    def fits(self, on: date) -> bool:
        """Tell whether the cycle can have a delivery on that day; one that names no day can have it on any."""
        if self.unit == "months":
            return _day_in_month(self, on.replace(day=1), on) == on
        return self.weekday is None or on.weekday() == self.weekday

    @classmethod
    @lru_cache(maxsize=1024)
    def parse(cls, text: str) -> "Cycle":
        """Read a text form: days:15, weeks:2, weeks:2@tue, months:1, months:1@31, months:1@2nd or months:1@2nd-sat.

        Full-width characters, capitals and surrounding blanks are accepted, because files come from spreadsheets. Raise
        CycleError, whose code says what is wrong.
        """
        plain = unicodedata.normalize("NFKC", text).strip().lower()
        if not plain:
            raise CycleError("empty", text)
        found = _FORM.fullmatch(plain)
        if found is None:
            raise CycleError("form", text)
        unit, n, rest = found["unit"], int(found["n"]), found["rest"]
        if rest is None:
            return cls(CycleKind(unit), n)
        if unit == "days":
            raise CycleError("form", text)
        if unit == "weeks":
            return cls(CycleKind.WEEKS_WEEKDAY, n, weekday=_index(WEEKDAYS, rest, "weekday"))
        return cls._monthly(n, rest)

    @classmethod
    def _monthly(cls, n: int, rest: str) -> "Cycle":
        if re.fullmatch(r"[0-9]{1,6}", rest):
            return cls(CycleKind.MONTHS_DAY, n, day=int(rest))
        found = _NTH.fullmatch(rest)
        if found is None:
            raise CycleError("form", rest)
        nth = _index(ORDINALS, found["nth"], "nth") + 1
        if found["weekday"] is None:
            return cls(CycleKind.MONTHS_NTH, n, nth=nth)
        return cls(CycleKind.MONTHS_NTH_WEEKDAY, n, nth=nth, weekday=_index(WEEKDAYS, found["weekday"], "weekday"))

    def __str__(self) -> str:
        parts = []
        if self.day is not None:
            parts.append(str(self.day))
        if self.nth is not None:
            parts.append(ORDINALS[self.nth - 1])
        if self.weekday is not None:
            parts.append(WEEKDAYS[self.weekday])
        return f"{self.unit}:{self.n}" + ("@" + "-".join(parts) if parts else "")


def next_delivery(cycle: Cycle, previous: date) -> date:
    """Return the nominal date after `previous`, always a later one. `previous` must be nominal (an anchor), not moved.

    Every cycle and date has an answer as long as it fits into a `date`. Raise CycleError `beyond` in the last year
    there is.
    """
    try:
        if cycle.unit == "days":
            return previous + timedelta(days=cycle.n)
        if cycle.unit == "weeks":
            return _weeks_later(cycle, previous)
        return _months_later(cycle, previous)
    except (OverflowError, ValueError) as error:
        raise CycleError("beyond", previous) from error


def _weeks_later(cycle: Cycle, previous: date) -> date:
    same = 7 * cycle.n
    if cycle.weekday is not None:
        # The weekday falls into the week (Monday first) of the day n weeks later.
        same += cycle.weekday - previous.weekday()
    return previous + timedelta(days=same)


def _months_later(cycle: Cycle, previous: date) -> date:
    months = previous.year * 12 + previous.month - 1 + cycle.n
    return _day_in_month(cycle, date(months // 12, months % 12 + 1, 1), previous)


def _day_in_month(cycle: Cycle, first: date, previous: date) -> date:
    """Return the cycle's day in the month that begins with `first`; what it leaves open is as it was on `previous`."""
    length = monthrange(first.year, first.month)[1]
    if cycle.nth is None:
        return first.replace(day=min(cycle.day or previous.day, length))
    weekday = previous.weekday() if cycle.weekday is None else cycle.weekday
    day = 1 + (weekday - first.weekday()) % 7 + 7 * (cycle.nth - 1)
    return first.replace(day=day if day <= length else day - 7)


def _index(words: tuple[str, ...], word: str, code: str) -> int:
    if word not in words:
        raise CycleError(code, word)
    return words.index(word)
