"""Contents of a 年間購入明細書: what a buyer bought in a year. It lists, and is no invoice."""

from dataclasses import dataclass
from datetime import date

from portal.receipts.documents.parts import Issuer, RateTotal, Stored, Strict


@dataclass(frozen=True)
class YearOrder(Strict):
    code: str
    ordered_on: date
    total: int
    """Yen that were to be paid, tax included."""
    refunded: int = 0


@dataclass(frozen=True)
class YearlyDocument(Stored):
    """Orders of a year, oldest first, with what they came to in yen after refunds."""

    year: int
    issued_on: date
    buyer_name: str
    issuer: Issuer
    orders: tuple[YearOrder, ...]
    total: int
    rates: tuple[RateTotal, ...] = ()
    """Totals per rate without the tax, which the statement of each order states; empty if one of them is not known."""
