"""Deletion of old sessions, mailed links and failed logins of staff."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from portal.access.rules import limits
from portal.models import StaffLink, StaffLock, StaffSession
from portal.staff import locks, sessions

SESSIONS_KEPT = timedelta(days=2)
LINKS_KEPT = timedelta(days=1)
"""Time that an expired link is kept, longer than the 24 hours in which it counts for the mails of a day."""


def sweep(session: Session, now: datetime) -> Mapping[str, int]:
    """Delete rows that no rule needs any more, and return how many per table."""
    statements = {
        "staff_session": delete(StaffSession).where(StaffSession.created_at < now - sessions.LONGEST - SESSIONS_KEPT),
        "staff_link": delete(StaffLink).where(StaffLink.expires_at < now - LINKS_KEPT),
        "staff_lock": delete(StaffLock).where(
            StaffLock.counted_from < now - locks.WINDOW,
            or_(StaffLock.locked_until.is_(None), StaffLock.locked_until < now - limits.FORGOTTEN_AFTER),
        ),
    }
    return {
        table: len(session.execute(statement.returning(statement.table.c.id)).all())
        for table, statement in statements.items()
    }
