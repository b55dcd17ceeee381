"""The server-side record behind a member of staff's cookie."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from portal.access.rules.digests import token_digest
from portal.models import Staff, StaffSession

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
NOTE_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32


@dataclass(frozen=True)
class Entry:
    """A live session."""

    session_id: UUID
    seen_at: datetime
    totp_at: datetime | None
    staff: Staff


def start(session: Session, staff: Staff, *, totp_at: datetime | None, browser: str, now: datetime) -> str:
    """Returns the token for the cookie."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        StaffSession(
            staff_id=staff.id,
            token_digest=token_digest(token),
            created_at=now,
            seen_at=now,
            totp_at=totp_at,
            browser=browser[:200],
        )
    )
    return token


def look_up(session: Session, token: str, now: datetime) -> Entry | None:
    """None: unknown, ended, timed out, or the person may no longer come in."""
    row = session.execute(
        select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.token_digest == token_digest(token), is_live(now), Staff.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    found, staff = row
    return Entry(found.id, found.seen_at, found.totp_at, staff)


def note_seen(session: Session, session_id: UUID, now: datetime) -> None:
    session.execute(
        update(StaffSession).where(StaffSession.id == session_id, StaffSession.seen_at < now).values(seen_at=now)
    )


def is_due(seen_at: datetime, now: datetime) -> bool:
    return now - seen_at >= NOTE_EVERY


def live(session: Session, staff_id: UUID, now: datetime) -> Sequence[StaffSession]:
    """Of one person, the one used last first."""
    query = select(StaffSession).where(StaffSession.staff_id == staff_id, is_live(now))
    return session.scalars(query.order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())).all()


def prove_totp(session: Session, session_id: UUID, now: datetime) -> None:
    """The app's code was taken in this session: it may go where that is demanded."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(totp_at=now))


def end(session: Session, session_id: UUID, now: datetime) -> None:
    """Signing out."""
    _end(session, StaffSession.id == session_id, now)


def end_one(session: Session, staff_id: UUID, session_id: UUID, now: datetime) -> None:
    """From another machine. Nothing happens to a session of somebody else."""
    _end(session, and_(StaffSession.staff_id == staff_id, StaffSession.id == session_id), now)


def end_others(session: Session, staff_id: UUID, now: datetime, *, but: UUID | None) -> None:
    """`but`: the session that goes on; None: all of them end."""
    of_person = StaffSession.staff_id == staff_id
    _end(session, and_(of_person, StaffSession.id != but) if but else of_person, now)


def is_live(now: datetime) -> ColumnElement[bool]:
    """Neither ended nor timed out: for a `select` with StaffSession in it."""
    return and_(
        StaffSession.ended_at.is_(None),
        StaffSession.seen_at > now - IDLE,
        StaffSession.created_at > now - LONGEST,
    )


def _end(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    session.execute(update(StaffSession).where(which, StaffSession.ended_at.is_(None)).values(ended_at=now))
