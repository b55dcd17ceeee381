"""Who gives the receipt of an order: the shop, whoever took the money, or the mall; and what a shop answers itself.

Malls and companies change their ways: each row has the day on which its source was last read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.payments.rules.methods import ISSUED_BY_SHOP, NO_WORDS, PaymentClass, folded

N_ = str
"""Marks a text to be collected for translation; whoever shows it translates it."""


@dataclass(frozen=True)
class Mall:
    """A mall that gives receipts to its buyers itself."""

    platform: str
    """Value of `Shop.platform`."""
    way: str
    """What buyers do to get the mall's receipt."""
    leaves: frozenset[PaymentClass]
    """Payments for which the mall gives none, because somebody else takes the money."""
    read_on: date


_AT_THE_DOOR = frozenset({PaymentClass.COD})
MALLS: Mapping[str, Mall] = {
    mall.platform: mall
    for mall in (
        # Deferred payments are receipted by the mall too since 2024.
        Mall(
            "rakuten",
            N_("楽天市場のご注文は、楽天市場の「購入履歴」から領収書を発行できます。"),
            _AT_THE_DOOR,
            date(2026, 11, 30),
        ),
        Mall(
            "yahoo",
            N_("Yahoo!ショッピングのご注文は、Yahoo!ショッピングの「注文履歴」から領収書を発行できます。"),
            _AT_THE_DOOR | {PaymentClass.CONVENIENCE, PaymentClass.DEFERRED},
            date(2026, 11, 30),
        ),
        Mall(
            "aupay",
            N_(
                "au PAY マーケットのご注文は、au PAY マーケット（Webブラウザ版）の「購入履歴」にある「詳細を見る」から領収書を発行できます。"
            ),
            _AT_THE_DOOR | {PaymentClass.DEFERRED},
            date(2026, 11, 30),
        ),
    )
}
"""Malls by platform."""


@dataclass(frozen=True)
class Product:
    """A deferred payment whose company settles what serves as a receipt."""

    code: str
    name: str
    words: str
    """Regular expression that finds it in a method's folded words."""
    page: str = ""
    """Address of the company's page, where payments are seen in its app or on its pages; empty if it sends a slip."""
    read_on: date = date(2026, 11, 30)


PRODUCTS = (
    Product("np", N_("NP後払い"), r"np後払|npコネクト|np_?atobarai"),
    Product("gmo", N_("GMO後払い"), r"gmo後払"),
    Product("kuroneko", N_("クロネコ代金後払い"), r"クロネコ(?:代金)?後払"),
    Product("atobarai_com", N_("後払い.com"), r"後払い?(?:\.|ドット)(?:com|コム)"),
    Product("paidy", N_("ペイディ（Paidy）"), r"paidy|ペイディ", page="https://paidy.com/"),
    Product("atone", N_("atone（アトネ）"), r"(?<![a-z])atone(?![a-z])|アトネ", page="https://atone.be/"),
)

CLASS, PRODUCT, WORDS = "class:", "product:", "words:"
"""What begins the key of a shop's answer, before the class, the product's code or the folded words."""
TAKEN_BY_OTHERS = frozenset({PaymentClass.COD, PaymentClass.CONVENIENCE, PaymentClass.DEFERRED})
"""Payments that others take, and receipt, before the shop sees the money."""
NEVER = frozenset({PaymentClass.COD, PaymentClass.UNKNOWN})
"""Payments to which no shop can say yes: the driver's receipt is there already, or nobody knows who gives one."""
YES, NO = "yes", "no"
LONGEST_SENTENCE = 200


@dataclass(frozen=True)
class Answer:
    """Whether buyers may issue the receipt of a payment, and what they read if not."""

    may: bool
    sentence: str = ""
    """The shop's own sentence, empty if the usual one is shown."""
    product: Product | None = None


def key_of_words(words: str) -> str:
    return WORDS + (folded(words) or NO_WORDS)


def product_of(words: str) -> Product | None:
    text = folded(words)
    return next((product for product in PRODUCTS if re.search(product.words, text)), None)


def answer(words: str, payment_class: PaymentClass, own: Mapping[str, Sequence[str]]) -> Answer:
    """Return the answer to a payment: the shop's to its words, else to its product, else to its class, else the usual.

    `own`: `Shop.receipt_answers`.
    """
    product = product_of(words) if payment_class is PaymentClass.DEFERRED else None
    return _answered([key_of_words(words), *_keys(product), CLASS + payment_class], payment_class, product, own)


def answer_to_class(payment_class: PaymentClass, own: Mapping[str, Sequence[str]]) -> Answer:
    return _answered([CLASS + payment_class], payment_class, None, own)


def answer_to_product(product: Product, own: Mapping[str, Sequence[str]]) -> Answer:
    return _answered([*_keys(product), CLASS + PaymentClass.DEFERRED], PaymentClass.DEFERRED, product, own)


def _keys(product: Product | None) -> list[str]:
    return [PRODUCT + product.code] if product else []


def _answered(
    keys: Sequence[str], payment_class: PaymentClass, product: Product | None, own: Mapping[str, Sequence[str]]
) -> Answer:
    """Let the nearest key decide, the first one; a sentence holds as far as nothing nearer says yes."""
    said = [own[key] for key in keys if key in own]
    usual = YES if payment_class in ISSUED_BY_SHOP else NO
    may = NO if payment_class in NEVER else next((may for may, _sentence in said if may), usual)
    sentence = next((sentence for _may, sentence in said if sentence), "")
    return Answer(may == YES, "" if may == YES else sentence, product)
