"""ご注文ありがとうございます: a new order, for shops whose cart sends no such mail."""

from typing import Any
from uuid import UUID


def context(*, order_url: str) -> dict[str, Any]:
    """Return what the mail prints besides the order itself. `order_url` is `mailroom.order_url(shop, order)`."""
    return {"order_url": order_url}


def once_key(order_id: UUID) -> str:
    return f"order_received:{order_id.hex}"
