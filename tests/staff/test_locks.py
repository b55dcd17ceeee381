"""The lock of the staff's login: how many failures, how long, and for whom."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import StaffLock
from portal.staff import locks, sweeping
from portal.staff.locks import CLIENT_FAILURES, EMAIL_FAILURES, Knock
from tests.conftest import Clock

SECRET = "of this test"
SUZUKI = Knock.with_typed("suzuki@example.jp", "192.0.2.1")


def fail(session: Session, now: datetime, knock: Knock = SUZUKI, times: int = 1) -> None:
    for _ in range(times):
        locks.take(session, knock, secret=SECRET, now=now).note_failure(now)
    session.commit()


def locked_for(session: Session, now: datetime, knock: Knock = SUZUKI) -> timedelta | None:
    until = locks.locked_until(session, knock, secret=SECRET, now=now)
    assert until == locks.take(session, knock, secret=SECRET, now=now).locked_until(now)
    session.commit()
    return until - now if until else None


def test_the_fifth_failure_locks_for_a_quarter_of_an_hour(session: Session, clock: Clock) -> None:
    fail(session, clock(), times=4)
    assert locked_for(session, clock()) is None
    fail(session, clock())
    assert locked_for(session, clock()) == timedelta(minutes=15)
    clock.forward(minutes=15)
    assert locked_for(session, clock()) is None


def test_each_lock_lasts_twice_as_long_up_to_a_day(session: Session, clock: Clock) -> None:
    lengths = []
    for _ in range(9):
        fail(session, clock(), Knock("suzuki@example.jp", f"192.0.2.{len(lengths)}"), times=EMAIL_FAILURES)
        length = locked_for(session, clock(), Knock("suzuki@example.jp", "198.51.100.1"))
        assert length
        lengths.append(length.total_seconds() / 60)
        clock.forward(minutes=lengths[-1])
    assert lengths == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    clock.forward(days=1, seconds=1)
    fail(session, clock(), times=EMAIL_FAILURES)
    assert locked_for(session, clock()) == timedelta(minutes=15), "a quiet day makes up for it"


def test_failures_of_long_ago_do_not_count(session: Session, clock: Clock) -> None:
    fail(session, clock(), times=4)
    clock.forward(minutes=15)
    fail(session, clock(), times=4)
    assert locked_for(session, clock()) is None


def test_however_an_address_is_written_it_is_one_and_others_are_free(session: Session, clock: Clock) -> None:
    for typed in (
        "suzuki@example.jp",
        "SUZUKI@example.jp",
        " suzuki@example.jp ",
        "ｓｕｚｕｋｉ@example.jp",
        "Suzuki@Example.jp",
    ):
        fail(session, clock(), Knock.with_typed(typed, "192.0.2.1"))
    assert locked_for(session, clock(), Knock.with_typed("suzuki@example.jp", "198.51.100.1"))
    assert locked_for(session, clock(), Knock.with_typed("sato@example.jp", "192.0.2.1")) is None


def test_one_client_that_tries_many_addresses_is_locked_for_all(session: Session, clock: Clock) -> None:
    for number in range(CLIENT_FAILURES):
        assert locked_for(session, clock()) is None
        fail(session, clock(), Knock.with_typed(f"nobody{number}@example.jp", "192.0.2.1"))
    assert locked_for(session, clock()) == timedelta(minutes=15)
    assert locked_for(session, clock(), Knock.with_typed("suzuki@example.jp", "192.0.2.2")) is None


def test_getting_in_forgets_the_own_failures_and_not_those_of_the_client(session: Session, clock: Clock) -> None:
    """Otherwise somebody with an account could sign in to win new tries at other accounts."""
    for number in range(CLIENT_FAILURES - 1):
        fail(session, clock(), Knock.with_typed(f"nobody{number}@example.jp", "192.0.2.1"))
    fail(session, clock(), Knock("suzuki@example.jp", "192.0.2.2"), times=4)
    locks.take(session, SUZUKI, secret=SECRET, now=clock()).open(clock())
    session.commit()
    fail(session, clock(), Knock("suzuki@example.jp", "192.0.2.2"), times=4)
    assert locked_for(session, clock(), Knock("suzuki@example.jp", "192.0.2.2")) is None
    fail(session, clock())
    assert locked_for(session, clock())


def test_the_table_does_not_tell_who_was_tried(session: Session, clock: Clock) -> None:
    fail(session, clock())
    assert not [subject for subject in session.scalars(select(StaffLock.subject)) if "suzuki" in subject]


@pytest.mark.parametrize("hours", [0, 10, 40])
def test_the_sweep_forgets_what_no_longer_counts(session: Session, clock: Clock, hours: int) -> None:
    fail(session, clock(), times=EMAIL_FAILURES)
    clock.forward(hours=hours)
    sweeping.sweep(session, clock())
    session.commit()
    # The client's row has no lock; the email's lock is kept for a day, because the next lock lasts twice as long.
    assert len(session.scalars(select(StaffLock)).all()) == {0: 2, 10: 1, 40: 0}[hours]
