"""Changes to the columns and items of a subscription, and the preview of what a change makes of it."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from portal.models import Subscription, SubscriptionItem
from portal.payments.rules.wallets import Way, way_of
from portal.subscriptions.changes import checks, next_dates
from portal.subscriptions.changes.next_dates import Manner
from portal.subscriptions.record import history, items, shared_data
from portal.subscriptions.record.editable_fields import ALWAYS, DATES, DESTINATION, ON_THE_DAY, PAYMENT, Wanted
from portal.subscriptions.record.facts import Frame, timing_of
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.rules.states import is_locked
from portal.subscriptions.schedule import methods
from portal.values import emails
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState

USUAL = Manner()


def change(
    session: Session,
    subscription: Subscription,
    wanted: Wanted,
    manner: Manner = USUAL,
    *,
    frame: Frame,
    foreseen: Subscription | None = None,
    seen_version: int | None = None,
    actor: str,
    now: datetime,
) -> bool:
    """Change the subscription; return False if everything was like that already.

    `foreseen`: result of `foresee` before the lock; it is used as long as nothing that it was computed from can have
    changed. If RefusedError or StaleError is raised, nothing was changed.
    """
    history.lock(session, subscription)
    before, key_before = history.snapshot(subscription), subscription.email_key
    try:
        after = _still_right(subscription, wanted, foreseen)
        after = after or foresee(session, subscription, wanted, manner, frame=frame, now=now)
    except RefusedError:
        # The form may be outdated: then report that, not the refusal.
        history.compare_version(subscription, seen_version)
        raise
    changes = history.snapshot(after)
    if changes == before:
        return False
    history.compare_version(subscription, seen_version)
    for name in changes.keys() - {"items"}:
        if getattr(subscription, name) != getattr(after, name):
            setattr(subscription, name, getattr(after, name))
    if changes["items"] != before["items"]:
        items.put(session, subscription, items.of(after))
    shared_data.follow(session, subscription, key_before)
    history.record(session, subscription, "changed", before, actor=actor, now=now)
    return True


def foresee(
    session: Session,
    subscription: Subscription,
    wanted: Wanted,
    manner: Manner = USUAL,
    *,
    frame: Frame,
    now: datetime,
) -> Subscription:
    """Return an unsaved copy as it would be, for `facts_of` and the plan. Raise RefusedError like `change`."""
    copy = copy_of(subscription)
    with session.no_autoflush:
        _apply(session, copy, wanted, manner, frame, today=tokyo_date(now))
    return copy


def _still_right(subscription: Subscription, wanted: Wanted, foreseen: Subscription | None) -> Subscription | None:
    """Return `foreseen`, or None if the subscription has changed since or other rows decide (card, address entry)."""
    is_same = foreseen is not None and foreseen.version == subscription.version
    return foreseen if is_same and not wanted.keys() & (DESTINATION | PAYMENT) else None


def copy_of(subscription: Subscription) -> Subscription:
    """Return an unsaved copy of the subscription and its items."""
    columns = inspect(Subscription).column_attrs
    copy = Subscription(**{column.key: getattr(subscription, column.key) for column in columns})
    of_items = inspect(SubscriptionItem).column_attrs
    copy.items = [
        SubscriptionItem(**{column.key: getattr(item, column.key) for column in of_items})
        for item in subscription.items
    ]
    return copy


def _apply(
    session: Session, subscription: Subscription, wanted: Wanted, manner: Manner, frame: Frame, *, today: date
) -> None:
    """Set the columns and all that follows from them, or raise RefusedError. Take no lock and write no history."""
    changed = _differences(subscription, wanted)
    moves_anchor = manner.from_now_on and subscription.anchor_on != wanted.get("next_delivery_on")
    touched = {*changed, *(["next_delivery_on"] if manner.recalculate or moves_anchor else [])}
    if not touched:
        return
    _refuse_standstill(subscription, touched, today)
    timing_before = timing_of(session, subscription, frame)
    dates_before = _dates_of(subscription)
    _set_columns(session, subscription, changed)
    _set_payment(subscription, frame, changed)
    if DESTINATION & changed.keys():
        checks.destination(session, subscription)
    checks.columns(subscription, changed.keys() - {"items"})
    next_dates.update(session, subscription, frame, changed, manner, timing_before=timing_before, today=today)
    checks.carrying(subscription, frame, changed)
    checks.payment(session, subscription, frame, changed)
    if _dates_of(subscription) != dates_before:
        checks.dates(session, subscription, changed, anchor_before=dates_before[0])


def _dates_of(subscription: Subscription) -> tuple[date, date, date, date]:
    return (
        subscription.anchor_on,
        subscription.next_delivery_on,
        subscription.next_ship_on,
        subscription.next_creation_on,
    )


def _differences(subscription: Subscription, wanted: Wanted) -> dict[str, Any]:
    """Return the wanted values that differ from the current ones. Raise RefusedError for a bad cycle or bad items."""
    given: dict[str, Any] = dict(wanted)
    if "cycle" in given:
        given["cycle"] = checks.cycle_text(given["cycle"])
    if "items" in given:
        given["items"] = tuple(given["items"])
        items.check(given["items"])
    now = {name: items.of(subscription) if name == "items" else getattr(subscription, name) for name in given}
    return {name: value for name, value in given.items() if value != now[name]}


def _refuse_standstill(subscription: Subscription, touched: AbstractSet[str], today: date) -> None:
    if subscription.state == SubscriptionState.FINISHED and not touched <= ALWAYS:
        raise RefusedError(Refusal.FINISHED)
    locked = is_locked(subscription.state, subscription.next_creation_on, today)
    if locked and not touched <= ON_THE_DAY:
        raise RefusedError(Refusal.LOCKED)


def _set_columns(session: Session, subscription: Subscription, changed: Mapping[str, Any]) -> None:
    for name, value in changed.items():
        if name == "items":
            items.put(session, subscription, value)
        elif name not in DATES:
            setattr(subscription, name, value)
    if "email" in changed:
        subscription.email_key = emails.normalise(subscription.email)
    if "cycle" in changed and "cycle_fixed" not in changed:
        subscription.cycle_fixed = True
    if {"carrier", "delivery_method"} & changed.keys() and "time_slot" not in changed:
        has_slots = methods.has_date(subscription.carrier, subscription.delivery_method)
        subscription.time_slot = subscription.time_slot if has_slots else ""


def _set_payment(subscription: Subscription, frame: Frame, changed: Mapping[str, Any]) -> None:
    """Clear the columns that the new payment method does not use; the card itself stays registered."""
    if "payment_method" not in changed:
        return
    way = way_of(subscription.payment_method, frame.payment_words)
    if way is not Way.CARD:
        subscription.card_id = None
        subscription.instalments = 1
    if "wallet_agreement" not in changed:
        # An agreement with one wallet is no consent for another.
        subscription.wallet_agreement = ""
