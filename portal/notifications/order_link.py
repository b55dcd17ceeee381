"""ご注文の確認ページ: the links of a buyer's orders, sent again on request."""

from collections.abc import Sequence
from typing import Any

from portal.models import Order, Shop
from portal.notifications.outbox import Mailroom
from portal.values.dates import tokyo_date


def context(mailroom: Mailroom, shop: Shop, orders: Sequence[Order]) -> dict[str, Any]:
    """Return one link per order, in the order given; all orders belong to the address that the mail goes to."""
    return {
        "links": [
            {
                "order_code": order.code,
                "ordered_on": tokyo_date(order.ordered_at),
                "url": mailroom.order_url(shop, order),
            }
            for order in orders
        ]
    }
