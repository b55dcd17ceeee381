from datetime import UTC, datetime, timedelta

import pytest

from portal.notifications.rules.retries import is_too_late, next_try

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tries", "wait"),
    [
        (1, timedelta(minutes=1)),
        (2, timedelta(minutes=5)),
        (3, timedelta(minutes=30)),
        (4, timedelta(hours=2)),
        (5, timedelta(hours=6)),
        (6, timedelta(hours=24)),
    ],
)
def test_each_refusal_waits_longer(tries: int, wait: timedelta) -> None:
    assert next_try(tries, NOW) == NOW + wait


def test_after_the_seventh_it_is_given_up() -> None:
    assert next_try(7, NOW) is None


def test_a_login_code_is_worth_sending_only_while_it_can_be_typed() -> None:
    assert not is_too_late("login_code", NOW, NOW + timedelta(minutes=9, seconds=59))
    assert is_too_late("login_code", NOW, NOW + timedelta(minutes=10))
    assert not is_too_late("shipped", NOW, NOW + timedelta(days=9))
