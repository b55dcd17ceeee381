"""定期購入の解約の受付: it was cancelled, or the buyer's request for it was written down. One mail for the buyer, one for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.values.dates import TOKYO, tokyo_date
from portal.values.money import format_yen


@dataclass(frozen=True)
class Coming:
    """An order that comes all the same."""

    code: str
    total: int
    """Yen."""
    is_paid: bool
    delivery_on: date | None


@dataclass(frozen=True)
class Canceled:
    """What the receipt says."""

    number: str
    """受付番号."""
    at: datetime
    subscription: str
    """Its number."""
    items: Sequence[str]
    cause: str
    """Why staff answer first (`receipts.documents.Cancellation.cause`); empty: it took effect at once."""
    coming: Sequence[Coming]
    bound_to: int
    """Orders; 0: none."""
    to_go: int
    to_pay: int
    """Yen of the orders to go."""
    possible_from: date | None
    next_on: date | None
    """The delivery that a request has not stopped."""
    deadline: date | None
    """Last day, to 23:59, to stop it."""

    def said(self) -> dict[str, Any]:
        local = self.at.astimezone(TOKYO)
        coming = [
            {"code": one.code, "total": format_yen(one.total), "is_paid": one.is_paid, "delivery_on": one.delivery_on}
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


def context(*, buyer: Any, canceled: Canceled, page_url: str, not_me_url: str) -> dict[str, Any]:
    """`buyer` has the buyer's columns; `not_me_url` is empty where a code was asked for."""
    return canceled.said() | {
        "buyer": buyer,
        "buyer_name": buyer.buyer_name,
        "page_url": page_url,
        "not_me_url": not_me_url,
    }


def context_for_staff(
    *, buyer_name: str, canceled: Canceled, reason: str, is_proved: bool, reply_to: str, url: str
) -> dict[str, Any]:
    """`reply_to`: masked, where the buyer is answered; `url`: of the request that waits for an answer, else of the subscription's history, at the staff's side."""
    return canceled.said() | {
        "buyer_name": buyer_name,
        "reason": reason,
        "is_proved": is_proved,
        "reply_to": reply_to,
        "url": url,
    }
