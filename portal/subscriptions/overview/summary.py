"""Summary of a subscription for the page of an order: columns of one row, without anything that hangs on it."""

from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.models import Subscription


@dataclass(frozen=True, slots=True)
class Glimpse:
    id: UUID
    state: str
    cycle: str
    cycle_fixed: bool
    """False if the items may have other rules of their own."""
    next_delivery_on: date
    next_skipped: bool
    resume_on: date | None


_subscription = Subscription.__table__.c
ROW = select(*(_subscription[field.name] for field in fields(Glimpse))).where(
    _subscription.id == bindparam("subscription_id"), _subscription.deleted_at.is_(None)
)


def glimpse(session: Session, subscription_id: UUID) -> Glimpse | None:
    """Return the summary, or None if the subscription was deleted."""
    row = session.connection().execute(ROW, {"subscription_id": subscription_id}).one_or_none()
    return None if row is None else Glimpse(*row)
