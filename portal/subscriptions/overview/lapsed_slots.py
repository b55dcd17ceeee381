"""Active subscriptions whose time slot can no longer be asked for: their orders are made without one."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from portal.models import Subscription, SubscriptionRules
from portal.subscriptions.record.facts import slots_of
from portal.subscriptions.schedule import methods
from portal.values.states import SubscriptionState

Way = tuple[str, str, str]
"""Carrier, delivery method and time slot."""
_WAY = (Subscription.carrier, Subscription.delivery_method, Subscription.time_slot)
_GOING = (Subscription.state == SubscriptionState.ACTIVE, Subscription.deleted_at.is_(None))


def lapsed_ways(session: Session, rules: SubscriptionRules, today: date) -> list[Way]:
    """Return each way of delivery on which the time slot cannot be asked for; methods without a date need none."""
    of_shop = select(*_WAY).where(Subscription.shop_id == rules.shop_id, *_GOING)
    in_use = of_shop.where(Subscription.time_slot != "").distinct()
    slots = slots_of(rules)
    return [
        (carrier, method, slot)
        for carrier, method, slot in session.execute(in_use)
        if methods.dateless_days(carrier, method, rules.dateless_days) is None
        and not slots.offers(carrier, method, slot, today)
    ]


def goes(ways: Collection[Way]) -> ColumnElement[bool]:
    """Return the condition that a subscription is delivered in one of these ways; none is if there are none."""
    return tuple_(*_WAY).in_(ways) & _GOING[0] & _GOING[1]
