"""Orders made from a subscription, as its buyer's page lists them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.access.opening import STANDING, opens
from portal.models import Order, OrderLine, OrderShipment, Shipment, Shop, Subscription, SubscriptionOccurrence
from portal.values.dates import tokyo_date
from portal.values.records import read_off
from portal.values.states import OrderStatus, ShipmentStatus

SHOWN = 24
IN_WORK = (OrderStatus.AWAITING_SHIPMENT, OrderStatus.PICKING, OrderStatus.PARTIALLY_SHIPPED, OrderStatus.ON_HOLD)
"""Statuses of orders that no change of the subscription reaches any more and that have not (wholly) left the shop."""
_COMES = (*IN_WORK[:3], OrderStatus.SHIPPED)
_ARRIVED = ("delivered", "returned")
_SEEN = ("accepted", "in_transit", "out_for_delivery", "attempted", "held")
"""States in which the carrier says that it has the parcel."""
LONGEST_WAY = timedelta(days=14)
"""Time after which a parcel that no carrier has reported on is taken to have arrived."""


def _parcels(*of: ColumnElement[bool]) -> Any:
    """Return the query for the parcels of an order that are not canceled and that fulfill `of`."""
    return (
        select(func.count())
        .select_from(OrderShipment)
        .join(Shipment, Shipment.id == OrderShipment.shipment_id)
        .where(OrderShipment.order_id == Order.id, Shipment.status != ShipmentStatus.CANCELED, *of)
        .correlate(Order)
        .scalar_subquery()
    )


_NOT_ARRIVED = _parcels(Shipment.tracking_state.not_in(_ARRIVED)).label("not_arrived")


def _of_cycle(column: Any) -> Any:
    """Return the query for a day of the cycle that the order was made for."""
    of_order = (SubscriptionOccurrence.order_id == Order.id, SubscriptionOccurrence.outcome == "ordered")
    return select(func.max(column)).where(*of_order).correlate(Order).scalar_subquery()


_PROMISED_ON = _of_cycle(SubscriptionOccurrence.delivery_on).label("promised_on")
_NOMINAL_ON = _of_cycle(SubscriptionOccurrence.anchor_on).label("nominal_on")


@dataclass(frozen=True)
class Goods:
    name: str
    quantity: int


@dataclass(frozen=True)
class Made:
    id: UUID
    subscription_id: UUID
    code: str
    status: OrderStatus
    ordered_at: datetime
    total: int
    email_key: str
    cycle_number: int | None
    delivery_on: date | None
    """Promised day, else the requested one, None if there is neither."""
    is_open: bool
    """True if the access period of its own page has not ended."""
    for_once: bool
    """True if the promised day is not the cycle's."""
    has_arrived: bool
    items: Sequence[Goods] = ()
    """What is in it, of an order under way only."""

    @property
    def is_in_work(self) -> bool:
        return self.status in IN_WORK

    def is_under_way(self, today: date) -> bool:
        """Tell whether the order is the next delivery: it has not arrived, and its day is known and not past."""
        comes = self.status in _COMES and not self.has_arrived
        return comes and self.delivery_on is not None and self.delivery_on >= today


def in_work(session: Session, subscription: Subscription) -> Sequence[Order]:
    """Return the subscription's orders in work, oldest first."""
    mine = select(Order).filter_by(shop_id=subscription.shop_id, subscription_id=subscription.id)
    return session.scalars(mine.where(Order.status.in_(IN_WORK)).order_by(Order.ordered_at, Order.id)).all()


def orders_of(
    session: Session, shop: Shop, subscriptions: Sequence[Subscription], *, now: datetime, most: int = SHOWN
) -> Sequence[Made]:
    """Return the orders of the subscriptions, newest first, at most `most`, in one query."""
    columns = (Order.id, Order.subscription_id, Order.code, Order.ordered_at, Order.total)
    rows = session.execute(
        select(*columns, Order.email_key, Order.cycle_number, Order.requested_on)
        .add_columns(*STANDING, _PROMISED_ON, _NOMINAL_ON, _NOT_ARRIVED)
        .where(Order.shop_id == shop.id, Order.subscription_id.in_([one.id for one in subscriptions]))
        .order_by(Order.ordered_at.desc(), Order.id.desc())
        .limit(most)
    )
    made = [
        read_off(
            Made,
            row,
            delivery_on=row.promised_on or row.requested_on,
            is_open=opens(shop, row, now),
            for_once=row.promised_on != row.nominal_on,
            has_arrived=row.status == OrderStatus.SHIPPED and row.not_arrived == 0,
            items=(),
        )
        for row in rows
    ]
    today = tokyo_date(now)
    goods = _goods_of(session, [one.id for one in made if one.is_under_way(today)])
    return [replace(one, items=goods.get(one.id, ())) for one in made]


def under_way(orders: Iterable[Made], today: date) -> Sequence[Made]:
    """Return the orders under way, by their days."""
    found = [(order.delivery_on, order.cycle_number or 0, order) for order in orders if order.is_under_way(today)]
    return [order for _on, _number, order in sorted(found, key=lambda one: one[:2])]


@dataclass(frozen=True)
class ToCome:
    order: Order
    delivery_on: date | None
    """Promised day, else the requested one, None if there is neither."""


def to_come(session: Session, subscription: Subscription, today: date) -> Sequence[ToCome]:
    """Return the orders that still reach the buyer whatever becomes of the subscription, oldest first.

    They are in work, or a parcel has left and has not arrived.
    """
    on_the_way = _parcels(
        Shipment.tracking_state.not_in(_ARRIVED),
        or_(Shipment.tracking_state.in_(_SEEN), Shipment.shipped_on >= today - LONGEST_WAY),
    )
    rows = session.execute(
        select(Order, _PROMISED_ON)
        .filter_by(shop_id=subscription.shop_id, subscription_id=subscription.id)
        .where(or_(Order.status.in_(IN_WORK), and_(Order.status == OrderStatus.SHIPPED, on_the_way > 0)))
        .order_by(Order.ordered_at, Order.id)
    )
    return [ToCome(row.Order, row.promised_on or row.Order.requested_on) for row in rows]


def _goods_of(session: Session, order_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Goods]]:
    found: dict[UUID, list[Goods]] = {}
    if order_ids:
        of = OrderLine
        lines = select(of.order_id, of.name, of.quantity).where(of.order_id.in_(order_ids), of.quantity > 0)
        for order_id, name, quantity in session.execute(lines.order_by(of.order_id, of.position)):
            found.setdefault(order_id, []).append(Goods(name, quantity))
    return found
