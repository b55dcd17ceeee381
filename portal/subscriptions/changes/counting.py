"""Counts of a subscription's orders, and what an order or a skip does to its subscription."""

from collections.abc import Collection
from typing import Unpack
from uuid import UUID

from sqlalchemy.orm import Session

from portal import audit
from portal.models import Subscription, subscription_counts
from portal.subscriptions.changes import next_dates
from portal.subscriptions.record import history
from portal.subscriptions.schedule import CycleError, Delivery, Facts, after, is_used_up
from portal.subscriptions.terms import reasons
from portal.values.points import PointsUse
from portal.values.states import SubscriptionState


def recount(session: Session, subscription: Subscription) -> None:
    """Recount orders made and purchases from the orders that refer to the subscription; open forms stay valid."""
    session.flush()
    subscription_counts.recount(session, [subscription.id])
    session.refresh(subscription, ["orders_made", "purchase_count"])


def recount_many(session: Session, subscription_ids: Collection[UUID]) -> None:
    """Recount after orders were written in bulk; the caller refreshes the objects in the session."""
    if subscription_ids:
        session.flush()
        subscription_counts.recount(session, subscription_ids)


def after_order(
    session: Session, subscription: Subscription, facts: Facts, delivery: Delivery, **by: Unpack[audit.By]
) -> None:
    """Update counts, items, points and dates after the order of this delivery was made.

    The caller holds the row's lock, and writes the order and the occurrence. `facts`: of the subscription as it stands.
    If nothing is left to deliver, the subscription is finished, with the reason.
    """
    following = _following(facts, delivery)
    subscription.orders_made += 1
    subscription.cycle_number = facts.cycle_number + 1
    subscription.resumed = False
    subscription.skips_in_a_row = 0
    subscription.previous_ship_on, subscription.previous_delivery_on = delivery.ship_on, delivery.delivery_on
    for row, item in zip(subscription.items, facts.items, strict=True):
        row.remaining = item.counted_down().remaining
    if facts.remaining_orders is not None:
        subscription.remaining_orders = max(0, facts.remaining_orders - 1)
    points = facts.points.after(delivery.points_used)
    subscription.points_use, subscription.points_balance = PointsUse(points.use), points.balance
    subscription.points_each = 0 if points.use == PointsUse.NONE else subscription.points_each
    _go_on(session, subscription, following, facts, by)


def after_skip(
    session: Session, subscription: Subscription, facts: Facts, delivery: Delivery, **by: Unpack[audit.By]
) -> None:
    """Move the dates on after the skip of this delivery became final; orders are not counted. Else as `after_order`."""
    following = _following(facts, delivery)
    subscription.skips_in_a_row += 1
    _go_on(session, subscription, following, facts, by)


def _following(facts: Facts, delivery: Delivery) -> Facts | None:
    """Return the facts after the delivery, or None if the calendar has no date after it."""
    try:
        return after(facts, delivery)
    except CycleError:
        return None


def _go_on(session: Session, subscription: Subscription, following: Facts | None, facts: Facts, by: audit.By) -> None:
    subscription.next_skipped = False
    used_up = following is None or is_used_up(following.items)
    if used_up or subscription.remaining_orders == 0:
        reason = reasons.NO_ORDERS_LEFT if subscription.remaining_orders == 0 else reasons.ALL_DELIVERED
        _finish(session, subscription, reason, by)
    elif following is not None:
        next_dates.restart(subscription, facts.timing, following.anchor_on, following.next_delivery_on)
    subscription.updated_at = by["now"]


def _finish(session: Session, subscription: Subscription, reason: str, by: audit.By) -> None:
    before = history.snapshot(subscription)
    subscription.state, subscription.finished_at = SubscriptionState.FINISHED, by["now"]
    subscription.stop_reason = reason
    history.record(session, subscription, "finished", before, **by)
