"""Check of whether an order's page opens today, on database rows; the rule itself is `rules.expiry.access_until`."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select

from portal.access.rules.expiry import access_until, is_open
from portal.models import Order, OrderShipment, Shipment, Shop, Subscription
from portal.values.dates import tokyo_date
from portal.values.states import ShipmentStatus, SubscriptionState

ALIVE = (SubscriptionState.ACTIVE, SubscriptionState.SUSPENDED)

LAST_SHIPPED_ON = (
    select(func.max(Shipment.shipped_on))
    .join(OrderShipment, OrderShipment.shipment_id == Shipment.id)
    .where(OrderShipment.order_id == Order.id, Shipment.status != ShipmentStatus.CANCELED)
    .correlate(Order)
    .scalar_subquery()
    .label("last_shipped_on")
)
"""Ship date of the order's last parcel that is not canceled, to select beside `Order`."""
BELONGS_TO_LIVE = (
    select(Subscription.id)
    .where(
        Subscription.id == Order.subscription_id,
        Subscription.state.in_(ALIVE),
        Subscription.deleted_at.is_(None),
    )
    .correlate(Order)
    .exists()
    .label("subscription_alive")
)
"""Flag that the order's subscription is alive, to select beside `Order`: nobody may be shut out of canceling it."""

STANDING = (Order.status, Order.cancelled_at, LAST_SHIPPED_ON, BELONGS_TO_LIVE)
"""Columns that decide whether the page opens; `open_until` takes any row that has them."""

Standing = Row[*tuple[Any, ...]]


def open_until(shop: Shop, row: Standing) -> date | None:
    """Return the last day on which the page opens, or None if there is no end (yet); see `expiry.access_until`."""
    return access_until(
        shop.access_days,
        status=row.status,
        last_shipped_on=row.last_shipped_on,
        canceled_on=tokyo_date(row.cancelled_at) if row.cancelled_at else None,
        subscription_alive=bool(row.subscription_alive),
    )


def opens(shop: Shop, row: Standing, now: datetime) -> bool:
    return is_open(open_until(shop, row), tokyo_date(now))
