"""購入明細書."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from pydantic import ConfigDict

from portal.receipts.documents.parts import STRICT, Cycle, DocumentLine, Issuer, Party, RateTotal, Stored

StatementState = Literal["", "cancelled", "returned", "unpaid"]


@dataclass(frozen=True)
class StatementDocument(Stored):
    """Amounts are yen, tax included; `discount` and `points` are what is taken off, so positive.

    On a cancelled, returned or unpaid order (`state`) the issuer has no registration number.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    order_code: str
    issued_on: date
    ordered_on: date
    buyer: Party
    issuer: Issuer
    lines: tuple[DocumentLine, ...]
    subtotal: int
    total: int
    """To pay, or paid: after points in either mode."""
    shipping: int = 0
    fees: int = 0
    discount: int = 0
    points: int = 0
    points_as_payment: bool = False
    """Points paid part of the total (the rates stay whole), instead of lowering it."""
    rates: tuple[RateTotal, ...] = ()
    payment_words: str = ""
    delivery: Party | None = None
    """None: to the buyer."""
    shipped_on: tuple[date, ...] = ()
    state: StatementState = ""
    note: str = ""
    cycle: Cycle | None = None
