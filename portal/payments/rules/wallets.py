"""Ways in which a payment can be authorized when an order is made, read from the shop's words."""

import re
from collections.abc import Mapping
from enum import StrEnum

from portal.payments.rules.methods import PaymentClass, classify, folded


class Way(StrEnum):
    CARD = "card"
    WALLET = "wallet"
    """Authorized by the buyer's stored agreement at the wallet, and only by that."""
    DEFERRED = "deferred"
    """Approved order by order: the company looks at the buyer's credit."""
    OTHER = "other"
    """Not authorized at all: cash on delivery, bank transfer …"""


# Matched after `folded`. Paidy with an agreement is a wallet, although its receipts are a deferred-payment company's.
_WALLETS = re.compile(
    r"amazon_?(?:pay|ペイ)|アマゾン_?(?:pay|ペイ)|paypal|ペイパル|line_?pay|ラインペイ|paidy|ペイディ"
)


def way_of(words: str, own: Mapping[str, str] | None = None) -> Way:
    """Return the way to authorize. `own`: the shop's words → PaymentClass, as `methods.classify` takes them."""
    if _WALLETS.search(folded(words)):
        return Way.WALLET
    payment_class = classify(words, own)
    if payment_class is PaymentClass.CARD:
        return Way.CARD
    return Way.DEFERRED if payment_class is PaymentClass.DEFERRED else Way.OTHER
