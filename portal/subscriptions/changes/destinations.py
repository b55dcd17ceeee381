"""Effects of another destination: the shipping fee, and whether the next delivery date can still be kept."""

from datetime import date

from sqlalchemy.orm import Session

from portal.models import Subscription
from portal.subscriptions.record.facts import Frame, address_of, timing_of
from portal.subscriptions.schedule import fees
from portal.values.states import SubscriptionState


def shipping_fee(session: Session, subscription: Subscription, prefecture: str, frame: Frame) -> int:
    """Return the fee to `prefecture`; if the subscription goes there already, the agreed fee stays."""
    if address_of(session, subscription).prefecture == prefecture:
        return subscription.shipping_fee
    return fees.shipping_fee(prefecture, frame.rules.shipping_fees, subscription.shipping_fee)


def is_in_time(session: Session, subscription: Subscription, prefecture: str, frame: Frame, today: date) -> bool:
    """Tell whether the next delivery can be kept: with the transit to `prefecture` its order is made after today."""
    if subscription.state != SubscriptionState.ACTIVE:
        return True
    there = timing_of(session, subscription, frame, prefecture=prefecture)
    if there == timing_of(session, subscription, frame):
        return True
    return there.creation_on(subscription.next_delivery_on) > today
