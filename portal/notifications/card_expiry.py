"""カードの有効期限: card_expiring (this month or the next) and card_expired, about a card that pays for subscriptions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from babel.dates import format_skeleton


def context(
    *, buyer: Any, brand: str, last4: str, expires: str, numbers: Sequence[str], page_url: str, language: str
) -> dict[str, Any]:
    """Return what the mail prints.

    `buyer`: a row with the buyer's columns (a subscription, an order); `expires`: YYYY-MM; `numbers`: of subscriptions.
    """
    # strptime would give a naive datetime; a month has no time zone.
    month = datetime.fromisoformat(f"{expires}-01").date()
    return {
        "buyer": buyer,
        "buyer_name": buyer.buyer_name,
        "card": f"{brand} •••• {last4}",
        "expires": format_skeleton("yMMMM", month, locale=language),
        "subscriptions": "、".join(numbers),
        "page_url": page_url,
    }


def once_key(message: str, card_id: UUID, expires: str) -> str:
    """Return the key that lets this mail go out by itself once per expiry; by hand it may go again."""
    return f"{message}:{card_id.hex}:{expires}"
