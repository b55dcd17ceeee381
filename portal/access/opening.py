"""Whether an order's page opens today, asked of the rows; the rule itself is `expiry.access_until`."""

from datetime import date, datetime

from sqlalchemy import func, select

from portal.access.expiry import access_until, is_open
from portal.models import (
    Order,
    OrderShipment,
    OrderStatus,
    Shipment,
    ShipmentStatus,
    Shop,
    Subscription,
    SubscriptionState,
)
from portal.values.dates import tokyo_date

ALIVE = (SubscriptionState.ACTIVE, SubscriptionState.SUSPENDED)

LAST_SHIPPED_ON = (
    select(func.max(Shipment.shipped_on))
    .join(OrderShipment, OrderShipment.shipment_id == Shipment.id)
    .where(OrderShipment.order_id == Order.id, Shipment.status != ShipmentStatus.CANCELLED)
    .correlate(Order)
    .scalar_subquery()
    .label("last_shipped_on")
)
"""Ship date of the order's last live parcel, a column beside `Order`."""
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
"""Whether the order's subscription goes on: nobody may be shut out of cancelling it. A column beside `Order`."""


def opens(
    shop: Shop,
    *,
    status: OrderStatus,
    last_shipped_on: date | None,
    cancelled_at: datetime | None,
    subscription_alive: bool,
    now: datetime,
) -> bool:
    until = access_until(
        shop.access_days,
        status=status,
        last_shipped_on=last_shipped_on,
        cancelled_on=tokyo_date(cancelled_at) if cancelled_at else None,
        subscription_alive=subscription_alive,
    )
    return is_open(until, tokyo_date(now))
