"""Mails that tell buyers that their order has come in, for shops that turned them on."""

from datetime import datetime, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, selectinload

from portal import audit
from portal.models import Order, OutboxMail, Shop
from portal.notifications import order_received
from portal.notifications.outbox import Mailroom
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
    if shop.tells_orders_since is None:
        return 0
    begun = Order.created_at >= shop.tells_orders_since
    news = untold(shop, "order_received", now).where(begun, Order.status != OrderStatus.CANCELED)
    orders = session.scalars(news.limit(limit)).all()
    for order in orders:
        mailroom.post(
            session,
            shop=shop,
            order=order,
            message="order_received",
            recipient=order.email_key,
            context=order_received.context(order_url=mailroom.order_url(shop, order)),
            language="ja",
            once_key=order_received.once_key(order.id),
            now=now,
        )
    return len(orders)


def switch(session: Session, shop: Shop, *, on: bool, actor: str, now: datetime) -> None:
    """Turn the notice on or off; existing orders are not notified."""
    if on == (shop.tells_orders_since is not None):
        return
    before = shop.tells_orders_since
    shop.tells_orders_since = now if on else None
    # The version counts the audit entries of this kind: a form uses it to find what was changed since it was opened.
    shop.settings_version += 1
    audit.record_about(
        session,
        shop,
        "shop.settings_changed",
        {"tells_orders_since": (before, shop.tells_orders_since)},
        actor=actor,
        now=now,
    )
