"""Orders made from a subscription, as its buyer's page lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.opening import STANDING, opens
from portal.models import Order, OrderShipment, Shipment, Shop, Subscription, SubscriptionOccurrence
from portal.values.records import read_off
from portal.values.states import OrderStatus, ShipmentStatus

SHOWN = 24
IN_WORK = (OrderStatus.AWAITING_SHIPMENT, OrderStatus.PICKING, OrderStatus.PARTIALLY_SHIPPED, OrderStatus.ON_HOLD)
"""Statuses of orders that no change of the subscription reaches any more and that have not (wholly) left the shop."""
_COMES = (*IN_WORK[:3], OrderStatus.SHIPPED)
_NOT_ARRIVED = (
    select(func.count())
    .select_from(OrderShipment)
    .join(Shipment, Shipment.id == OrderShipment.shipment_id)
    .where(
        OrderShipment.order_id == Order.id,
        Shipment.status != ShipmentStatus.CANCELED,
        Shipment.tracking_state.not_in(("delivered", "returned")),
    )
    .correlate(Order)
    .scalar_subquery()
    .label("not_arrived")
)
_PROMISED_ON = (
    select(func.max(SubscriptionOccurrence.delivery_on))
    .where(SubscriptionOccurrence.order_id == Order.id, SubscriptionOccurrence.outcome == "ordered")
    .correlate(Order)
    .scalar_subquery()
    .label("promised_on")
)


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
    has_arrived: bool

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
        .add_columns(*STANDING, _PROMISED_ON, _NOT_ARRIVED)
        .where(Order.shop_id == shop.id, Order.subscription_id.in_([one.id for one in subscriptions]))
        .order_by(Order.ordered_at.desc(), Order.id.desc())
        .limit(most)
    )
    return [
        read_off(
            Made,
            row,
            delivery_on=row.promised_on or row.requested_on,
            is_open=opens(shop, row, now),
            has_arrived=row.status == OrderStatus.SHIPPED and row.not_arrived == 0,
        )
        for row in rows
    ]
