from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.subscriptions.schedule import Calendar, is_national_holiday

SENDS_DAILY = Calendar(holidays=False)
WEEKDAYS_ONLY = Calendar(closed_weekdays=frozenset({5, 6}))
days = st.dates(date(1989, 1, 1), date(2100, 12, 31))


def test_the_ten_days_of_golden_week_2019_are_one_chain() -> None:
    chain = [date(2019, 4, 27) + timedelta(days=offset) for offset in range(10)]
    assert not any(WEEKDAYS_ONLY.is_open(day) for day in chain)
    assert WEEKDAYS_ONLY.open_on_or_before(date(2019, 5, 6)) == date(2019, 4, 26)
    assert WEEKDAYS_ONLY.open_on_or_after(date(2019, 4, 27)) == date(2019, 5, 7)


def test_a_day_between_two_holidays_and_a_holiday_moved_from_sunday_are_closed() -> None:
    assert is_national_holiday(date(2026, 9, 22))
    assert is_national_holiday(date(2026, 5, 6))


def test_a_shop_that_sends_on_weekends_and_holidays_still_counts_business_days_without_them() -> None:
    saturday, holiday = date(2026, 11, 21), date(2026, 11, 23)
    assert SENDS_DAILY.is_open(saturday)
    assert SENDS_DAILY.is_open(holiday)
    assert not SENDS_DAILY.is_business_day(saturday)
    assert not SENDS_DAILY.is_business_day(holiday)
    assert SENDS_DAILY.add_business_days(date(2026, 11, 20), 1) == date(2026, 11, 24)


def test_a_closed_week_is_walked_over() -> None:
    week = frozenset(date(2026, 8, 10) + timedelta(days=offset) for offset in range(7))
    closed = Calendar(closed_weekdays=frozenset({5, 6}), closed_days=week)
    assert closed.open_on_or_before(date(2026, 8, 16)) == date(2026, 8, 7)
    assert closed.add_business_days(date(2026, 8, 7), 1) == date(2026, 8, 17)
    assert closed.back_business_days(date(2026, 8, 17), 1) == date(2026, 8, 7)


def test_a_shop_that_sends_only_on_weekends_counts_the_days_on_which_it_sends() -> None:
    weekends = Calendar(closed_weekdays=frozenset(range(5)))
    assert weekends.add_business_days(date(2026, 11, 21), 2) == date(2026, 11, 28)


def test_a_shop_that_sends_only_on_sundays_counts_its_sundays() -> None:
    sundays = Calendar(closed_weekdays=frozenset(range(6)))
    assert sundays.add_business_days(date(2026, 11, 15), 2) == date(2026, 11, 29)
    assert sundays.back_business_days(date(2026, 11, 29), 2) == date(2026, 11, 15)


def test_a_weekday_on_which_the_shop_is_closed_is_no_business_day() -> None:
    closed_on_wednesdays = Calendar(closed_weekdays=frozenset({2}))
    assert closed_on_wednesdays.add_business_days(date(2026, 11, 17), 1) == date(2026, 11, 19)
    assert closed_on_wednesdays.back_business_days(date(2026, 11, 19), 1) == date(2026, 11, 17)


def test_a_shop_that_never_sends_is_refused() -> None:
    with pytest.raises(ValueError, match="every weekday"):
        Calendar(closed_weekdays=frozenset(range(7)))


@given(day=days, n=st.integers(1, 15))
def test_business_days_forward_and_back_end_where_they_began(day: date, n: int) -> None:
    start = WEEKDAYS_ONLY.business_on_or_before(day)
    end = WEEKDAYS_ONLY.add_business_days(start, n)
    assert WEEKDAYS_ONLY.is_business_day(end)
    assert end > start
    assert WEEKDAYS_ONLY.back_business_days(end, n) == start


@pytest.mark.parametrize("day", [date.min, date(1900, 5, 3), date(2101, 1, 1), date.max])
def test_outside_the_years_that_are_read_no_holiday_is_known_and_nothing_fails(day: date) -> None:
    assert not is_national_holiday(day)
