"""States of orders, parcels and subscriptions, as they are stored."""

from enum import StrEnum


class OrderStatus(StrEnum):
    """注文ステータス; the moves between them are in `orders.states`."""

    AWAITING_SHIPMENT = "awaiting_shipment"
    PICKING = "picking"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    RETURN_PENDING = "return_pending"
    RETURNED = "returned"
    ON_HOLD = "on_hold"


class ShipmentStatus(StrEnum):
    WAITING = "waiting"
    PICKING = "picking"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class SubscriptionState(StrEnum):
    """A shop renames the labels, not the states; the moves between them are in `subscriptions.states`."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    """停止: may come back."""
    CANCELED = "canceled"
    """キャンセル: not expected back."""
    FINISHED = "finished"
    """終了: cannot be started again."""
