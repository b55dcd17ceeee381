"""Mails that tell buyers that their order has come in or was canceled, with what that means for its payment."""

from datetime import datetime, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, selectinload

from portal.models import Order, OutboxMail, Shop
from portal.models.order import NOT_SHIPPED
from portal.notifications import order_canceled, order_received
from portal.notifications.outbox import Mailroom
from portal.notifications.switches import told_since
from portal.payments.reading import prepayment_of, state_of
from portal.values.dates import tokyo_date
from portal.values.states import OrderStatus

NEWS_FOR = timedelta(days=3)
"""Age up to which an order, imported or made here, is news for its buyer; an older one is history."""


def untold(shop: Shop, message: str, now: datetime) -> Select[Order]:
    """Return the query for the shop's new orders, oldest first, whose buyers have an address but no such mail yet."""
    told = exists().where(OutboxMail.order_id == Order.id, OutboxMail.message == message)
    return (
        select(Order)
        .where(Order.shop_id == shop.id, Order.ordered_at > now - NEWS_FOR, Order.email_key != "", ~told)
        .order_by(Order.ordered_at, Order.id)
        .options(selectinload(Order.lines))
    )


def tell_received(session: Session, mailroom: Mailroom, shop: Shop, *, now: datetime, limit: int) -> int:
    """Write the mails that are due, oldest orders first, and return how many.

    Each order is announced once, however often it is imported.
    """
    since = told_since(shop, "order_received")
    if since is None:
        return 0
    begun = Order.created_at >= since
    news = untold(shop, "order_received", now).where(begun, Order.status != OrderStatus.CANCELED)
    orders = session.scalars(news.limit(limit)).all()
    for order in orders:
        mailroom.post(
            session,
            shop=shop,
            order=order,
            message="order_received",
            recipient=order.email_key,
            context=received_context(mailroom, shop, order),
            language="ja",
            once_key=order_received.once_key(order.id),
            now=now,
        )
    return len(orders)


def received_context(mailroom: Mailroom, shop: Shop, order: Order) -> dict[str, object]:
    """Return the context of the mail, also used for its preview."""
    due = prepayment_of(shop, order, order.total)
    return order_received.context(
        order_url=mailroom.order_url(shop, order),
        to_pay=due.total if due else 0,
        pay_until=due.deadline if due else None,
        account=due.account if due else "",
    )


def tell_canceled(session: Session, mailroom: Mailroom, shop: Shop, *, now: datetime, limit: int) -> int:
    """Write the mails about cancellations that are due, oldest first, and return how many; each is told once.

    An order that came in as canceled already is nothing that its buyer has heard of here.
    """
    since = told_since(shop, "order_canceled")
    if since is None:
        return 0
    told = exists().where(OutboxMail.order_id == Order.id, OutboxMail.message == "order_canceled")
    news = (
        select(Order)
        .where(
            Order.shop_id == shop.id,
            Order.status == OrderStatus.CANCELED,
            NOT_SHIPPED,
            Order.cancelled_at >= max(since, now - NEWS_FOR),
            Order.cancelled_at > Order.created_at,
            Order.email_key != "",
            ~told,
        )
        .order_by(Order.cancelled_at, Order.id)
        .limit(limit)
    )
    orders = session.scalars(news).all()
    for order in orders:
        mailroom.post(
            session,
            shop=shop,
            order=order,
            message="order_canceled",
            recipient=order.email_key,
            context=canceled_context(mailroom, shop, order),
            language="ja",
            once_key=order_canceled.once_key(order.id),
            now=now,
        )
    return len(orders)


def canceled_context(mailroom: Mailroom, shop: Shop, order: Order) -> dict[str, object]:
    """Return the context of the mail, also used for its preview."""
    return order_canceled.context(
        order_url=mailroom.order_url(shop, order),
        canceled_on=tokyo_date(order.cancelled_at) if order.cancelled_at else None,
        state=state_of(shop, order),
    )
