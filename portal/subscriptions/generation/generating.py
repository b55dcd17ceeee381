"""Making the orders that are due: each cycle exactly once, in chunks that several workers share.

A chunk is one short transaction. Its rows are locked, and workers skip rows that others have locked (on SQLite the
write lock of the transaction does that). The order, its parcel, the occurrence, the counts and the next dates are
written together or not at all. If a worker is killed, what it has committed stays, and the rest is due as before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session, selectinload

from portal import audit
from portal.models import Base, Card, ListedAddress, PaymentAttempt, Subscription, SubscriptionOccurrence
from portal.orders.rules.codes import code_key
from portal.shipments.new_orders import insert_all, insert_rows
from portal.subscriptions.generation import advance, order_rows
from portal.subscriptions.generation.due import due, generates
from portal.subscriptions.generation.order_rows import Made, Next, Workshop
from portal.subscriptions.record import attention, history
from portal.subscriptions.record.attention import Attention
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.values.dates import tokyo_date
from portal.values.states import OrderStatus, SubscriptionState

log = structlog.get_logger("mypage")

CHUNK = 100
"""Subscriptions per chunk: others wait for SQLite a few tenths of a second at most, and a crash loses no more work."""


@dataclass
class Tally:
    """Counts of what became of a chunk's subscriptions."""

    ordered: list[UUID] = field(default_factory=list)
    """Ids of the orders made."""
    skipped: int = 0
    held: int = 0
    failed: int = 0
    asks: bool = False
    """True if a payment company has to be asked."""

    @property
    def done(self) -> int:
        return len(self.ordered) + self.skipped + self.failed

    def add(self, part: "Tally") -> None:
        self.ordered += part.ordered
        self.skipped += part.skipped
        self.held += part.held
        self.failed += part.failed
        self.asks = self.asks or part.asks


@dataclass(frozen=True)
class _Hand:
    session: Session
    workshop: Workshop
    run_id: UUID | None
    day: date
    actor: str
    now: datetime


@dataclass(frozen=True)
class _Step:
    subscription: Subscription
    coming: Next
    made: Made | None
    """Rows of the order; None if the skip becomes final."""


class CannotMakeError(Exception):
    def __init__(self, reason: Attention) -> None:
        super().__init__(reason)
        self.reason = reason


