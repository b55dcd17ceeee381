"""Creation and deletion of a subscription."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Order, Shop, Subscription
from portal.models.base import fill_defaults, new_id
from portal.subscriptions.changes import checks, counting, next_dates
from portal.subscriptions.record import history, items, numbering, shop_rules
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.facts import Frame, timing_of
from portal.subscriptions.record.items import Item
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.values import emails
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState


@dataclass(frozen=True, kw_only=True)
class New:
    """Data of a subscription when it begins here."""

    cycle: str
    """Cycle in its text form."""
    next_delivery_on: date
    items: Sequence[Item]
    details: Wanted
    """Other columns, at least buyer_name."""
    once_id: UUID | None = None
    """Id made with the form; however often the form is sent, there is one subscription, with this id."""
    external_number: str = ""
    """Number in the system it comes from; there is one subscription for each."""
    number: str = ""
    """Number that its buyer knows already, empty to number it by the shop's rule."""
    cycle_fixed: bool = True
    anchor_on: date | None = None
    """Nominal date, None if it is the next delivery date."""
    next_ship_on: date | None = None
    """Ship date, None to compute it by the rule; so too the creation date."""
    next_creation_on: date | None = None
    state: SubscriptionState = SubscriptionState.ACTIVE
    stop_reason: str = ""
    stopped_at: datetime | None = None
    """Time when it was suspended, canceled or finished, None for now."""
    resume_on: date | None = None
    next_skipped: bool = False
    attention: str = ""
    """Reason why a person must look at it, empty if nobody must."""
    first_order: Order | None = None
    """Order of the checkout."""
    orders_before: int = 0
    """Orders made in the system it comes from; `purchases_before` of them were shipped and not returned."""
    purchases_before: int = 0
    cycle_number: int | None = None
    """Number of the next order, None for one more than the orders made."""
    remaining_orders: int | None = None
    previous_ship_on: date | None = None
    previous_delivery_on: date | None = None
    created_at: datetime | None = None
    """Time when it began elsewhere, None for now."""
    content_digest: str = ""


def create(session: Session, shop: Shop, new: New, *, frame: Frame, actor: str, now: datetime) -> Subscription:
    """Create the subscription, or return the one with the same once_id or external number, even a deleted one.

    If RefusedError is raised, nothing was written.
    """
    of_shop = shop_rules.locked(session, shop.id)
    existing = _existing(session, shop, new)
    if existing is not None:
        return existing
    if not of_shop.enabled:
        raise RefusedError(Refusal.NOT_ENABLED)
    # A subscription that ran elsewhere before is not new; one that begins with an order is, whatever its number.
    if not of_shop.takes_new and (new.first_order is not None or not (new.external_number or new.number)):
        raise RefusedError(Refusal.TAKES_NO_NEW)
    subscription = _built(session, shop, new, frame, now)
    subscription.number = new.number or numbering.next_number(session, shop.id, tokyo_date(now))
    session.add(subscription)
    session.flush()
    if new.first_order is not None:
        _link(session, subscription, new.first_order)
    nothing = dict.fromkeys(history.snapshot(subscription))
    history.record(session, subscription, "created", nothing, actor=actor, now=now)
    return subscription


def delete(
    session: Session, subscription: Subscription, *, seen_version: int | None = None, actor: str, now: datetime
) -> None:
    """Delete it: no more orders are made. Its number, orders and history stay."""
    history.take(session, subscription)
    if subscription.deleted_at is not None:
        return
    history.compare_version(subscription, seen_version)
    history.refuse_locked(subscription, now)
    before = history.snapshot(subscription)
    subscription.deleted_at = now
    history.record(session, subscription, "deleted", before, actor=actor, now=now)


def _existing(session: Session, shop: Shop, new: New) -> Subscription | None:
    mine = select(Subscription).where(Subscription.shop_id == shop.id)
    if new.once_id is not None:
        by_id = session.scalar(mine.where(Subscription.id == new.once_id))
        if by_id is not None:
            return by_id
    if new.external_number:
        return session.scalar(mine.where(Subscription.external_number == new.external_number))
    return None


