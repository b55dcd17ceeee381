"""What another destination makes of a subscription: its shipping fee, and whether the next delivery can still be kept."""

from datetime import date

from sqlalchemy.orm import Session

from portal.models import Subscription
from portal.subscriptions.record.facts import Frame, address_of, frame_of, timing_of
from portal.subscriptions.schedule import fees
from portal.values.states import SubscriptionState


def shipping_fee(session: Session, subscription: Subscription, prefecture: str, frame: Frame | None = None) -> int:
    """As it is while it goes to the same prefecture: what was agreed there stays."""
    if address_of(session, subscription).prefecture == prefecture:
        return subscription.shipping_fee
    frame = frame or frame_of(session, subscription.shop_id)
    return fees.shipping_fee(prefecture, frame.rules.shipping_fees, subscription.shipping_fee)


def is_in_time(
    session: Session, subscription: Subscription, prefecture: str, today: date, frame: Frame | None = None
) -> bool:
    """False: with the days on the way to there, the order of the next delivery would have to be made today or before."""
    if subscription.state != SubscriptionState.ACTIVE:
        return True
    frame = frame or frame_of(session, subscription.shop_id)
    there = timing_of(session, subscription, frame, prefecture=prefecture)
    if there == timing_of(session, subscription, frame):
        return True
    return there.creation_on(subscription.next_delivery_on) > today
