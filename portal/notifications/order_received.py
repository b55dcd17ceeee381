"""ご注文ありがとうございます: a new order, for shops whose cart does not say so itself."""

from typing import Any
from uuid import UUID


def context(*, order_url: str) -> dict[str, Any]:
    """`order_url` is `mailroom.order_url(shop, order)`; the rest stands in the order."""
    return {"order_url": order_url}


def once_key(order_id: UUID) -> str:
    return f"order_received:{order_id.hex}"
