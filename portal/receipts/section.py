"""書類: what the order page offers of receipts, statement and delivery note."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.models import Receipt, Rendition, Shop
from portal.orders.page import OrderPage
from portal.receipts.downloads import Offer, Window, offer
from portal.receipts.facts import facts_of_page
from portal.receipts.ledger import number_text
from portal.receipts.rules import Refusal, all_shipped, may_issue, weightiest


@dataclass(frozen=True)
class Issued:
    id: UUID
    number: str
    issued_on: date
    amount: int
    addressee: str
    offer: Offer


@dataclass(frozen=True)
class Papers:
    receipts: tuple[Issued, ...]
    """Newest copy of the buyer's own, or of each that staff issued."""
    refusal: Refusal | None
    """Why there is none to take; None where there is one or one may be issued."""
    delivery_note: bool

    @property
    def may_issue(self) -> bool:
        return not self.receipts and self.refusal is None


RECEIPTS = (
    select(
        *(Receipt.id, Receipt.number, Receipt.issued_by, Receipt.issued_on, Receipt.amount, Receipt.addressee),
        *(Receipt.original_id, Receipt.reopened_at, Receipt.extra_downloads, Rendition.stored_at),
    )
    .join(Rendition, Rendition.id == Receipt.rendition_id)
    .where(Receipt.order_id == bindparam("order_id"), Receipt.voided_at.is_(None))
    .order_by(Receipt.number)
)


def papers_of(session: Session, shop: Shop, page: OrderPage, now: datetime) -> Papers:
    """One query. Staff's receipts show once everything has shipped."""
    rows = session.connection().execute(RECEIPTS, {"order_id": page.id}).all()
    originals = [row for row in rows if row.original_id is None]
    newest = {row.id: row for row in originals} | {row.original_id: row for row in rows if row.original_id}
    staffs = sum(row.issued_by == "staff" for row in originals)
    shipped = all_shipped(parcel.status for parcel in page.parcels)
    shown = [row for row in originals if row.issued_by == "buyer" or shipped]
    receipts = tuple(
        Issued(
            row.id,
            number_text(row.number),
            row.issued_on,
            row.amount,
            row.addressee,
            offer(shop, Window(row.stored_at, row.reopened_at, row.extra_downloads), now),
        )
        for row in (newest[original.id] for original in shown)
    )
    refusal = None
    if not receipts:
        own = len(originals) > staffs
        refusal = weightiest(may_issue(facts_of_page(shop, page, staffs=staffs, own=own)))
    return Papers(receipts, refusal, shop.delivery_notes_allowed)
