"""定期購入の変更を承りました: a buyer changed a subscription. One mail for the buyer, another for the shop's staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.values.dates import TOKYO, tokyo_date


@dataclass(frozen=True)
class Done:
    """Contents of the change's receipt, in words."""

    change: str
    """Name of the change, such as お届け間隔の変更."""
    lines: Sequence[tuple[str, str, str]]
    """Label, before and after of each changed value."""
    number: str
    """Number of the receipt (受付番号)."""
    at: datetime

    def said(self) -> dict[str, Any]:
        local = self.at.astimezone(TOKYO)
        return {
            "change": self.change,
            "lines": [tuple(line) for line in self.lines],
            "change_number": self.number,
            "changed_on": tokyo_date(self.at),
            "changed_at": f"{local.hour}:{local.minute:02}",
        }


@dataclass(frozen=True)
class Coming:
    next_on: date | None = None
    """Next delivery, None if nothing comes."""
    change_until: date | None = None
    """Last day, until 23:59, on which it can be changed, None if its order is in work."""
    resumes_on: date | None = None
    is_paused: bool = False
    for_once: bool = False
    """Whether the day of the next delivery is not the cycle's."""


def context(
    *, buyer: Any, subscription: str, done: Done, coming: Coming, page_url: str, not_me_url: str
) -> dict[str, Any]:
    """Return what the buyer's mail prints.

    `buyer` has the buyer's columns, `subscription` is its number; `not_me_url` is empty if a code was asked for.
    """
    return done.said() | {
        "buyer": buyer,
        "buyer_name": buyer.buyer_name,
        "subscriptions": subscription,
        "coming": coming,
        "page_url": page_url,
        "not_me_url": not_me_url,
    }


def context_for_staff(*, buyer_name: str, subscription: str, done: Done, for_cart: bool, url: str) -> dict[str, Any]:
    """Return what the staff's mail prints.

    `for_cart`: whether the shop's cart makes the orders, which knows nothing of the change yet. `url`: the
    subscription's history in the admin.
    """
    return done.said() | {
        "buyer_name": buyer_name,
        "subscriptions": subscription,
        "for_cart": for_cart,
        "url": url,
    }
