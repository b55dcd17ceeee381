"""今回のお届けのご案内: the order of a subscription was made; later changes do not affect it."""

from datetime import date
from typing import Any
from uuid import UUID


def context(*, order_url: str, subscription: str, delivery_on: date | None, next_on: date | None) -> dict[str, Any]:
    """Return what the mail prints besides the order itself.

    `delivery_on` is None for a delivery method without a date, `next_on` for the last delivery.
    """
    return {
        "order_url": order_url,
        "subscriptions": subscription,
        "delivery_on": delivery_on,
        "next_on": next_on,
    }


def once_key(order_id: UUID) -> str:
    return f"order_generated:{order_id.hex}"
