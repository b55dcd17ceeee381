"""States of orders and subscriptions in words. What they are called in files is the files' own matter."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.values.states import OrderStatus, SubscriptionState

ORDER_STATES: Mapping[str, Any] = {
    OrderStatus.AWAITING_SHIPMENT: _l("出荷待ち"),
    OrderStatus.PICKING: _l("出荷作業中"),
    OrderStatus.PARTIALLY_SHIPPED: _l("一部出荷済み"),
    OrderStatus.SHIPPED: _l("出荷済み"),
    OrderStatus.CANCELED: _l("キャンセル"),
    OrderStatus.RETURN_PENDING: _l("返品待ち"),
    OrderStatus.RETURNED: _l("返品済み"),
    OrderStatus.ON_HOLD: _l("保留"),
}
"""Names of an order's states on the staff's side."""
SUBSCRIPTION_STATES: Mapping[str, Any] = {
    SubscriptionState.ACTIVE: _l("有効"),
    SubscriptionState.SUSPENDED: _l("停止"),
    SubscriptionState.CANCELED: _l("キャンセル"),
    SubscriptionState.FINISHED: _l("終了"),
}
"""Names of a subscription's states on the staff's side, unless the shop has words of its own."""
STATES_FOR_BUYERS: Mapping[str, Any] = {
    SubscriptionState.ACTIVE: _l("お届け中"),
    SubscriptionState.SUSPENDED: _l("一時停止中"),
    SubscriptionState.CANCELED: _l("解約済み"),
    SubscriptionState.FINISHED: _l("終了"),
}
"""What a subscription's states mean to its buyer."""
