"""What a delivery method cannot do, read from the shop's words for it."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from portal.payments.rules.methods import PaymentClass, classify
from portal.shipments.rules import carriers

USUAL_DAYS = 4
"""Business days from ship to delivery for a method without a date, if the shop has set none."""
_WITHOUT_DATE = re.compile(
    r"ネコポス|ゆうパケット|ゆうメール|レターパック|スマートレター|クリックポスト|dm便|(?<![a-z])dm(?![a-z])"
)


@lru_cache(maxsize=1024)
def has_date(carrier: str, method: str) -> bool:
    """Return whether a delivery date and a time slot can be requested; True if nothing in the words rules it out."""
    if _WITHOUT_DATE.search(_folded(method)):
        return False
    known = carriers.identify(method) or carriers.identify(f"{carriers.carrier(carrier).name} {method}")
    return known is None or carriers.takes_date(*known)


def dateless_days(carrier: str, method: str, of_shop: Mapping[str, Any]) -> int | None:
    """Return the business days from ship to delivery, or None if the method has delivery dates.

    `of_shop`: the shop's words for a method → days; a method named there counts as one without a date.
    """
    own = {_folded(words): days for words, days in of_shop.items()}
    if _folded(method) in own:
        return int(own[_folded(method)])
    return None if has_date(carrier, method) else USUAL_DAYS


def collects_money(carrier: str, method: str, refused: Collection[str]) -> bool:
    """Return whether it can be paid at the door. `refused`: the shop's words for methods that cannot collect money."""
    return has_date(carrier, method) and _folded(method) not in set(map(_folded, refused))


def is_paid_at_door(payment_method: str, own: Mapping[str, str]) -> bool:
    return classify(payment_method, own) is PaymentClass.COD


@lru_cache(maxsize=1024)
def _folded(words: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", words).lower())
