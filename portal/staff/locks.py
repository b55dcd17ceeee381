"""Failed staff logins and locks, stored as rows so that they hold across processes and restarts.

They are counted per typed e-mail address, whether anybody has it or not, and per client address.
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
"""Failures that lock a client address: more than for an e-mail address, since a whole office shares one line."""


@dataclass(frozen=True)
class Knock:
    """Typed e-mail address and client address of a login, before anything is proved."""

    email_key: str
    client: str
    """Client address in the form of `access.rules.addresses.counted`."""

    @classmethod
    def with_typed(cls, typed: str, client: str) -> "Knock":
        """Return the knock of a typed address. Text that is no address is counted too, as it was typed."""
        return cls(emails.normalise(typed) or typed.strip().casefold(), client)


@dataclass(frozen=True)
class Gate:
    """Both rows of a knock, locked until the transaction ends, so that parallel attempts are judged one by one."""

    of_email: StaffLock
    of_client: StaffLock

    def locked_until(self, now: datetime) -> datetime | None:
        return _latest((self.of_email.locked_until, self.of_client.locked_until), now)

    def note_failure(self, now: datetime) -> None:
        _count(self.of_email, EMAIL_FAILURES, now)
        _count(self.of_client, CLIENT_FAILURES, now)

    def open(self, now: datetime) -> None:
        """Clear the e-mail address's failures after a full proof.

        The client's are kept: signing in to one's own account must not buy attempts at other accounts.
        """
        _clear(self.of_email, now)


def locked_until(session: Session, knock: Knock, *, secret: str, now: datetime) -> datetime | None:
    """Return the end of a lock, or None, to save work for who is locked out anyway; `Gate` decides."""
    subjects = (_digest(secret, knock.email_key), knock.client)
    found = session.scalars(select(StaffLock.locked_until).where(StaffLock.subject.in_(subjects)))
    return _latest(found.all(), now)


def take(session: Session, knock: Knock, *, secret: str, now: datetime) -> Gate:
    # Always in this order, against deadlocks.
    of_email = _take(session, _digest(secret, knock.email_key), now)
    return Gate(of_email, _take(session, knock.client, now))


def lift(session: Session, email_key: str, *, secret: str, now: datetime) -> None:
    """Lift the lock of an e-mail address, for a person who has proved to read its mail."""
    _clear(_take(session, _digest(secret, email_key), now), now)


def lift_client(session: Session, client: str, now: datetime) -> None:
    """Lift the lock of a client address, which a whole office may share, for the operator of the server."""
    _clear(_take(session, client, now), now)


def _take(session: Session, subject: str, now: datetime) -> StaffLock:
    query = select(StaffLock).filter_by(subject=subject).with_for_update()
    while True:
        insert_if_absent(session, StaffLock, {"subject": subject, "counted_from": now}, ("subject",))
        # None if the sweep deleted the row between the two statements.
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
    """Return a keyed digest, so that the table does not reveal which addresses were tried."""
    return hmac.new(secret.encode(), b"staff-email\0" + email_key.encode(), sha256).hexdigest()
