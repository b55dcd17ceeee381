"""States of orders, parcels and subscriptions, as they are stored."""

from collections.abc import Mapping
from enum import StrEnum

N_ = str
"""Marks a text to be collected for translation; whoever shows it translates it."""


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


ORDER_NAMES: Mapping[str, str] = {
    OrderStatus.AWAITING_SHIPMENT: N_("出荷待ち"),
    OrderStatus.PICKING: N_("出荷作業中"),
    OrderStatus.PARTIALLY_SHIPPED: N_("一部出荷済み"),
    OrderStatus.SHIPPED: N_("出荷済み"),
    OrderStatus.CANCELED: N_("キャンセル済み"),
    OrderStatus.RETURN_PENDING: N_("返品待ち"),
    OrderStatus.RETURNED: N_("返品済み"),
    OrderStatus.ON_HOLD: N_("保留"),
}
"""Names of an order's states, on every page and in our own files alike."""


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
