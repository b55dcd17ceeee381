"""今回のお届けのご案内: the order of a subscription was made; nothing of it changes by later changes."""

from datetime import date
from typing import Any
from uuid import UUID


def context(*, order_url: str, subscription: str, delivery_on: date | None, next_on: date | None) -> dict[str, Any]:
    """`delivery_on`: None for a method without a date; `next_on`: None for the last one. The rest stands in the order."""
    return {
        "order_url": order_url,
        "subscriptions": subscription,
        "delivery_on": delivery_on,
        "next_on": next_on,
    }


def once_key(order_id: UUID) -> str:
    return f"order_generated:{order_id.hex}"
