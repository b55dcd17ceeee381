"""The mails in the outbox."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import OutboxMail


def mails(session: Session) -> list[OutboxMail]:
    """Return every mail as stored now, oldest first."""
    session.rollback()
    return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))
