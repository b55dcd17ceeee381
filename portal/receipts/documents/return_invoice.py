"""返還インボイス (適格返還請求書): 消費税法 第57条の4 第3項."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pydantic import ConfigDict

from portal.receipts.documents.parts import STRICT, DocumentLine, Issuer, RateTotal, Stored
from portal.receipts.documents.receipt import Honorific


@dataclass(frozen=True)
class ReturnInvoiceDocument(Stored):
    """What was paid back of a receipt. Amounts are positive yen, tax included; each rate states its tax."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    reference: str
    """The receipt's number and a running one: 00000012-R1."""
    issued_on: date
    returned_on: date
    """対価の返還等を行う年月日."""
    transaction_on: date
    """Of the sale it goes back to."""
    receipt_number: str
    order_code: str
    addressee: str
    honorific: Honorific
    content: str
    """What was returned or reduced, in the shop's words."""
    amount: int
    rates: tuple[RateTotal, ...]
    issuer: Issuer
    lines: tuple[DocumentLine, ...] = ()
    """Names of what the receipt was for, without amounts."""
