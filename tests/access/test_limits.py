"""How many wrong tries are allowed, and how long a lock lasts."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.access.rules.limits import address_is_suspicious, is_locked, lock_length, next_level

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
MINUTES = [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


@pytest.mark.parametrize(("level", "minutes"), list(enumerate(MINUTES, 1)))
def test_each_lock_in_a_row_lasts_twice_as_long_up_to_a_day(level: int, minutes: int) -> None:
    assert lock_length(level) == timedelta(minutes=minutes)


def test_a_siege_of_years_breaks_nothing() -> None:
    assert lock_length(1_000_000) == timedelta(hours=24)


def test_the_next_lock_is_one_higher_while_the_last_one_is_remembered() -> None:
    assert next_level(3, NOW - timedelta(hours=23), NOW) == 4


def test_a_day_after_a_lock_it_begins_at_the_first_again() -> None:
    assert next_level(3, NOW - timedelta(hours=24), NOW) == 1


def test_who_was_never_locked_begins_at_the_first() -> None:
    assert next_level(0, None, NOW) == 1


def test_a_lock_is_over_at_its_last_instant() -> None:
    assert is_locked(NOW, NOW - timedelta(seconds=1))
    assert not is_locked(NOW, NOW)
    assert not is_locked(None, NOW)


@pytest.mark.parametrize(
    ("failures", "codes", "suspicious"), [(99, 99, False), (100, 19, False), (100, 20, True), (3000, 19, False)]
)
def test_an_address_is_suspicious_by_many_failures_over_many_codes(failures: int, codes: int, suspicious: bool) -> None:
    assert address_is_suspicious(failures, codes) is suspicious
