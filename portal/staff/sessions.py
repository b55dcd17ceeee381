"""Staff's sessions, which the cookie names."""

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
    """Live session of a staff member."""

    session_id: UUID
    seen_at: datetime
    totp_at: datetime | None
    staff: Staff


def start(session: Session, staff: Staff, *, totp_at: datetime | None, browser: str, now: datetime) -> str:
    """Start a session and return the token for the cookie."""
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
    """Return the session, or None if it is unknown, has ended or timed out, or the person is disabled."""
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
    """Return one person's live sessions, the last used first."""
    query = select(StaffSession).where(StaffSession.staff_id == staff_id, is_live(now))
    return session.scalars(query.order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())).all()


def prove_totp(session: Session, session_id: UUID, now: datetime) -> None:
    """Note that the app's code was accepted in this session, which may now open shops that demand it."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(totp_at=now))


def end(session: Session, session_id: UUID, now: datetime) -> None:
    """End the session, when the person signs out."""
    _end(session, StaffSession.id == session_id, now)


def end_one(session: Session, staff_id: UUID, session_id: UUID, now: datetime) -> None:
    """End one of the person's sessions from another machine; do nothing if it is somebody else's."""
    _end(session, and_(StaffSession.staff_id == staff_id, StaffSession.id == session_id), now)


def end_others(session: Session, staff_id: UUID, now: datetime, *, but: UUID | None) -> None:
    """End all of the person's sessions except `but`, or all if that is None."""
    of_person = StaffSession.staff_id == staff_id
    _end(session, and_(of_person, StaffSession.id != but) if but else of_person, now)


def is_live(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a StaffSession has neither ended nor timed out."""
    return and_(
        StaffSession.ended_at.is_(None),
        StaffSession.seen_at > now - IDLE,
        StaffSession.created_at > now - LONGEST,
    )


def _end(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    session.execute(update(StaffSession).where(which, StaffSession.ended_at.is_(None)).values(ended_at=now))
