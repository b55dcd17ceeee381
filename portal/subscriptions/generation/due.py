"""Which subscriptions' orders are to be made on a day, and which wait for a person first."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from portal.models import Subscription, SubscriptionRules
from portal.models.subscription import DUE
from portal.subscriptions.record.attention import STOPPED


def generates(rules: SubscriptionRules) -> bool:
    """Return whether the shop's orders are made here, and not by its cart."""
    return rules.enabled and rules.generates == "us"


def due(shop_id: UUID, day: date) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of subscriptions whose creation date has come and whose order nothing prevents."""
    return (*_in_time(shop_id, day), ~_late(day), Subscription.attention_reason.not_in(sorted(STOPPED)))


def waiting(shop_id: UUID, day: date) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of subscriptions whose next delivery is today or past, without confirmed orders."""
    return (*_in_time(shop_id, day), _late(day))


def is_late(subscription: Subscription, day: date) -> bool:
    return subscription.next_delivery_on <= day


def is_waiting(subscription: Subscription, day: date) -> bool:
    """Return whether a due subscription waits for its confirmation; the same rule as in `waiting`."""
    until = subscription.late_until
    is_confirmed = until is not None and until >= subscription.next_delivery_on
    return is_late(subscription, day) and not subscription.next_skipped and not is_confirmed


def exist(session: Session, conditions: tuple[ColumnElement[bool], ...]) -> bool:
    return session.scalar(select(Subscription.id).where(*conditions).limit(1)) is not None


def _in_time(shop_id: UUID, day: date) -> tuple[ColumnElement[bool], ...]:
    # DUE stays text, because a partial index is used only for the same wording.
    return (Subscription.shop_id == shop_id, and_(DUE), Subscription.next_creation_on <= day)


def _late(day: date) -> ColumnElement[bool]:
    """Return the condition of a late subscription without confirmation.

    A skip needs no confirmation: it became final on its creation date, and nobody is charged for it.
    """
    unconfirmed = or_(Subscription.late_until.is_(None), Subscription.late_until < Subscription.next_delivery_on)
    return (Subscription.next_delivery_on <= day) & unconfirmed & Subscription.next_skipped.is_(False)
