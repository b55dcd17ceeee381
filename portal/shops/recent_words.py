"""Words in a shop's latest orders that are not understood: methods of payment, whether it was paid, carriers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.models import Order, OrderShipment, Shipment, Shop
from portal.orders.rules import state_words
from portal.payments.rules.methods import PaymentClass, classify
from portal.payments.rules.payment_states import PaymentState, payment_state
from portal.values.states import OrderStatus, ShipmentStatus

LATELY = timedelta(days=180)
LOOKED_AT = 5_000
MOST = 20
_OVER = (OrderStatus.CANCELED, OrderStatus.RETURNED)
"""States of orders that need no receipt any more."""


@dataclass(frozen=True)
class Words:
    words: str
    orders: int
    since: datetime
    """Day of the first of these orders."""


def unknown(session: Session, shop: Shop, since: datetime) -> list[Words]:
    """Return the methods not understood, most orders first; "" are orders without any word.

    Left out are orders that were canceled or came back, and those that staff have decided themselves.
    """
    found = _counted(session, shop, since, Order.payment_method, Order.payment_class == "")
    return [one for one in found if classify(one.words, shop.payment_words) is PaymentClass.UNKNOWN][:MOST]


def methods(session: Session, shop: Shop, since: datetime) -> list[Words]:
    """Return the methods of latest orders, most orders first; "" are orders without any word."""
    return _counted(session, shop, since, Order.payment_method, Order.payment_class == "")[:MOST]


def unread(session: Session, shop: Shop, since: datetime) -> list[Words]:
    """Return the words of payment states not understood, most orders first."""
    found = _counted(session, shop, since, Order.payment_state_words, Order.payment_state == PaymentState.UNREAD)
    return [one for one in found if payment_state(one.words, shop.payment_state_words) is PaymentState.UNREAD][:MOST]


def states(session: Session, shop: Shop, since: datetime) -> list[Words]:
    """Return the words of orders' states that nobody knows, most orders first."""
    found = _counted(session, shop, since, Order.status_words, Order.status_words != "")
    return [one for one in found if state_words.meaning(one.words, shop.status_words) is None][:MOST]


def carriers(session: Session, shop: Shop, since: datetime) -> list[Words]:
    """Return the words of parcels whose carrier nobody knows, most orders first.

    Until it is known, buyers see the words as they came, and no tracking page is linked.
    """
    latest = (
        select(Order.id, Order.ordered_at)
        .where(Order.shop_id == shop.id, Order.ordered_at > since, Order.status.not_in(_OVER))
        .order_by(Order.ordered_at.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    orders = func.count(latest.c.id.distinct())
    rows = session.execute(
        select(Shipment.service, orders, func.min(latest.c.ordered_at))
        .join(OrderShipment, OrderShipment.shipment_id == Shipment.id)
        .join(latest, latest.c.id == OrderShipment.order_id)
        .where(Shipment.carrier == "", Shipment.service != "", Shipment.status != ShipmentStatus.CANCELED)
        .group_by(Shipment.service)
        .order_by(orders.desc(), Shipment.service)
        .limit(MOST)
    )
    return [Words(*row) for row in rows]


def _counted(
    session: Session, shop: Shop, since: datetime, words: InstrumentedAttribute[str], where: ColumnElement[bool]
) -> list[Words]:
    latest = (
        select(words.label("words"), Order.ordered_at)
        .where(Order.shop_id == shop.id, Order.ordered_at > since, Order.status.not_in(_OVER), where)
        .order_by(Order.ordered_at.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    orders = func.count()
    rows = session.execute(
        select(latest.c.words, orders, func.min(latest.c.ordered_at))
        .group_by(latest.c.words)
        .order_by(orders.desc(), latest.c.words)
    )
    return [Words(*row) for row in rows]
