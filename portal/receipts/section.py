"""書類 on the order page: the receipts, statement and delivery note on offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.models import Receipt, Rendition, ReturnInvoice, Shop
from portal.orders.page import OrderPage
from portal.receipts import ledger
from portal.receipts.downloads import Offer, Window, first_day, offer
from portal.receipts.facts import facts_of_page
from portal.receipts.rules.givers import Product
from portal.receipts.rules.permissions import ReceiptFacts, Refusal, may_issue, weightiest
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
class Because:
    """Why there is no receipt to take, and what the page says besides."""

    refusal: Refusal
    sentence: str = ""
    """The shop's own sentence in place of the usual one; not in the language of the page."""
    mall_way: str = ""
    """Way to the mall's receipt, to be translated."""
    product: Product | None = None
    """Deferred payment whose company is told apart."""
    has_number: bool = False
    """Whether the statement carries the shop's registration number."""

    @property
    def leads_to_statement(self) -> bool:
        """Return whether the purchase statement is all that the shop gives for this payment."""
        return self.refusal in _STATEMENT_SERVES

    @property
    def leads_to_shop(self) -> bool:
        """Return whether the buyer is sent to the shop."""
        by_company = self.refusal is Refusal.DEFERRED and not self.sentence
        return self.refusal in _SHOP_KNOWS or (by_company and self.product is not None and bool(self.product.page))


_STATEMENT_SERVES = frozenset({Refusal.COD, Refusal.CONVENIENCE, Refusal.DEFERRED, Refusal.NOT_FOR_PAYMENT})
_SHOP_KNOWS = frozenset(
    {
        *(Refusal.NOT_ALLOWED, Refusal.REFUNDED, Refusal.PAYMENT_UNCLEAR, Refusal.PAYMENT_UNKNOWN),
        *(Refusal.STATE_UNCLEAR, Refusal.RATES_UNKNOWN, Refusal.ALREADY_ISSUED),
    }
)


@dataclass(frozen=True)
class Returned:
    id: UUID
    returned_on: date
    amount: int


@dataclass(frozen=True)
class Papers:
    receipts: tuple[Issued, ...]
    """The newest copy of the buyer's own receipt, or of each that staff issued."""
    because: Because | None
    """Why there is no receipt to take, None if there is one or one may be issued."""
    delivery_note: bool
    returns: tuple[Returned, ...] = ()
    """Return invoices of the receipts, without those that were voided."""

    @property
    def may_issue(self) -> bool:
        return not self.receipts and self.because is None


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

RETURNS = (
    select(ReturnInvoice.id, ReturnInvoice.returned_on, ReturnInvoice.amount)
    .where(ReturnInvoice.order_id == bindparam("order_id"), ReturnInvoice.voided_at.is_(None))
    .order_by(ReturnInvoice.issued_at, ReturnInvoice.id)
)


def has_delivery_note(shop: Shop, status: str) -> bool:
    """Return whether buyers may take the delivery note; what was canceled is not delivered."""
    return shop.delivery_notes_allowed and status != OrderStatus.CANCELED


def papers_of(session: Session, shop: Shop, page: OrderPage, now: datetime) -> Papers:
    """Load the papers of an order in one query."""
    rows: list[Any] = ledger.live(session.connection().execute(RECEIPTS, {"order_id": page.id}).all())
    shipments = [parcel.status for parcel in page.parcels]
    originals = [row for row in rows if row.original_id is None and ledger.is_shown(row, shipments)]
    receipts = tuple(_issued(shop, original, ledger.newest_of(rows, original), now) for original in originals)
    delivery_note = has_delivery_note(shop, page.status)
    if receipts:
        returned = session.connection().execute(RETURNS, {"order_id": page.id}).all()
        return Papers(receipts, None, delivery_note, tuple(Returned(*row) for row in returned))
    facts = facts_of_page(shop, page, rows)
    return Papers((), because(shop, facts, may_issue(facts)), delivery_note)


def because(shop: Shop, facts: ReceiptFacts, refusals: Sequence[Refusal]) -> Because | None:
    """Return what the page says of the weightiest refusal, or None if there is none."""
    refusal = weightiest(refusals)
    if refusal is None:
        return None
    answer = facts.answer if refusal in _STATEMENT_SERVES else None
    return Because(
        refusal,
        answer.sentence if answer else "",
        facts.mall.way if facts.mall else "",
        answer.product if answer else None,
        bool(shop.registration_number),
    )


def _issued(shop: Shop, original: Any, row: Any, now: datetime) -> Issued:
    by_staff = row.issued_by == "staff" and row.original_id is None
    first_on = first_day(original.issued_on, original.reopened_at)
    window = Window(row.stored_at, row.reopened_at, row.extra_downloads, by_staff, row.copy_number, first_on)
    return Issued(
        row.id,
        ledger.number_text(row.number),
        row.issued_on,
        row.amount,
        row.addressee,
        offer(shop, window, now),
    )
