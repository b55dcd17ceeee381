"""Dates of the next delivery after a change. A date that was given wins over one that follows from another date."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import Subscription, SubscriptionOccurrence
from portal.subscriptions.record.facts import Frame, facts_of, timing_of
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.schedule import CycleError, Timing, cycle_in_force, next_delivery, next_possible, with_cycle


@dataclass(frozen=True)
class Manner:
    """How a change is meant, as far as the columns alone do not say it."""

    from_now_on: bool = False
    """True if the rule goes on from the new date, False if only this delivery moves."""
    in_step: bool = True
    """True if ship and delivery date follow each other, False if the one that was not given stays."""
    cycle_from: Literal["delivery", "today"] = "delivery"
    """Start of a new cycle: the next promised delivery, which stays, or today (days and weeks only)."""
    recalculate: bool = False
    """True to compute the next dates anew by the rule, as after an edit of the cycle number."""


def update(
    session: Session,
    subscription: Subscription,
    frame: Frame,
    changed: Mapping[str, Any],
    manner: Manner,
    *,
    timing_before: Timing,
    today: date,
) -> None:
    """Set delivery, ship and creation date, after the other columns were set."""
    timing = timing_of(session, subscription, frame)
    before = (subscription.anchor_on, subscription.next_delivery_on)
    if "cycle" in changed:
        _rebase(session, subscription, frame, manner, today)
    if manner.recalculate:
        _recalculate(session, subscription, frame, today)
    _set_delivery(subscription, timing, changed, manner)
    moved = subscription.next_delivery_on != before[1]
    if manner.recalculate or timing != timing_before or (moved and manner.in_step):
        subscription.next_ship_on = timing.ship_on(subscription.next_delivery_on)
    if "next_ship_on" in changed:
        subscription.next_ship_on = changed["next_ship_on"]
    if "next_creation_on" in changed:
        subscription.next_creation_on = changed["next_creation_on"]
    elif manner.recalculate or timing != timing_before or moved or "next_ship_on" in changed:
        subscription.next_creation_on = timing.creation_before(subscription.next_ship_on, subscription.next_delivery_on)


def restart(subscription: Subscription, timing: Timing, anchor_on: date, delivery_on: date) -> None:
    """Make this the next delivery, with ship and creation date by the rule."""
    subscription.anchor_on, subscription.next_delivery_on = anchor_on, delivery_on
    subscription.next_ship_on = timing.ship_on(delivery_on)
    subscription.next_creation_on = timing.creation_on(delivery_on)


def last_anchor(session: Session, subscription: Subscription) -> date | None:
    """Return the nominal date of the last cycle that was dealt with, or None."""
    done = select(func.max(SubscriptionOccurrence.anchor_on)).filter_by(subscription_id=subscription.id)
    return session.scalar(done)


def _set_delivery(subscription: Subscription, timing: Timing, changed: Mapping[str, Any], manner: Manner) -> None:
    if "next_delivery_on" in changed:
        subscription.next_delivery_on = changed["next_delivery_on"]
    elif "next_ship_on" in changed and manner.in_step:
        subscription.next_delivery_on = timing.delivery_on(changed["next_ship_on"])
    if manner.from_now_on:
        subscription.anchor_on = subscription.next_delivery_on


def _rebase(session: Session, subscription: Subscription, frame: Frame, manner: Manner, today: date) -> None:
    """Start the new cycle from the next promised delivery, or from today, so that the rule gives the next delivery."""
    from_today = today if manner.cycle_from == "today" else None
    facts = facts_of(session, subscription, frame)
    try:
        changed = with_cycle(facts, facts.cycle, from_today=from_today)
    except CycleError as error:
        raise RefusedError(Refusal.CYCLE_BASE, "cycle") from error
    subscription.anchor_on, subscription.next_delivery_on = changed.anchor_on, changed.next_delivery_on
    subscription.next_skipped = changed.next_skipped


def _recalculate(session: Session, subscription: Subscription, frame: Frame, today: date) -> None:
    """Compute the next date from the last one that was dealt with, by the items' rule for the previous cycle number.

    A fixed cycle depends on no number: its delivery date stays, and only ship and creation date are computed anew.
    """
    previous = last_anchor(session, subscription) or subscription.previous_delivery_on
    if subscription.cycle_fixed or previous is None:
        return
    facts = facts_of(session, subscription, frame)
    before = replace(facts, cycle_number=facts.cycle_number - 1)
    first = next_delivery(cycle_in_force(before), previous)
    started = replace(before, anchor_on=first, next_delivery_on=first)
    subscription.anchor_on, subscription.next_delivery_on = next_possible(started, today)
