"""Mails with the links of a buyer's orders, sent again for the buyer or for staff.

A stranger cannot find out which addresses have orders.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.access.opening import STANDING, opens
from portal.access.rules.digests import email_digest
from portal.models import Order, OutboxMail, Shop
from portal.models.base import new_id
from portal.notifications import order_link
from portal.notifications.outbox import Mailroom
from portal.values import emails

ONE_MAIL_IN = timedelta(minutes=10)
PERIODS_A_DAY = timedelta(days=1) // ONE_MAIL_IN
MOST_A_DAY = 5
"""Most mails to one address in 24 hours, whoever asks."""
MOST_LINKS = 10
MOST_READ = 100


def send_links(
    session: Session, shop: Shop, typed: str, *, mailroom: Mailroom, secret: str, language: str, now: datetime
) -> bool:
    """Mail the links of this address's open orders, newest first, and return whether a mail was written.

    None is written if there are no orders, or if one was written in the same ten minutes or enough in the last day.
    The work is the same either way, and the buyer must not see the result.
    """
    email_key = emails.normalise(typed)
    found = open_orders(session, shop, email_key, now)
    orders = found or [Order(id=new_id(), code="A-00000", ordered_at=now, email=email_key)]
    address = f"order_link:{email_digest(secret, shop.id, email_key)}"
    period = int(now.timestamp() // ONE_MAIL_IN.total_seconds())
    is_enough = _mails_of_last_day(session, shop, address, period) >= MOST_A_DAY
    with session.begin_nested() as savepoint:
        mailroom.post(
            session,
            shop=shop,
            order=found[0] if found else None,
            message="order_link",
            recipient=orders[0].email,
            context=order_link.context(mailroom, shop, orders),
            language=language,
            once_key=f"{address}:{period}",
            now=now,
        )
        if not found or is_enough:
            savepoint.rollback()
    return bool(found) and not is_enough


@dataclass(frozen=True)
class SentLately:
    mail_id: UUID
    at: datetime


def sent_lately(session: Session, order: Order, now: datetime) -> SentLately | None:
    """Return the last mail with the order's link, or None if there was none in the last ten minutes."""
    last = session.execute(
        select(OutboxMail.id, OutboxMail.created_at)
        .where(
            OutboxMail.order_id == order.id,
            OutboxMail.message == "order_link",
            OutboxMail.created_at > now - ONE_MAIL_IN,
        )
        .order_by(OutboxMail.created_at.desc(), OutboxMail.id.desc())
        .limit(1)
    ).one_or_none()
    return SentLately(last.id, last.created_at) if last else None


def send_link(
    session: Session,
    shop: Shop,
    order: Order,
    *,
    mailroom: Mailroom,
    after: UUID | None,
    actor: str,
    now: datetime,
) -> SentLately | None:
    """Mail an order's link to its own address for staff, and return None.

    `after`: the last mail that staff know of. If there is another one in the last ten minutes, return that and write
    nothing, so that a form sent twice mails once. Raise ValueError for an order without an address.
    """
    if not order.email_key:
        raise ValueError("the order has no e-mail address")
    session.execute(select(Order.id).where(Order.id == order.id).with_for_update(key_share=True))
    last = sent_lately(session, order, now)
    if last is not None and last.mail_id != after:
        return last
    mailroom.post(
        session,
        shop=shop,
        order=order,
        message="order_link",
        recipient=order.email,
        context=order_link.context(mailroom, shop, [order]),
        language="ja",
        once_key=None,
        now=now,
    )
    audit.record_about(session, order, "order_link.sent", actor=actor, now=now)
    return None


def _mails_of_last_day(session: Session, shop: Shop, address: str, period: int) -> int:
    # Counted by whole keys, which the table's index finds directly.
    keys = [f"{address}:{each}" for each in range(period - PERIODS_A_DAY + 1, period + 1)]
    written = select(func.count()).where(OutboxMail.shop_id == shop.id, OutboxMail.once_key.in_(keys))
    return session.scalars(written).one()


def open_orders(session: Session, shop: Shop, email_key: str, now: datetime) -> Sequence[Order]:
    """Return the newest ten orders of this address whose page still opens."""
    if not email_key:
        return []
    rows = session.execute(
        select(Order, *STANDING)
        .where(Order.shop_id == shop.id, Order.email_key == email_key)
        .order_by(Order.ordered_at.desc(), Order.id.desc())
        .limit(MOST_READ)
    )
    found = [row.Order for row in rows if opens(shop, row, now)]
    return found[:MOST_LINKS]
