"""Mails to buyers about their deliveries: when the order was made, and some days before the delivery."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, null, select
from sqlalchemy.orm import Session

from portal.models import Order, OutboxMail, Shop, Subscription, SubscriptionOccurrence, SubscriptionRules
from portal.models.subscription import DUE
from portal.notifications import order_generated, upcoming_delivery
from portal.notifications.outbox import Mailroom, To
from portal.payments.notices import untold
from portal.subscriptions.record.facts import facts_of, frame_of
from portal.subscriptions.schedule import plan
from portal.values.dates import tokyo_date
from portal.values.states import OrderStatus

LOOKED_UP = 500
"""Keys of mails that are looked up at once."""
_NO_NEWS = (OrderStatus.CANCELED, OrderStatus.RETURNED, OrderStatus.ON_HOLD)


def shops(session: Session) -> Sequence[UUID]:
    telling = select(SubscriptionRules.shop_id).where(
        SubscriptionRules.enabled,
        SubscriptionRules.tells_generated | SubscriptionRules.upcoming_days.is_not(None),
    )
    return session.scalars(telling.order_by(SubscriptionRules.shop_id)).all()


def tell_generated(session: Session, mailroom: Mailroom, shop: Shop, *, now: datetime, limit: int) -> int:
    """Write the mails about orders that were made, and return how many.

    An order on hold is announced when it is paid; until then another mail says why.
    """
    made_here = exists().where(SubscriptionOccurrence.order_id == Order.id, SubscriptionOccurrence.outcome == "ordered")
    wants = exists().where(SubscriptionRules.shop_id == shop.id, SubscriptionRules.tells_generated)
    news = untold(shop, "order_generated", now).where(
        Order.subscription_id.is_not(None), Order.status.not_in(_NO_NEWS), made_here, wants
    )
    orders = session.scalars(news.limit(limit)).all()
    for order in orders:
        mailroom.post(
            session,
            shop=shop,
            order=order,
            message="order_generated",
            recipient=order.email_key,
            context=order_generated.context(
                order_url=mailroom.order_url(shop, order),
                subscription=order.subscription_number,
                delivery_on=order.requested_on,
                next_on=order.next_delivery_on,
            ),
            language="ja",
            once_key=order_generated.once_key(order.id),
            now=now,
        )
    return len(orders)


def tell_upcoming(session: Session, mailroom: Mailroom, shop: Shop, *, now: datetime, limit: int) -> int:
    """Write the mails about deliveries within the shop's `upcoming_days`, each once, and return how many."""
    frame = frame_of(session, shop.id)
    if frame.rules.upcoming_days is None:
        return 0
    today = tokyo_date(now)
    until = today + timedelta(days=frame.rules.upcoming_days)
    made = _untold(session, shop.id, _made(shop.id, today, until), limit)
    for subscription_id, delivery_on, order_id in made:
        subscription, order = session.get_one(Subscription, subscription_id), session.get_one(Order, order_id)
        items = [f"{line.name} × {line.quantity}" for line in order.lines]
        _post(
            session,
            mailroom,
            shop,
            subscription,
            delivery_on,
            order,
            items,
            None,
            for_once=_was_moved(session, order.id),
            now=now,
        )
    coming = _untold(session, shop.id, _coming(shop.id, today, until), limit - len(made))
    for subscription_id, delivery_on, _none in coming:
        subscription = session.get_one(Subscription, subscription_id)
        newest = select(Order).filter_by(subscription_id=subscription_id).order_by(Order.ordered_at.desc()).limit(1)
        deliveries = plan(facts_of(session, subscription, frame), 1)
        items = [f"{item.name} × {item.quantity}" for delivery in deliveries for item in delivery.items]
        last_day = subscription.next_creation_on - timedelta(days=1)
        last = session.scalars(newest).first()
        _post(
            session,
            mailroom,
            shop,
            subscription,
            delivery_on,
            last,
            items,
            last_day,
            for_once=deliveries[0].for_once,
            now=now,
        )
    return len(made) + len(coming)


def _untold(
    session: Session, shop_id: UUID, candidates: Select[UUID, date, UUID | None], limit: int
) -> list[tuple[UUID, date, UUID | None]]:
    """Return the (subscription, delivery date, order) candidates without a mail so far, found by the mails' keys."""
    found: list[tuple[UUID, date, UUID | None]] = []
    rows = session.execute(candidates).all()
    for start in range(0, len(rows), LOOKED_UP):
        portion = {
            upcoming_delivery.once_key(of, on): (of, on, order) for of, on, order in rows[start : start + LOOKED_UP]
        }
        told = select(OutboxMail.once_key).where(OutboxMail.shop_id == shop_id, OutboxMail.once_key.in_(portion))
        known = set(session.scalars(told))
        found += [row for key, row in portion.items() if key not in known]
        if len(found) >= limit:
            break
    return found[: max(0, limit)]


def _post(
    session: Session,
    mailroom: Mailroom,
    shop: Shop,
    subscription: Subscription,
    delivery_on: date,
    order: Order | None,
    items: Sequence[str],
    change_until: date | None,
    *,
    for_once: bool,
    now: datetime,
) -> None:
    """Write the mail. `order`: the one to whose page it links.

    That is the coming order or, while it is not made yet, the newest one before it, from whose page the subscription
    can be changed.
    """
    to = To.SUBSCRIPTION if change_until else To.ORDER
    mailroom.post(
        session,
        shop=shop,
        order=order,
        message="upcoming_delivery",
        recipient=subscription.email_key,
        context=upcoming_delivery.context(
            buyer=subscription,
            subscription=subscription.number,
            delivery_on=delivery_on,
            for_once=for_once,
            items=items,
            change_until=change_until,
            page_url=mailroom.order_url(shop, order, to) if order else "",
        ),
        language="ja",
        once_key=upcoming_delivery.once_key(subscription.id, delivery_on),
        now=now,
    )


def _was_moved(session: Session, order_id: UUID) -> bool:
    """Tell whether the order was made for a day that is not the cycle's."""
    of = SubscriptionOccurrence
    moved = select(of.id).where(of.order_id == order_id, of.outcome == "ordered", of.delivery_on != of.anchor_on)
    return session.scalar(moved) is not None


def _made(shop_id: UUID, today: date, until: date) -> Select[UUID, date, UUID | None]:
    """Return the query for deliveries whose orders were made and are still to be shipped."""
    of = SubscriptionOccurrence
    return (
        select(of.subscription_id, of.delivery_on, of.order_id)
        .join(Order, Order.id == of.order_id)
        .where(
            of.shop_id == shop_id,
            of.outcome == "ordered",
            of.delivery_on > today,
            of.delivery_on <= until,
            Order.email_key != "",
            Order.status.in_([OrderStatus.AWAITING_SHIPMENT, OrderStatus.PICKING]),
        )
        .order_by(of.delivery_on, of.id)
    )


def _coming(shop_id: UUID, today: date, until: date) -> Select[UUID, date, UUID | None]:
    """Return the query for deliveries whose orders are not made yet.

    Those whose creation date is today are left out, because nothing can be changed any more.
    """
    return (
        select(Subscription.id, Subscription.next_delivery_on, null())
        .where(
            Subscription.shop_id == shop_id,
            DUE,
            Subscription.next_delivery_on > today,
            Subscription.next_delivery_on <= until,
            Subscription.next_creation_on > today,
            Subscription.next_skipped.is_(False),
            Subscription.email_key != "",
        )
        .order_by(Subscription.next_delivery_on, Subscription.id)
    )
