"""A preview of what a day's run will do, without doing it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from portal.models import Shop, Subscription
from portal.models.subscription import DUE
from portal.orders.rules.codes import code_key
from portal.subscriptions.generation.due import generates
from portal.subscriptions.generation.order_rows import code_of, taken_codes
from portal.subscriptions.record.attention import STOPPED, Attention
from portal.subscriptions.record.facts import Frame, facts_of, frame_of
from portal.subscriptions.schedule import CycleError, Delivery, DeliveryItem, Facts, deliveries

AT_ONCE = 500


class Happens(StrEnum):
    ORDER = "order"
    SKIP = "skip"
    """The next delivery's skip becomes final."""
    WAITS = "waits"
    """The subscription is late, and nobody has confirmed its orders."""
    FAILS = "fails"
    """The subscription needs attention; `reason` says why."""


@dataclass(frozen=True)
class Row:
    subscription_id: UUID
    number: str
    buyer_name: str
    happens: Happens
    reason: str
    """`Attention` of a row that FAILS; empty otherwise."""
    cycle_number: int
    delivery_on: date
    ship_on: date
    items: tuple[DeliveryItem, ...]
    total: int


def of_day(session: Session, shop: Shop, day: date, *, today: date) -> list[Row]:
    """Return what the run of the day will do, without writing anything.

    For today, that is what is left to do; for a later day, what is left after the runs until then. Return nothing for a
    past day, or if the shop's orders are not made here.
    """
    frame = frame_of(session, shop.id)
    if day < today or not generates(frame.rules):
        return []
    return [
        row
        for subscriptions in _portions(session, shop.id, day)
        for row in _rows(session, frame, subscriptions, day, today)
    ]


def _portions(session: Session, shop_id: UUID, day: date) -> Iterator[Sequence[Subscription]]:
    reached = select(Subscription).where(Subscription.shop_id == shop_id, DUE, Subscription.next_creation_on <= day)
    last: UUID | None = None
    while True:
        query = reached.where(Subscription.id > last) if last else reached
        found = session.scalars(
            query.order_by(Subscription.id).limit(AT_ONCE).options(selectinload(Subscription.items))
        ).all()
        if found:
            yield found
        if len(found) < AT_ONCE:
            return
        last = found[-1].id


def _rows(
    session: Session, frame: Frame, subscriptions: Sequence[Subscription], day: date, today: date
) -> Iterator[Row]:
    taken = taken_codes(session, frame.rules.shop_id, subscriptions)
    for subscription in subscriptions:
        yield from _of_one(session, frame, subscription, day, today, taken)


def _of_one(
    session: Session, frame: Frame, subscription: Subscription, day: date, today: date, taken: frozenset[str]
) -> Iterator[Row]:
    reason = subscription.attention_reason if subscription.attention_reason in STOPPED else ""
    try:
        facts = facts_of(session, subscription, frame)
        coming = list(_until(facts, subscription.late_until, day, today))
        first = next(iter(deliveries(replace(facts, next_creation_on=day))), None)
    except CycleError:
        coming, first, reason = [], None, Attention.NOT_MADE
    if code_key(code_of(subscription)) in taken and not subscription.next_skipped:
        reason = reason or Attention.CODE_TAKEN
    if first is None:
        reason = reason or Attention.NOTHING_LEFT
    if reason:
        yield _row(subscription, first, Happens.FAILS, reason)
        return
    for made_on, happens, delivery in coming:
        if made_on == day:
            yield _row(subscription, delivery, happens)


def _until(facts: Facts, late_until: date | None, day: date, today: date) -> Iterator[tuple[date, Happens, Delivery]]:
    """Yield (day of the run, what happens, delivery) up to the given day, as the runs will have it."""
    on = max(today, facts.next_creation_on or today)
    for delivery in deliveries(replace(facts, next_creation_on=on)):
        on = max(on, delivery.creation_on)
        if on > day:
            return
        if delivery.skipped:
            yield on, Happens.SKIP, delivery
        elif delivery.delivery_on > on or (late_until is not None and delivery.delivery_on <= late_until):
            yield on, Happens.ORDER, delivery
        else:
            # It waits again on every day until somebody confirms it.
            yield day, Happens.WAITS, delivery
            return
        if not delivery.skipped:
            on += timedelta(days=1)


def _row(subscription: Subscription, delivery: Delivery | None, happens: Happens, reason: str = "") -> Row:
    return Row(
        subscription_id=subscription.id,
        number=subscription.number,
        buyer_name=subscription.buyer_name,
        happens=happens,
        reason=reason,
        cycle_number=delivery.cycle_number if delivery else subscription.cycle_number,
        delivery_on=delivery.delivery_on if delivery else subscription.next_delivery_on,
        ship_on=delivery.ship_on if delivery else subscription.next_ship_on,
        items=delivery.items if delivery else (),
        total=delivery.total if delivery else 0,
    )
