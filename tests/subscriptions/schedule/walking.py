"""The scheduling rules once more, by walking from day to day: slow, written from the rules' text, sharing no code."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from random import Random

from hypothesis import strategies as st

from portal.subscriptions.schedule.cycles import Cycle, CycleKind

ONE_DAY = timedelta(days=1)
KINDS = tuple(CycleKind)
NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def walked(text: str, previous: date) -> date:
    """Return the next delivery date after `previous` for a cycle in its text form."""
    unit, _, rest = text.partition(":")
    count, _, where = rest.partition("@")
    n = int(count)
    if unit == "days":
        return steps(previous, n)
    if unit == "weeks":
        there = steps(previous, 7 * n)
        return next(day for day in week_of(there) if NAMES[day.weekday()] == (where or NAMES[there.weekday()]))
    month = days_of_month(previous, n)
    if not where:
        return [day for day in month if day.day <= previous.day][-1]
    if where.isdigit():
        return [day for day in month if day.day <= int(where)][-1]
    ordinal, _, name = where.partition("-")
    wanted = [day for day in month if NAMES[day.weekday()] == (name or NAMES[previous.weekday()])]
    return wanted[: int(ordinal[0])][-1]


def steps(day: date, count: int) -> date:
    for _ in range(count):
        day += ONE_DAY
    return day


def week_of(day: date) -> list[date]:
    """Return the days of the week around this day, Monday to Sunday."""
    while day.isoweekday() != 1:
        day -= ONE_DAY
    return [steps(day, offset) for offset in range(7)]


def days_of_month(day: date, months_later: int) -> list[date]:
    month = month_from(day.replace(day=1))
    for _ in range(months_later):
        month = month_from(month[-1] + ONE_DAY)
    return month


@cache
def month_from(first: date) -> list[date]:
    """Return every day of the month that begins on `first`."""
    found = [first]
    while (day := found[-1] + ONE_DAY).month == first.month:
        found.append(day)
    return found


def walked_back(day: date, count: int, counts: Callable[[date], bool]) -> date:
    """Go back to the last day up to `day` that counts, then by `count` more such days, and return that day."""
    while not counts(day):
        day -= ONE_DAY
    while count:
        day -= ONE_DAY
        count -= counts(day)
    return day


def random_text(kind: CycleKind, random: Random) -> str:
    nth, weekday = random.choice(["1st", "2nd", "3rd", "4th", "5th"]), random.choice(NAMES)
    match kind:
        case CycleKind.DAYS:
            return f"days:{random.randint(1, 366)}"
        case CycleKind.WEEKS:
            return f"weeks:{random.randint(1, 52)}"
        case CycleKind.WEEKS_WEEKDAY:
            return f"weeks:{random.randint(1, 52)}@{weekday}"
    months = f"months:{random.randint(1, 12)}"
    return {
        CycleKind.MONTHS: months,
        CycleKind.MONTHS_DAY: f"{months}@{random.randint(1, 31)}",
        CycleKind.MONTHS_NTH: f"{months}@{nth}",
        CycleKind.MONTHS_NTH_WEEKDAY: f"{months}@{nth}-{weekday}",
    }[kind]


def cycles(kind: CycleKind) -> st.SearchStrategy[Cycle]:
    most = {"days": 366, "weeks": 52}.get(kind.value.partition("_")[0], 12)
    return st.builds(
        Cycle,
        st.just(kind),
        st.integers(1, most),
        day=st.integers(1, 31) if kind is CycleKind.MONTHS_DAY else st.none(),
        nth=st.integers(1, 5) if "_nth" in kind else st.none(),
        weekday=st.integers(0, 6) if "_weekday" in kind else st.none(),
    )
