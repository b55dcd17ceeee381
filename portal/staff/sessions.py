"""The server-side record behind a member of staff's cookie."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.access.digests import token_digest
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
        .where(
            StaffSession.token_digest == token_digest(token),
            StaffSession.ended_at.is_(None),
            StaffSession.seen_at > now - IDLE,
            StaffSession.created_at > now - LONGEST,
            Staff.disabled_at.is_(None),
        )
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


def end(session: Session, session_id: UUID, now: datetime) -> None:
    """Signing out."""
    session.execute(
        update(StaffSession).where(StaffSession.id == session_id, StaffSession.ended_at.is_(None)).values(ended_at=now)
    )
