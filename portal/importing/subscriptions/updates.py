"""Updating of a known subscription to what a file says. Nothing is written if nothing differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.importing.subscriptions.facts import details_of, items_of
from portal.importing.subscriptions.rows import SubscriptionSaid
from portal.models import Subscription
from portal.models.base import Base
from portal.subscriptions.changes import checks, counting, next_dates
from portal.subscriptions.changes.verbs import stamp
from portal.subscriptions.record import history, items, shared_data
from portal.subscriptions.record.facts import Frame, timing_of
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.rules import states
from portal.values import emails
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState

_AS_SAID = ("cycle_number", "remaining_orders", "resume_on", "next_skipped", "stop_reason", "cycle_fixed")
_PREVIOUS = ("previous_ship_on", "previous_delivery_on")


@dataclass(frozen=True)
class Update:
    said: SubscriptionSaid
    values: Mapping[str, Any]
    """Values with the destination settled."""


def bring_up(
    session: Session, subscription: Subscription, update: Update, frame: Frame, *, actor: str, now: datetime
) -> bool:
    """Update the subscription and return whether anything changed. On RefusedError the caller rolls back."""
    history.lock(session, subscription)
    before, key_before, anchor_before = history.snapshot(subscription), subscription.email_key, subscription.anchor_on
    timing_before = timing_of(session, subscription, frame)
    changed = _put(subscription, details_of(update.values))
    if "email" in changed:
        subscription.email_key = emails.normalise(subscription.email)
    changed |= _put(subscription, {name: update.values[name] for name in _AS_SAID + _PREVIOUS if name in update.values})
    changed |= _put_cycle(subscription, update.values)
    _put_state(subscription, update.values, now)
    _put_counts(session, subscription, update.values, now)
    _put_items(session, subscription, update.said)
    _put_attention(subscription, update.values, now)
    with session.no_autoflush:
        moved = timing_of(session, subscription, frame) != timing_before
        changed |= _put_dates(session, subscription, frame, update.values, moved=moved)
    if history.snapshot(subscription) == before:
        return False
    _check(session, subscription, frame, changed, before, anchor_before, now)
    shared_data.follow(session, subscription, key_before)
    subscription.content_digest = update.said.digest
    history.record(session, subscription, "changed", before, actor=actor, now=now)
    return True


def _put(row: Base, values: Mapping[str, Any]) -> set[str]:
    """Set the values and return the names of those that were different."""
    different = {name for name, value in values.items() if getattr(row, name) != value}
    for name in different:
        setattr(row, name, values[name])
    return different


def _put_cycle(subscription: Subscription, values: Mapping[str, Any]) -> set[str]:
    return _put(subscription, {"cycle": checks.cycle_text(values["cycle"])}) if "cycle" in values else set()


def _put_state(subscription: Subscription, values: Mapping[str, Any], now: datetime) -> None:
    state = values.get("state")
    if state is None or state == subscription.state:
        return
    if subscription.state == SubscriptionState.FINISHED:
        raise RefusedError(Refusal.FINISHED, "state")
    subscription.state = SubscriptionState(state)
    stamp(subscription, values.get("stopped_at") or now)
    if state == SubscriptionState.ACTIVE:
        subscription.stop_reason, subscription.resume_on = "", None


def _put_counts(session: Session, subscription: Subscription, values: Mapping[str, Any], now: datetime) -> None:
    """Store what the other system has counted up to now; orders that come in from here on are added."""
    orders, purchases = values.get("orders_made"), values.get("purchase_count")
    if orders in (None, subscription.orders_made) and purchases in (None, subscription.purchase_count):
        return
    subscription.orders_before = subscription.orders_made if orders is None else orders
    subscription.purchases_before = subscription.purchase_count if purchases is None else purchases
    subscription.counted_from = now
    counting.recount(session, subscription)


def _put_items(session: Session, subscription: Subscription, said: SubscriptionSaid) -> None:
    known = items.of(subscription)
    wanted = items_of(said.items, known)
    if said.items and wanted != known:
        items.check(wanted, may_be_used_up=subscription.state == SubscriptionState.FINISHED)
        items.put(session, subscription, wanted)


def _put_attention(subscription: Subscription, values: Mapping[str, Any], now: datetime) -> None:
    if "attention" in values:
        before = (subscription.needs_attention, subscription.attention_reason)
        subscription.needs_attention = values["attention"]
        reason = values.get("attention_reason", subscription.attention_reason)
        subscription.attention_reason = reason if values["attention"] else ""
        if before != (subscription.needs_attention, subscription.attention_reason):
            subscription.attention_since = now


def _put_dates(
    session: Session, subscription: Subscription, frame: Frame, values: Mapping[str, Any], *, moved: bool
) -> set[str]:
    """Store the dates and return the names of those that the file changes.

    The rule goes on from a new delivery date; ship and creation date follow from it unless the file says them, too.
    """
    said = {name: values[name] for name in ("next_delivery_on", "next_ship_on", "next_creation_on") if name in values}
    timing = timing_of(session, subscription, frame)
    if (
        "next_delivery_on" not in said
        and said.get("next_ship_on", subscription.next_ship_on) != subscription.next_ship_on
    ):
        said["next_delivery_on"] = timing.delivery_on(said["next_ship_on"])
    delivery_on = said.get("next_delivery_on", subscription.next_delivery_on)
    different = {name for name, day in said.items() if getattr(subscription, name) != day}
    anchor_on = values.get("anchor_on")
    if anchor_on is None:
        anchor_on = delivery_on if "next_delivery_on" in different else subscription.anchor_on
    if moved or "next_delivery_on" in different:
        next_dates.restart(subscription, timing, anchor_on, delivery_on)
    subscription.anchor_on = anchor_on
    if "next_ship_on" in different:
        subscription.next_ship_on = said["next_ship_on"]
        subscription.next_creation_on = timing.creation_before(subscription.next_ship_on, delivery_on)
    if "next_creation_on" in said:
        subscription.next_creation_on = said["next_creation_on"]
    return different


def _check(
    session: Session,
    subscription: Subscription,
    frame: Frame,
    changed: set[str],
    before: Mapping[str, Any],
    anchor_before: date,
    now: datetime,
) -> None:
    was = SubscriptionState(before["state"])
    if frame.rules.generates == "us" and states.is_locked(was, before["next_creation_on"], tokyo_date(now)):
        raise RefusedError(Refusal.LOCKED)
    ranged = changed - ({"remaining_orders"} if subscription.state == SubscriptionState.FINISHED else set())
    checks.columns(subscription, ranged)
    checks.destination(session, subscription)
    checks.carrying(subscription, frame, changed)
    checks.dates(session, subscription, changed, anchor_before=anchor_before)
