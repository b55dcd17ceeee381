"""書類 on the order page: the receipts, statement and delivery note on offer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.models import Receipt, Rendition, Shop
from portal.orders.page import OrderPage
from portal.receipts import ledger
from portal.receipts.downloads import Offer, Window, offer
from portal.receipts.facts import facts_of_page
from portal.receipts.rules.permissions import Refusal, may_issue, weightiest
from portal.values.states import OrderStatus


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
    """The newest copy of the buyer's own receipt, or of each that staff issued."""
    refusal: Refusal | None
    """Reason why there is no receipt to take, None if there is one or one may be issued."""
    delivery_note: bool

    @property
    def may_issue(self) -> bool:
        return not self.receipts and self.refusal is None


RECEIPTS = (
    select(
        *(Receipt.id, Receipt.number, Receipt.issued_by, Receipt.issued_on, Receipt.amount, Receipt.addressee),
        *(Receipt.original_id, Receipt.copy_number, Receipt.voided_at),
        *(Receipt.reopened_at, Receipt.extra_downloads, Rendition.stored_at),
    )
    .join(Rendition, Rendition.id == Receipt.rendition_id)
    .where(Receipt.order_id == bindparam("order_id"))
    .order_by(Receipt.number)
)


def has_delivery_note(shop: Shop, status: str) -> bool:
    """Return whether buyers may take the delivery note; what was canceled is not delivered."""
    return shop.delivery_notes_allowed and status != OrderStatus.CANCELED


def papers_of(session: Session, shop: Shop, page: OrderPage, now: datetime) -> Papers:
    """Load the papers of an order in one query."""
    rows: list[Any] = ledger.live(session.connection().execute(RECEIPTS, {"order_id": page.id}).all())
    shipments = [parcel.status for parcel in page.parcels]
    originals = [row for row in rows if row.original_id is None and ledger.is_shown(row, shipments)]
    receipts = tuple(_issued(shop, ledger.newest_of(rows, original), now) for original in originals)
    delivery_note = has_delivery_note(shop, page.status)
    if receipts:
        return Papers(receipts, None, delivery_note)
    refusals = may_issue(facts_of_page(shop, page, rows))
    return Papers((), weightiest(refusals), delivery_note)


def _issued(shop: Shop, row: Any, now: datetime) -> Issued:
    by_staff = row.issued_by == "staff" and row.original_id is None
    window = Window(row.stored_at, row.reopened_at, row.extra_downloads, by_staff)
    return Issued(
        row.id,
        ledger.number_text(row.number),
        row.issued_on,
        row.amount,
        row.addressee,
        offer(shop, window, now),
    )
