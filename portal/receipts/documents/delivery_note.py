"""Contents of a 納品書."""

from dataclasses import dataclass
from datetime import date

from portal.receipts.documents.parts import Cycle, DocumentLine, Issuer, Party, Stored, Strict


@dataclass(frozen=True)
class Parcel(Strict):
    carrier: str
    tracking_number: str = ""
    shipped_on: date | None = None


@dataclass(frozen=True)
class DeliveryNoteDocument(Stored):
    """Contents of the parcels. If the shop leaves prices out, as for presents, no line has an amount."""

    order_code: str
    issued_on: date
    ordered_on: date
    delivery: Party
    issuer: Issuer
    lines: tuple[DocumentLine, ...]
    total: int | None = None
    """Yen, tax included, None to leave the total out."""
    buyer_name: str = ""
    """Name of the buyer, empty if the buyer is the recipient."""
    parcels: tuple[Parcel, ...] = ()
    note: str = ""
    cycle: Cycle | None = None
