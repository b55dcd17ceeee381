import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.subscriptions.schedule import Calendar, Cycle, Timing, earliest_delivery, next_delivery
from tests.subscriptions.schedule.plans import CALENDAR, TIMING

OPEN_DAILY = Calendar(holidays=False)
DATELESS = replace(TIMING, dateless_days=4)
days = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@pytest.fixture(params=["UTC", "America/New_York", "Pacific/Kiritimati"])
def server_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_the_ship_date_lies_the_shops_minimum_and_the_transit_days_before_the_delivery() -> None:
    assert TIMING.ship_on(date(2026, 12, 11)) == date(2026, 12, 8)
    assert replace(TIMING, transit_days=3).ship_on(date(2026, 12, 11)) == date(2026, 12, 4)


def test_a_closed_ship_date_moves_earlier_and_the_delivery_stays() -> None:
    promised = date(2026, 12, 15)
    assert TIMING.ship_on(promised) == date(2026, 12, 11)
    assert (promised - TIMING.lead).weekday() == 5


def test_before_golden_week_a_ship_date_moves_ahead_of_the_whole_chain() -> None:
    assert TIMING.ship_on(date(2019, 5, 9)) == date(2019, 4, 26)
    assert TIMING.creation_on(date(2019, 5, 9)) == date(2019, 4, 19)
    assert DATELESS.ship_on(date(2019, 5, 7)) == date(2019, 4, 23)


def test_over_the_turn_of_the_year_a_closed_shop_sends_before_it() -> None:
    closed = Calendar(
        closed_weekdays=frozenset({5, 6}),
        closed_days=frozenset(date(2026, 12, 29) + timedelta(days=offset) for offset in range(6)),
    )
    assert replace(TIMING, calendar=closed).ship_on(date(2027, 1, 5)) == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("ship", "delivery"),
    [
        (date(2019, 1, 28), date(2019, 2, 1)),
        (date(2019, 2, 25), date(2019, 3, 1)),
        (date(2019, 3, 26), date(2019, 4, 1)),
    ],
)
def test_a_method_without_a_date_takes_four_business_days(ship: date, delivery: date) -> None:
    assert DATELESS.delivery_on(ship) == delivery
    assert DATELESS.ship_on(delivery) == ship


def test_a_monthly_subscription_by_a_method_without_a_date_ships_as_the_example_says() -> None:
    delivery, ships = DATELESS.delivery_on(date(2019, 1, 28)), []
    for _ in range(2):
        delivery = next_delivery(Cycle.parse("months:1"), delivery)
        ships.append(DATELESS.ship_on(delivery))
    assert ships == [date(2019, 2, 25), date(2019, 3, 26)]


def test_a_calculated_delivery_on_a_sunday_ships_as_if_it_were_the_friday_before() -> None:
    assert DATELESS.ship_on(date(2026, 11, 15)) == DATELESS.ship_on(date(2026, 11, 13)) == date(2026, 11, 9)


@pytest.mark.parametrize(("base", "expected"), [("ship", date(2026, 12, 1)), ("delivery", date(2026, 12, 4))])
def test_the_creation_days_are_counted_back_from_the_date_that_the_shop_chose(base: str, expected: date) -> None:
    timing = Timing(2, 1, 7, "ship" if base == "ship" else "delivery", None, CALENDAR)
    assert timing.creation_on(date(2026, 12, 11)) == expected


@given(day=days, lead=st.integers(0, 10), transit=st.integers(0, 5))
def test_ship_and_delivery_date_undo_each_other_on_days_on_which_the_shop_sends(
    day: date, lead: int, transit: int
) -> None:
    timing = replace(TIMING, lead_days=lead, transit_days=transit)
    ship = CALENDAR.open_on_or_before(day)
    assert timing.ship_on(timing.delivery_on(ship)) == ship
    if CALENDAR.is_open(day - timing.lead):
        assert timing.delivery_on(timing.ship_on(day)) == day


@given(day=days, count=st.integers(0, 12))
def test_without_a_date_ship_and_delivery_undo_each_other_on_business_days(day: date, count: int) -> None:
    timing = replace(TIMING, dateless_days=count)
    business = CALENDAR.business_on_or_before(day)
    assert timing.ship_on(timing.delivery_on(business)) == business
    assert timing.delivery_on(timing.ship_on(business)) == business


@given(day=days, dateless=st.one_of(st.none(), st.integers(1, 9)))
def test_a_ship_date_is_never_closed_and_always_leaves_the_promised_time(day: date, dateless: int | None) -> None:
    timing = replace(TIMING, dateless_days=dateless)
    ship = timing.ship_on(day)
    assert CALENDAR.is_open(ship)
    assert timing.delivery_on(ship) <= day


