"""納品書."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pydantic import ConfigDict

from portal.receipts.documents.parts import STRICT, Cycle, DocumentLine, Issuer, Party, Stored


@dataclass(frozen=True)
class Parcel:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    carrier: str
    tracking_number: str = ""
    shipped_on: date | None = None


@dataclass(frozen=True)
class DeliveryNoteDocument(Stored):
    """What is in the parcels. A shop that sends presents leaves the prices out: then no line has an amount."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    order_code: str
    issued_on: date
    ordered_on: date
    delivery: Party
    issuer: Issuer
    lines: tuple[DocumentLine, ...]
    total: int | None = None
    """Yen, tax included; None leaves it out."""
    buyer_name: str = ""
    """Printed where it is not the recipient's own."""
    parcels: tuple[Parcel, ...] = ()
    note: str = ""
    cycle: Cycle | None = None