def make_chunk(
    session: Session, shop_id: UUID, *, run_id: UUID | None, actor: str, now: datetime, limit: int = CHUNK
) -> Tally:
    """Make the orders that are due, earliest first, except those that another worker has locked. The caller commits."""
    workshop = order_rows.workshop_of(session, shop_id)
    if not generates(workshop.frame.rules):
        return Tally()
    day = tokyo_date(now)
    claimed = session.scalars(
        select(Subscription)
        .where(*due(shop_id, day))
        .order_by(Subscription.next_creation_on, Subscription.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
        .options(selectinload(Subscription.items))
        .execution_options(populate_existing=True)
    ).all()
    if not claimed:
        return Tally()
    hand = _Hand(session, workshop, run_id, day, actor, now)
    return _make_all(hand, claimed)


def make_now(
    session: Session, subscription: Subscription, *, seen_version: int | None, actor: str, now: datetime
) -> UUID:
    """Make the next order before its time, because a person wants it, and return its id.

    A late subscription needs no other confirmation. Raise RefusedError if it is not active, skips the next delivery, or
    the shop's cart makes the orders. Raise CannotMakeError if the order cannot be made.
    """
    history.lock(session, subscription)
    history.compare_version(subscription, seen_version)
    if subscription.state != SubscriptionState.ACTIVE:
        raise RefusedError(Refusal.STATE)
    if subscription.next_skipped:
        raise RefusedError(Refusal.STATE, "next_skipped")
    workshop = order_rows.workshop_of(session, subscription.shop_id)
    if not generates(workshop.frame.rules):
        raise RefusedError(Refusal.NOT_ENABLED)
    hand = _Hand(session, workshop, None, tokyo_date(now), actor, now)
    taken = order_rows.taken_codes(session, subscription.shop_id, [subscription])
    tally = Tally()
    _write(hand, [_prepared(hand, subscription, taken)], tally)
    return tally.ordered[0]


def _make_all(hand: _Hand, subscriptions: Sequence[Subscription]) -> Tally:
    """Write all orders in one savepoint or, if the database or anything else refuses that, each in its own."""
    tally = Tally()
    _held = _load_ahead(hand.session, subscriptions)
    taken = order_rows.taken_codes(hand.session, hand.workshop.shop.id, subscriptions)
    steps: list[_Step] = []
    failures: list[tuple[Subscription, Attention]] = []
    for subscription in subscriptions:
        try:
            steps.append(_prepared(hand, subscription, taken))
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others' orders are made
            failures.append((subscription, _reason(error, subscription)))
    if not _written(hand, steps, tally):
        for step in steps:
            one = _one_by_one(hand, step, taken, tally)
            failures += [(step.subscription, one)] if one else []
    for subscription, reason in failures:
        tally.failed += 1
        attention.flag(hand.session, subscription, reason, actor=hand.actor, now=hand.now)
    return tally


def _load_ahead(session: Session, subscriptions: Sequence[Subscription]) -> list[Base]:
    """Load the rows that are looked up by id. The session knows them only as long as the caller holds the list."""
    addresses = {one.listed_address_id for one in subscriptions} - {None}
    cards = {one.card_id for one in subscriptions} - {None}
    held: list[Base] = []
    if addresses:
        held += session.scalars(select(ListedAddress).where(ListedAddress.id.in_(addresses)))
    if cards:
        held += session.scalars(select(Card).where(Card.id.in_(cards)))
    return held


def _prepared(hand: _Hand, subscription: Subscription, taken: frozenset[str]) -> _Step:
    coming = order_rows.next_of(hand.session, subscription, hand.workshop.frame, hand.day)
    if coming is None:
        raise CannotMakeError(Attention.NOTHING_LEFT)
    if coming.delivery.skipped:
        return _Step(subscription, coming, None)
    if code_key(order_rows.code_of(subscription)) in taken:
        raise CannotMakeError(Attention.CODE_TAKEN)
    made = order_rows.make(hand.session, subscription, coming, hand.workshop, actor=hand.actor, now=hand.now)
    return _Step(subscription, coming, made)


def _reason(error: Exception, subscription: Subscription) -> Attention:
    if isinstance(error, CannotMakeError):
        return error.reason
    log.error("order not made", subscription=str(subscription.id), error=f"{type(error).__name__}: {error}")
    return Attention.NOT_MADE


def _written(hand: _Hand, steps: Sequence[_Step], tally: Tally) -> bool:
    try:
        with hand.session.begin_nested():
            _write(hand, steps, part := Tally())
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - which of them it was is found one by one
        log.warning("chunk not written", error=type(error).__name__)
        return False
    tally.add(part)
    return True


def _one_by_one(hand: _Hand, step: _Step, taken: frozenset[str], tally: Tally) -> Attention | None:
    """Make one order in its own savepoint. Return None if it was made, otherwise why not."""
    subscription = step.subscription
    done = select(SubscriptionOccurrence.id).filter_by(
        subscription_id=subscription.id, anchor_on=subscription.anchor_on
    )
    if hand.session.scalar(done) is not None:
        return Attention.CYCLE_DONE
    try:
        with hand.session.begin_nested():
            # Prepared anew, because the failed savepoint has taken back its changes.
            _write(hand, [_prepared(hand, subscription, taken)], part := Tally())
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - as in `_make_all`
        return _reason(error, subscription)
    tally.add(part)
    return None


def _write(hand: _Hand, steps: Sequence[_Step], tally: Tally) -> None:
    session, actor, now = hand.session, hand.actor, hand.now
    made = [step.made for step in steps if step.made]
    insert_all(session, [one.order for one in made], actor=actor, now=now)
    attempts = [one.attempt for one in made if one.attempt]
    insert_rows(session, PaymentAttempt, attempts)
    cycles = []
    for step in steps:
        order_id = step.made.order.order["id"] if step.made else None
        cycles += order_rows.occurrences(step.subscription, step.coming, order_id, hand.run_id, actor=actor, now=now)
    insert_rows(session, SubscriptionOccurrence, cycles)
    tally.ordered += [one.order.order["id"] for one in made]
    tally.skipped += len(steps) - len(made)
    tally.held += sum(one.order.order["status"] == OrderStatus.ON_HOLD for one in made)
    tally.asks = tally.asks or bool(attempts)
    for action, of_kind in (("subscription.ordered", True), ("subscription.skip_final", False)):
        audit.record_many(
            session,
            shop_id=hand.workshop.shop.id,
            action=action,
            subject_type="subscription",
            subjects=[step.subscription.id for step in steps if (step.made is not None) is of_kind],
            actor=actor,
            now=now,
        )
    with session.no_autoflush:
        for step in steps:
            advance.move_on(session, step.subscription, step.coming, hand.day, actor=actor, now=now)
        advance.store(session, [step.subscription for step in steps])