def _built(session: Session, shop: Shop, new: New, frame: Frame, now: datetime) -> Subscription:
    orders_made = new.orders_before + (new.first_order is not None)
    subscription = Subscription(
        id=new.once_id or new_id(),
        shop_id=shop.id,
        number=new.number,
        external_number=new.external_number,
        state=new.state,
        stop_reason=new.stop_reason,
        cycle=checks.cycle_text(new.cycle),
        cycle_fixed=new.cycle_fixed,
        orders_made=orders_made,
        orders_before=new.orders_before,
        purchase_count=new.purchases_before,
        purchases_before=new.purchases_before,
        counted_from=_counted_from(new, now),
        cycle_number=orders_made + 1 if new.cycle_number is None else new.cycle_number,
        remaining_orders=new.remaining_orders,
        previous_ship_on=new.previous_ship_on,
        previous_delivery_on=new.previous_delivery_on,
        resume_on=new.resume_on,
        next_skipped=new.next_skipped,
        needs_attention=new.attention != "",
        attention_reason=new.attention,
        attention_since=now if new.attention else None,
        content_digest=new.content_digest,
        created_at=new.created_at or now,
        updated_at=now,
        **{name: value for name, value in new.details.items() if name != "items"},
    )
    fill_defaults(subscription)
    subscription.email_key = emails.normalise(subscription.email)
    stamp(subscription, new.stopped_at or now)
    items.check(new.items, may_be_used_up=new.state == SubscriptionState.FINISHED)
    items.put(session, subscription, new.items)
    _check(session, subscription, new, frame)
    _date(session, subscription, new, frame)
    return subscription


def _counted_from(new: New, now: datetime) -> datetime | None:
    if not new.orders_before:
        return None
    return new.first_order.ordered_at if new.first_order else now


def stamp(subscription: Subscription, at: datetime) -> None:
    """Set the time since which the subscription has been in its state, and clear the others."""
    subscription.suspended_at = subscription.canceled_at = subscription.finished_at = None
    if subscription.state == SubscriptionState.SUSPENDED:
        subscription.suspended_at = at
    elif subscription.state == SubscriptionState.CANCELED:
        subscription.canceled_at = at
    elif subscription.state == SubscriptionState.FINISHED:
        subscription.finished_at = at


def _check(session: Session, subscription: Subscription, new: New, frame: Frame) -> None:
    """Check all but the payment: cards and consents may still come, and without them nothing is charged."""
    ranged = {"external_number", "number", "cycle_number", "stop_reason", "attention_reason"}
    # A finished one may have no orders left, which is below the range.
    ranged |= {"remaining_orders"} if subscription.state != SubscriptionState.FINISHED else set()
    checks.columns(subscription, {*new.details, *ranged})
    checks.destination(session, subscription)
    checks.carrying(subscription, frame, new.details)


def _date(session: Session, subscription: Subscription, new: New, frame: Frame) -> None:
    timing = timing_of(session, subscription, frame)
    next_dates.restart(subscription, timing, new.anchor_on or new.next_delivery_on, new.next_delivery_on)
    if new.next_ship_on is not None:
        subscription.next_ship_on = new.next_ship_on
        subscription.next_creation_on = timing.creation_before(new.next_ship_on, new.next_delivery_on)
    if new.next_creation_on is not None:
        subscription.next_creation_on = new.next_creation_on
    checks.dates(session, subscription, {"next_creation_on"} if new.next_creation_on else (), anchor_before=None)


def _link(session: Session, subscription: Subscription, order: Order) -> None:
    """Link the checkout's order as number 1, or as the number after those made elsewhere."""
    order.subscription_id = subscription.id
    order.subscription_number = order.subscription_number or subscription.number
    order.cycle_number = subscription.orders_made
    order.next_delivery_on = subscription.next_delivery_on
    counting.recount(session, subscription)
