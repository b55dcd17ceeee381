"""Contents of a 返還インボイス (適格返還請求書) by 消費税法 第57条の4 第3項."""

from dataclasses import dataclass
from datetime import date

from portal.receipts.documents.parts import DocumentLine, Issuer, RateTotal, Stored
from portal.receipts.documents.receipt import Honorific


@dataclass(frozen=True)
class ReturnInvoiceDocument(Stored):
    """Refund of a receipt or part of one. Amounts are positive yen, tax included; each rate states its tax."""

    reference: str
    """Receipt's number and a serial one: 00000012-R1."""
    issued_on: date
    returned_on: date
    """Day of the refund (対価の返還等を行う年月日)."""
    transaction_on: date
    """Day of the sale that is refunded."""
    receipt_number: str
    order_code: str
    addressee: str
    honorific: Honorific
    content: str
    """Goods returned or price reduced, in the shop's words."""
    amount: int
    rates: tuple[RateTotal, ...]
    issuer: Issuer
    lines: tuple[DocumentLine, ...] = ()
    """Goods that were given back, by name alone."""
