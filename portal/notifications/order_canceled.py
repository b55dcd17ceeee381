"""ご注文のキャンセル: an order was canceled, by the channel, by staff or by the cart."""

from datetime import date
from typing import Any
from uuid import UUID


def context(*, order_url: str, canceled_on: date | None, state: str) -> dict[str, Any]:
    """Return what the mail prints.

    `state`: the order's PaymentState. Only of an order known as unpaid or paid does the mail speak of money.
    """
    return {
        "order_url": order_url,
        "canceled_on": canceled_on,
        "is_unpaid": state == "unpaid",
        "is_paid": state == "paid",
    }


def once_key(order_id: UUID) -> str:
    return f"order_canceled:{order_id.hex}"
