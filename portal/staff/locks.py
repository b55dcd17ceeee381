"""Failures at the staff's door as rows, so that they hold across processes and restarts.

Counted per address typed, whether anybody has it or not, and per client address.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.rules.limits import is_locked, lock_length, next_level
from portal.models import StaffLock
from portal.models.upsert import insert_if_absent
from portal.values import emails

WINDOW = timedelta(minutes=15)
EMAIL_FAILURES = 5
CLIENT_FAILURES = 20
"""More than for one address typed: a shop's whole office has one line, and one person's mistakes are not its own."""


@dataclass(frozen=True)
class Knock:
    """Who stands at the door, before anything is proved."""

    email_key: str
    client: str
    """In the form of `addresses.counted`."""

    @classmethod
    def with_typed(cls, typed: str, client: str) -> "Knock":
        """What is no address is counted too, as it was typed."""
        return cls(emails.normalise(typed) or typed.strip().casefold(), client)


@dataclass(frozen=True)
class Gate:
    """Both rows of a knock, locked until the transaction ends: parallel tries are judged one by one."""

    of_email: StaffLock
    of_client: StaffLock

    def locked_until(self, now: datetime) -> datetime | None:
        return _latest((self.of_email.locked_until, self.of_client.locked_until), now)

    def note_failure(self, now: datetime) -> None:
        _count(self.of_email, EMAIL_FAILURES, now)
        _count(self.of_client, CLIENT_FAILURES, now)

    def open(self, now: datetime) -> None:
        """After a full proof. The client's failures stay: one's own account must not buy tries at those of others."""
        _clear(self.of_email, now)


def locked_until(session: Session, knock: Knock, *, secret: str, now: datetime) -> datetime | None:
    """A look beforehand, so that no work is done for who is locked out anyway; `Gate` decides."""
    subjects = (_digest(secret, knock.email_key), knock.client)
    found = session.scalars(select(StaffLock.locked_until).where(StaffLock.subject.in_(subjects)))
    return _latest(found.all(), now)


def take(session: Session, knock: Knock, *, secret: str, now: datetime) -> Gate:
    # Always in this order: two that wait for each other would wait for ever.
    of_email = _take(session, _digest(secret, knock.email_key), now)
    return Gate(of_email, _take(session, knock.client, now))


def lift(session: Session, email_key: str, *, secret: str, now: datetime) -> None:
    """Whoever reads the address's mails may try again."""
    _clear(_take(session, _digest(secret, email_key), now), now)


def lift_client(session: Session, client: str, now: datetime) -> None:
    """On the word of who runs the server: all the staff of an office come in by one address."""
    _clear(_take(session, client, now), now)


def _take(session: Session, subject: str, now: datetime) -> StaffLock:
    query = select(StaffLock).filter_by(subject=subject).with_for_update()
    while True:
        insert_if_absent(session, StaffLock, {"subject": subject, "counted_from": now}, ("subject",))
        # None: the sweep took the row away between the two statements.
        if (row := session.scalar(query.execution_options(populate_existing=True))) is not None:
            return row


def _count(row: StaffLock, most: int, now: datetime) -> None:
    if now - row.counted_from >= WINDOW:
        row.failures, row.counted_from = 0, now
    row.failures += 1
    if row.failures >= most:
        row.level = next_level(row.level, row.locked_until, now)
        row.locked_until = now + lock_length(row.level)
        row.failures, row.counted_from = 0, now


def _clear(row: StaffLock, now: datetime) -> None:
    row.failures, row.level, row.locked_until, row.counted_from = 0, 0, None, now


def _latest(instants: Sequence[datetime | None], now: datetime) -> datetime | None:
    return max((each for each in instants if each and is_locked(each, now)), default=None)


def _digest(secret: str, email_key: str) -> str:
    """Keyed: the table tells nobody who was tried."""
    return hmac.new(secret.encode(), b"staff-email\0" + email_key.encode(), sha256).hexdigest()
