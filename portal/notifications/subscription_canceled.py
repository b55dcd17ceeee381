"""定期購入の解約の受付: the subscription was canceled, or the buyer's request was recorded.

There is one mail for the buyer and one for staff.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.values.dates import TOKYO, tokyo_date
from portal.values.money import format_yen


@dataclass(frozen=True)
class Coming:
    """An order that comes despite the cancellation."""

    code: str
    total: int
    """Yen."""
    is_paid: bool
    delivery_on: date | None
    is_shipped: bool = False


@dataclass(frozen=True)
class Canceled:
    """Contents of the cancellation's receipt."""

    number: str
    """Number of the request (受付番号)."""
    at: datetime
    subscription: str
    """Number of the subscription."""
    items: Sequence[str]
    cause: str
    """Reason why staff answer first (`receipts.documents.Cancellation.cause`), empty if it took effect at once."""
    coming: Sequence[Coming]
    bound_to: int
    """Number of orders the buyer is bound to, 0 if none."""
    to_go: int
    to_pay: int
    """Yen of the orders left in the commitment."""
    possible_from: date | None
    next_on: date | None
    """Next delivery, which a request has not stopped."""
    deadline: date | None
    """Last day, until 23:59, to stop it."""

    def said(self) -> dict[str, Any]:
        local = self.at.astimezone(TOKYO)
        coming = [
            {
                "code": one.code,
                "total": format_yen(one.total),
                "is_paid": one.is_paid,
                "delivery_on": one.delivery_on,
                "is_shipped": one.is_shipped,
            }
            for one in self.coming
        ]
        return {
            "change_number": self.number,
            "canceled_on": tokyo_date(self.at),
            "canceled_at": f"{local.hour}:{local.minute:02}",
            "subscriptions": self.subscription,
            "items": self.items,
            "cause": self.cause,
            "takes_effect": self.cause == "",
            "coming": coming,
            "bound_to": self.bound_to,
            "to_go": self.to_go,
            "to_pay": format_yen(self.to_pay),
            "possible_from": self.possible_from,
            "next_on": self.next_on,
            "deadline": self.deadline,
        }


def context(
    *, buyer: Any, canceled: Canceled, page_url: str, not_me_url: str, withdrawal_url: str = ""
) -> dict[str, Any]:
    """Return what the buyer's mail prints.

    `buyer` has the buyer's columns; `not_me_url` is empty if a code was asked for, `withdrawal_url` if the cancellation
    took effect at once.
    """
    return canceled.said() | {
        "buyer": buyer,
        "buyer_name": buyer.buyer_name,
        "page_url": page_url,
        "not_me_url": not_me_url,
        "withdrawal_url": withdrawal_url,
    }


def context_for_staff(
    *, buyer_name: str, canceled: Canceled, reason: str, is_proved: bool, reply_to: str, for_cart: bool, url: str
) -> dict[str, Any]:
    """Return what the staff's mail prints.

    `reply_to`: masked address where the buyer is answered. `for_cart`: whether the shop's cart makes the orders, which
    knows nothing of the cancellation yet. `url`: page for staff, that of the request that waits for an
    answer, else that of the subscription's history.
    """
    return canceled.said() | {
        "buyer_name": buyer_name,
        "reason": reason,
        "is_proved": is_proved,
        "reply_to": reply_to,
        "for_cart": for_cart,
        "url": url,
    }
