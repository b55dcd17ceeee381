"""The rules against a second, slow way to find the same day, in 10,000 random cases of each kind."""

from datetime import date, timedelta
from random import Random

import pytest

from portal.subscriptions.schedule import Calendar, Cycle, CycleKind, Timing, earliest_delivery, next_delivery
from tests.subscriptions.schedule.walking import KINDS, random_text, walked, walked_back

CASES = 10_000
HOLIDAYS_2026 = frozenset(
    date(2026, month, day)
    for month, days in {
        1: [1, 12],
        2: [11, 23],
        3: [20],
        4: [29],
        5: [3, 4, 5, 6],
        7: [20],
        8: [11],
        9: [21, 22, 23],
        10: [12],
        11: [3, 23],
    }.items()
    for day in days
)
"""Public holidays of 2026, as the Cabinet Office published them."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_walk_from_day_to_day_finds_the_same_next_delivery(kind: CycleKind) -> None:
    random = Random(f"next delivery {kind}")
    for _ in range(CASES):
        text, previous = random_text(kind, random), date(2000, 1, 1) + timedelta(days=random.randrange(40_000))
        assert next_delivery(Cycle.parse(text), previous) == walked(text, previous), (text, previous)


@pytest.mark.parametrize("kind", KINDS)
def test_a_walk_finds_the_same_day_at_month_ends_and_leap_days(kind: CycleKind) -> None:
    random = Random(f"edges {kind}")
    for year in (1999, 2000, 2023, 2024, 2027, 2028, 2100):
        for month in range(1, 13):
            first = date(year, month, 1)
            for previous in (first, first - timedelta(days=1), first - timedelta(days=2), first + timedelta(days=27)):
                text = random_text(kind, random)
                assert next_delivery(Cycle.parse(text), previous) == walked(text, previous), (text, previous)


@pytest.mark.parametrize("dateless", [False, True], ids=["with dates", "without dates"])
def test_a_walk_finds_the_same_ship_and_creation_dates(dateless: bool) -> None:
    random = Random(f"ship dates {dateless}")
    for _ in range(CASES):
        timing = random_timing(random, dateless=dateless)
        delivery = date(2026, 4, 1) + timedelta(days=random.randrange(270))
        ship = walked_ship_on(timing, delivery)
        assert timing.ship_on(delivery) == ship, (timing, delivery)
        base = ship if timing.creation_base == "ship" else delivery
        assert timing.creation_on(delivery) == base - timedelta(days=timing.creation_days)


@pytest.mark.parametrize("dateless", [False, True], ids=["with dates", "without dates"])
def test_a_walk_finds_the_same_earliest_delivery(dateless: bool) -> None:
    random = Random(f"earliest {dateless}")
    for _ in range(500):
        timing = random_timing(random, dateless=dateless)
        today = date(2026, 4, 1) + timedelta(days=random.randrange(200))
        day = today
        while walked_ship_on(timing, day) < today + timedelta(days=timing.creation_days):
            day += timedelta(days=1)
        assert earliest_delivery(timing, today) == day, (timing, today)


def random_timing(random: Random, *, dateless: bool) -> Timing:
    return Timing(
        lead_days=random.randint(0, 7),
        transit_days=random.randint(0, 4),
        creation_days=random.randint(0, 14),
        creation_base=random.choice(["ship", "delivery"]),
        dateless_days=random.randint(0, 9) if dateless else None,
        calendar=Calendar(
            closed_weekdays=frozenset(random.sample(range(7), random.randint(0, 4))),
            closed_days=frozenset(date(2026, 8, 10) + timedelta(days=offset) for offset in range(random.randint(0, 9))),
            holidays=random.random() < 0.7,
        ),
    )


def walked_ship_on(timing: Timing, delivery: date) -> date:
    calendar = timing.calendar

    def sends(day: date) -> bool:
        closed = day.weekday() in calendar.closed_weekdays or day in calendar.closed_days
        return not closed and not (calendar.holidays and day in HOLIDAYS_2026)

    def is_business(day: date) -> bool:
        return sends(day) and day.isoweekday() <= 5 and day not in HOLIDAYS_2026

    if timing.dateless_days is None:
        return walked_back(delivery - timedelta(days=timing.lead_days + timing.transit_days), 0, sends)
    return walked_back(delivery, timing.dateless_days, is_business)
