"""Late cycles, whose delivery date is today or past. Staff look at the orders that this makes, and confirm them.

After that one order is made on the next day and one on each day after it, until the next delivery is in the future.
Without the confirmation nothing is made and nobody is charged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal import audit
from portal.models import Subscription
from portal.subscriptions.generation import due
from portal.subscriptions.record import attention, history
from portal.subscriptions.record.attention import Attention
from portal.subscriptions.record.facts import Frame, facts_of, frame_of
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.schedule import Delivery, Facts, deliveries
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState

MOST_AT_ONCE = 31
"""Most orders that one confirmation covers; a daily cycle would never catch up at one order a day."""


@dataclass(frozen=True)
class Coming:
    """Order that a confirmation causes, with the day on which it is made."""

    made_on: date
    delivery: Delivery


def what_comes(session: Session, subscription: Subscription, today: date, frame: Frame) -> list[Coming]:
    """Return the orders that catching up makes, one a day from tomorrow on, or an empty list if nothing is late.

    Deliveries that become late in the meantime are included, and those that are not late but whose creation date has
    passed by then, because their orders follow at once. Skipped ones make no order and are left out.
    """
    return orders_of(facts_of(session, subscription, frame), today)


def orders_of(facts: Facts, today: date) -> list[Coming]:
    """Return the orders as `what_comes` does, from facts."""
    found: list[Coming] = []
    day = today + timedelta(days=1)
    for delivery in deliveries(replace(facts, next_creation_on=day)) if facts.next_delivery_on <= today else ():
        if delivery.delivery_on > day and (not found or delivery.creation_on > found[-1].made_on):
            break
        if len(found) == MOST_AT_ONCE:
            break
        if not delivery.skipped:
            found.append(Coming(day, delivery))
            day += timedelta(days=1)
    return found


def confirm(
    session: Session,
    subscriptions: Sequence[Subscription],
    *,
    until: date | None = None,
    seen_version: int | None = None,
    actor: str,
    now: datetime,
) -> int:
    """Allow the orders that `what_comes` lists to be made, and return how many subscriptions this concerned.

    The first order is made tomorrow. `until`: last delivery date that is confirmed; None for the whole list of today.
    `seen_version`: version of the form, for a single subscription. Raise RefusedError or StaleError, and change
    nothing.
    """
    today = tokyo_date(now)
    frame: Frame | None = None
    confirmed = 0
    for subscription in subscriptions:
        history.lock(session, subscription)
        history.compare_version(subscription, seen_version)
        if subscription.state != SubscriptionState.ACTIVE:
            raise RefusedError(Refusal.STATE)
        frame = (
            frame if frame and frame.rules.shop_id == subscription.shop_id else frame_of(session, subscription.shop_id)
        )
        coming = what_comes(session, subscription, today, frame)
        covered = [one for one in coming if until is None or one.delivery.delivery_on <= until]
        if not covered or not due.is_waiting(subscription, today):
            continue
        confirmed += 1
        _confirm(session, subscription, covered, today, actor=actor, now=now)
    return confirmed


def _confirm(
    session: Session, subscription: Subscription, covered: Sequence[Coming], today: date, *, actor: str, now: datetime
) -> None:
    before = history.snapshot(subscription)
    subscription.late_until = covered[-1].delivery.delivery_on
    subscription.next_creation_on = today + timedelta(days=1)
    listed = "\n".join(f"{one.made_on} {one.delivery.delivery_on} ¥{one.delivery.total}" for one in covered)
    changes: dict[str, audit.Change] = {"orders_confirmed": (None, listed)}
    history.record(session, subscription, "late_confirmed", before, actor=actor, now=now, more=changes)
    if subscription.attention_reason == Attention.LATE:
        session.flush()
        attention.clear(session, subscription, actor=actor, now=now)
