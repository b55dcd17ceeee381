"""Recording of a change to an order in the audit log."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.models import Order


def record(
    session: Session, order: Order, action: str, changes: Mapping[str, audit.Change], *, actor: str, now: datetime
) -> None:
    order.updated_at = now
    audit.record_about(session, order, action, changes, actor=actor, now=now)
