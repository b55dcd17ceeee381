"""Deletion of old failures, locks, codes and sessions of buyers."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from portal.access import login_codes, sessions
from portal.access.rules import limits
from portal.models import BuyerSession, LoginCode, LoginFailure, LoginLock, SessionOrder

FAILURES_KEPT = timedelta(days=7)
"""Time in which staff can see why a buyer could not sign in."""
SESSIONS_KEPT = timedelta(days=2)
"""Time that a session is kept after its end, so that a returning buyer is told what happened to it."""


def sweep(session: Session, now: datetime) -> Mapping[str, int]:
    """Delete rows that no rule needs any more, and return how many per table."""
    old_sessions = select(BuyerSession.id).where(BuyerSession.created_at < now - sessions.LONGEST - SESSIONS_KEPT)
    statements = {
        "login_failure": delete(LoginFailure).where(LoginFailure.at < now - FAILURES_KEPT),
        "login_lock": delete(LoginLock).where(
            LoginLock.counted_from < now - max(limits.CODE_WINDOW, limits.ADDRESS_WINDOW) - limits.LONGEST_LOCK,
            or_(LoginLock.locked_until.is_(None), LoginLock.locked_until < now - limits.FORGOTTEN_AFTER),
        ),
        "login_code": delete(LoginCode).where(
            or_(
                LoginCode.sent_at < now - timedelta(days=1) - login_codes.VALID_FOR,
                LoginCode.session_id.in_(old_sessions),
            )
        ),
        "session_order": delete(SessionOrder).where(SessionOrder.session_id.in_(old_sessions)),
        "buyer_session": delete(BuyerSession).where(BuyerSession.id.in_(old_sessions)),
    }
    return {
        table: len(session.execute(statement.returning(statement.table.c.id)).all())
        for table, statement in statements.items()
    }
