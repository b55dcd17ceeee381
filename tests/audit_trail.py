"""The entries of the audit."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry


def actions(session: Session) -> list[str]:
    """Return the action of every entry, oldest first."""
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
