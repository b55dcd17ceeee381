"""まもなくお届け: some days before a delivery of a subscription, whether or not its order was made already."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID


def context(
    *,
    buyer: Any,
    subscription: str,
    delivery_on: date,
    for_once: bool = False,
    items: Sequence[str],
    change_until: date | None,
    page_url: str,
) -> dict[str, Any]:
    """Return what the mail prints.

    `buyer` has the buyer's columns; `for_once` tells that the day is not the cycle's; `items` are names with quantities; `change_until` is the last day on which the
    delivery can be changed, None if its order was made. `page_url` may be empty.
    """
    return {
        "buyer": buyer,
        "buyer_name": buyer.buyer_name,
        "subscriptions": subscription,
        "delivery_on": delivery_on,
        "for_once": for_once,
        "items": list(items),
        "change_until": change_until,
        "page_url": page_url,
    }


def once_key(subscription_id: UUID, delivery_on: date) -> str:
    return f"upcoming:{subscription_id.hex}:{delivery_on:%Y%m%d}"
