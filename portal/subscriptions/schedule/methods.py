"""What a delivery method cannot do, read from the shop's words. Pure."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from portal.payments.rules.methods import PaymentClass, classify
from portal.shipments.rules import carriers

USUAL_DAYS = 4
"""Business days from ship to delivery of a method without a date."""
_WITHOUT_DATE = re.compile(
    r"ネコポス|ゆうパケット|ゆうメール|レターパック|スマートレター|クリックポスト|dm便|(?<![a-z])dm(?![a-z])"
)


@lru_cache(maxsize=1024)
def has_date(carrier: str, method: str) -> bool:
    """Whether a delivery date and a time slot can be asked for; yes where the words name nothing that rules it out."""
    if _WITHOUT_DATE.search(_folded(method)):
        return False
    known = carriers.identify(method) or carriers.identify(f"{carriers.carrier(carrier).name} {method}")
    return known is None or carriers.takes_date(*known)


def dateless_days(carrier: str, method: str, of_shop: Mapping[str, Any]) -> int | None:
    """Business days from ship to delivery; None: the method has dates. `of_shop`: its words → days, which make it one."""
    own = {_folded(words): days for words, days in of_shop.items()}
    if _folded(method) in own:
        return int(own[_folded(method)])
    return None if has_date(carrier, method) else USUAL_DAYS


def collects_money(carrier: str, method: str, refused: Collection[str]) -> bool:
    """Whether it can be paid at the door. `refused`: the shop's own words for methods that cannot."""
    return has_date(carrier, method) and _folded(method) not in set(map(_folded, refused))


def is_paid_at_door(payment_method: str, own: Mapping[str, str]) -> bool:
    return classify(payment_method, own) is PaymentClass.COD


@lru_cache(maxsize=1024)
def _folded(words: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", words).lower())
