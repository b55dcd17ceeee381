"""領収書."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from pydantic import ConfigDict

from portal.receipts.documents.parts import STRICT, DocumentLine, Issuer, RateTotal, Stored

Honorific = Literal["様", "御中", ""]
Language = Literal["ja", "en"]


@dataclass(frozen=True)
class Reissue:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    original_number: str
    original_issued_on: date


@dataclass(frozen=True)
class ReceiptDocument(Stored):
    """Before issuing (the preview) `number` is empty and `issued_on` None. Amounts are yen, tax included."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    number: str
    issued_on: date | None
    transaction_on: date | None
    addressee: str
    honorific: Honorific
    proviso: str
    amount: int
    paid_by_card: bool
    """Named on the receipt (クレジットカード利用): without it the paper would be a taxable one."""
    issuer: Issuer
    order_code: str
    payment_words: str | None = None
    """How it was paid, for anything but a card."""
    rates: tuple[RateTotal, ...] = ()
    """Empty where the amount cannot be mapped to rates."""
    points_paid: int | None = None
    """Points used as means of payment: `rates` then add up to `amount` + `points_paid`."""
    lines: tuple[DocumentLine, ...] = ()
    reissue: Reissue | None = None
    verify_url: str = ""
    language: Language = "ja"
    note: str = ""
    replaces_number: str = ""
    """Of the voided receipt in whose place it was issued."""
