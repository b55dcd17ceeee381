"""States of orders, parcels and subscriptions, as they are stored."""

from enum import StrEnum


class OrderStatus(StrEnum):
    """注文ステータス; `orders.rules.states` says which may follow which."""

    AWAITING_SHIPMENT = "awaiting_shipment"
    PICKING = "picking"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    CANCELED = "cancelled"
    RETURN_PENDING = "return_pending"
    RETURNED = "returned"
    ON_HOLD = "on_hold"


class ShipmentStatus(StrEnum):
    WAITING = "waiting"
    PICKING = "picking"
    SHIPPED = "shipped"
    CANCELED = "cancelled"


class SubscriptionState(StrEnum):
    """State of a subscription; `subscriptions.rules.states` says which may follow which. Shops rename labels only."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    """停止: stopped, may be resumed."""
    CANCELED = "canceled"
    """キャンセル: canceled, not expected back."""
    FINISHED = "finished"
    """終了: ended, cannot be started again."""
