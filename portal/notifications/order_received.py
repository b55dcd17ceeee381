"""ご注文ありがとうございます: a new order, for shops whose cart sends no such mail."""

from datetime import date
from typing import Any
from uuid import UUID

from portal.values.money import format_yen


def context(*, order_url: str, to_pay: int = 0, pay_until: date | None = None, account: str = "") -> dict[str, Any]:
    """Return what the mail prints besides the order itself. `order_url` is `mailroom.order_url(shop, order)`.

    `to_pay`: yen to be paid in advance, 0 if none; until when and to which account, if the shop names them.
    """
    return {
        "order_url": order_url,
        "to_pay": format_yen(to_pay) if to_pay else "",
        "pay_until": pay_until,
        "account": account,
    }


def once_key(order_id: UUID) -> str:
    return f"order_received:{order_id.hex}"
