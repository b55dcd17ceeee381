"""Which payments can be authorised when an order is made, read from the shop's words. Pure."""

import re
from collections.abc import Mapping
from enum import StrEnum

from portal.payments.rules.methods import PaymentClass, classify, folded


class Way(StrEnum):
    CARD = "card"
    WALLET = "wallet"
    """By the buyer's stored agreement there, and only by that."""
    DEFERRED = "deferred"
    """Its company looks at the buyer's credit, order by order."""
    OTHER = "other"
    """Nothing is authorised: cash on delivery, bank transfer …"""


# Matched after `folded`. Paidy with an agreement is a wallet, although its receipts are a deferred-payment company's.
_WALLETS = re.compile(
    r"amazon_?(?:pay|ペイ)|アマゾン_?(?:pay|ペイ)|paypal|ペイパル|line_?pay|ラインペイ|paidy|ペイディ"
)


def way_of(words: str, own: Mapping[str, str] | None = None) -> Way:
    """`own`: the shop's words → PaymentClass, as `methods.classify` takes them."""
    if _WALLETS.search(folded(words)):
        return Way.WALLET
    payment_class = classify(words, own)
    if payment_class is PaymentClass.CARD:
        return Way.CARD
    return Way.DEFERRED if payment_class is PaymentClass.DEFERRED else Way.OTHER