@pytest.mark.parametrize(
    ("now", "in_time"),
    [
        pytest.param(datetime(2026, 10, 7, 14, 59, tzinfo=UTC), True, id="23:59 in Tokyo"),
        pytest.param(datetime(2026, 10, 7, 14, 59, 59, 999_999, tzinfo=UTC), True, id="the last moment"),
        pytest.param(datetime(2026, 10, 7, 15, 0, tzinfo=UTC), False, id="midnight in Tokyo, still the 7th in UTC"),
        pytest.param(datetime(2026, 10, 7, 15, 1, tzinfo=UTC), False, id="00:01 in Tokyo"),
    ],
)
def test_the_day_ends_at_midnight_in_tokyo_wherever_the_server_stands(
    now: datetime, in_time: bool, server_zone: str
) -> None:
    creation = date(2026, 10, 8)
    assert TIMING.is_in_time(now, creation) is in_time
    assert TIMING.deadline(creation).astimezone(UTC) == datetime(2026, 10, 7, 14, 59, 59, tzinfo=UTC)
    assert f"{TIMING.deadline(creation):%m-%d %H:%M}" == "10-07 23:59"


def test_a_change_with_extra_days_must_come_so_much_earlier() -> None:
    creation = date(2026, 10, 8)
    assert f"{TIMING.deadline(creation, 3):%m-%d %H:%M}" == "10-04 23:59"
    assert TIMING.is_in_time(datetime(2026, 10, 4, 14, 59, tzinfo=UTC), creation, 3)
    assert not TIMING.is_in_time(datetime(2026, 10, 4, 15, 0, tzinfo=UTC), creation, 3)


@given(now=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), extra=st.integers(0, 9))  # noqa: DTZ001 - Hypothesis takes the bounds without a zone
def test_in_time_and_the_deadline_never_disagree(now: datetime, extra: int) -> None:
    now, creation = now.replace(microsecond=0), date(2025, 3, 1)
    assert TIMING.is_in_time(now, creation, extra) == (now <= TIMING.deadline(creation, extra))


def test_the_earliest_date_is_today_and_the_lead_and_the_creation_days() -> None:
    timing = replace(TIMING, calendar=OPEN_DAILY)
    assert earliest_delivery(timing, date(2026, 11, 21)) == date(2026, 12, 1)
    assert timing.creation_on(date(2026, 12, 1)) == date(2026, 11, 21)


@pytest.mark.parametrize("base", ["ship", "delivery"])
def test_the_earliest_date_is_the_same_whichever_date_the_creation_days_are_counted_from(base: str) -> None:
    timing = Timing(2, 1, 7, "ship" if base == "ship" else "delivery", None, OPEN_DAILY)
    assert earliest_delivery(timing, date(2026, 11, 21)) == date(2026, 12, 1)


def test_near_the_end_of_a_month_the_first_days_of_the_next_one_cannot_be_chosen() -> None:
    timing = replace(TIMING, calendar=OPEN_DAILY)
    assert earliest_delivery(timing, date(2026, 11, 26)) == date(2026, 12, 6)


def test_closed_days_put_the_earliest_date_off_until_the_shop_can_send() -> None:
    # Seven days later is a Saturday; the shop is open on the Monday after.
    assert earliest_delivery(TIMING, date(2026, 11, 28)) == date(2026, 12, 10)
    assert TIMING.ship_on(date(2026, 12, 10)) == date(2026, 12, 7)
    assert TIMING.ship_on(date(2026, 12, 9)) == date(2026, 12, 4)


def test_for_a_method_without_a_date_the_first_business_day_counts_even_if_the_shop_sends_before() -> None:
    """Seven days later is a Saturday, on which the shop sends: the four business days still begin on Monday."""
    timing = replace(DATELESS, calendar=OPEN_DAILY)
    earliest = earliest_delivery(timing, date(2026, 11, 28))
    assert earliest == date(2026, 12, 11)
    assert (timing.ship_on(earliest), timing.creation_on(earliest)) == (date(2026, 12, 7), date(2026, 11, 30))


@given(today=days, dateless=st.one_of(st.none(), st.integers(0, 9)), base=st.sampled_from(["ship", "delivery"]))
def test_the_order_for_the_earliest_date_can_still_be_made(today: date, dateless: int | None, base: str) -> None:
    timing = Timing(2, 1, 7, "ship" if base == "ship" else "delivery", dateless, CALENDAR)
    earliest = earliest_delivery(timing, today)
    assert timing.creation_on(earliest) >= today
    assert timing.ship_on(earliest - timedelta(days=1)) < today + timedelta(days=7) <= timing.ship_on(earliest)
