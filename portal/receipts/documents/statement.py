"""Contents of a 購入明細書."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from portal.receipts.documents.parts import Cycle, DocumentLine, Issuer, Party, RateTotal, Stored

StatementState = Literal["", "cancelled", "returned", "not_shipped"]


@dataclass(frozen=True)
class StatementDocument(Stored):
    """Contents of a 購入明細書 in yen, tax included; `discount` and `points` are taken off and therefore positive.

    On a canceled order, or one with goods yet to ship (`state`), the issuer has no registration number.
    """

    order_code: str
    issued_on: date
    ordered_on: date
    buyer: Party
    issuer: Issuer
    lines: tuple[DocumentLine, ...]
    subtotal: int
    total: int
    """Yen to pay or paid, after points whether they count as discount or as payment."""
    shipping: int = 0
    fees: int = 0
    discount: int = 0
    points: int = 0
    mall_coupon: int = 0
    """Yen that the mall bears: a payment, which leaves the rates whole."""
    points_as_payment: bool = False
    """True if points paid part of the total and the rates stay whole, False if they lowered the total."""
    rates: tuple[RateTotal, ...] = ()
    payment_words: str = ""
    delivery: Party | None = None
    """Recipient, None if it is the buyer."""
    shipped_on: tuple[date, ...] = ()
    state: StatementState = ""
    note: str = ""
    cycle: Cycle | None = None
