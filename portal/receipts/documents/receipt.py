"""Contents of a 領収書."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator

from portal.receipts.documents.parts import DocumentLine, Issuer, Means, RateTotal, Stored, Strict
from portal.values.languages import LANGUAGES

Honorific = Literal["様", "御中", ""]


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(language)
    return language


Language = Annotated[str, AfterValidator(_known)]
"""Code of a row of `LANGUAGES`."""


@dataclass(frozen=True)
class Reissue(Strict):
    original_number: str
    original_issued_on: date


@dataclass(frozen=True)
class ReceiptDocument(Stored):
    """Contents of a receipt in yen, tax included. In a preview `number` is empty and `issued_on` None."""

    number: str
    issued_on: date | None
    transaction_on: date | None
    addressee: str
    honorific: Honorific
    proviso: str
    amount: int
    paid_by_card: bool
    """True to print クレジットカード利用: without these words the paper would be liable to stamp duty."""
    issuer: Issuer
    order_code: str
    payment_words: str | None = None
    """Payment method in words, None for a card."""
    card_amount: int | None = None
    """Part of the amount that was paid on credit, None if all or nothing was."""
    rates: tuple[RateTotal, ...] = ()
    """Totals per rate, empty if the amount cannot be mapped to rates."""
    points_paid: int | None = None
    """Points and mall coupons used as means of payment; `rates` then add up to `amount` + `points_paid`."""
    paid_with: Means = "points"
    """What `points_paid` consists of."""
    lines: tuple[DocumentLine, ...] = ()
    reissue: Reissue | None = None
    verify_url: str = ""
    language: Language = "ja"
    note: str = ""
    replaces_number: str = ""
    """Number of the voided receipt that this one replaces."""
