"""Summary of a subscription for the page of an order: columns of one row, without anything that hangs on it."""

from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.models import Subscription
from portal.subscriptions.schedule.cycles import Cycle


@dataclass(frozen=True, slots=True)
class Glimpse:
    id: UUID
    state: str
    cycle: str
    cycle_fixed: bool
    """False if the items may have other rules of their own."""
    next_delivery_on: date
    anchor_on: date
    next_skipped: bool
    resume_on: date | None

    @property
    def for_once(self) -> bool:
        """Tell whether the next delivery's day is not the cycle's."""
        is_moved = self.next_delivery_on != self.anchor_on
        return is_moved or (self.cycle_fixed and not Cycle.parse(self.cycle).fits(self.next_delivery_on))


_subscription = Subscription.__table__.c
ROW = select(*(_subscription[field.name] for field in fields(Glimpse))).where(
    _subscription.id == bindparam("subscription_id"), _subscription.deleted_at.is_(None)
)


def glimpse(session: Session, subscription_id: UUID) -> Glimpse | None:
    """Return the summary, or None if the subscription was deleted."""
    row = session.connection().execute(ROW, {"subscription_id": subscription_id}).one_or_none()
    return None if row is None else Glimpse(*row)
