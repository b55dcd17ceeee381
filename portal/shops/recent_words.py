"""Payment methods in a shop's latest orders that are not understood."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import Order, Shop
from portal.payments.rules.methods import PaymentClass, classify

LATELY = timedelta(days=180)
LOOKED_AT = 5_000
MOST = 20


@dataclass(frozen=True)
class Words:
    words: str
    orders: int


def unknown(session: Session, shop: Shop, now: datetime) -> list[Words]:
    """Return the words not understood, most orders first; orders that staff have decided themselves are left out."""
    latest = (
        select(Order.payment_method)
        .where(Order.shop_id == shop.id, Order.ordered_at > now - LATELY)
        .where(Order.payment_method != "", Order.payment_class == "")
        .order_by(Order.ordered_at.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    orders = func.count()
    rows = session.execute(
        select(latest.c.payment_method, orders)
        .group_by(latest.c.payment_method)
        .order_by(orders.desc(), latest.c.payment_method)
    )
    found = [Words(words, count) for words, count in rows]
    return [one for one in found if classify(one.words, shop.payment_words) is PaymentClass.UNKNOWN][:MOST]
