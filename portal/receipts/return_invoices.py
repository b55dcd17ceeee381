"""返還インボイス: refunds after a receipt was issued, each a paper of its own bound to that receipt.

Below 10,000 yen, tax included and per refund, none need be given (消費税法施行令 第70条の9 第3項); a shop may.

It takes no number of the ledger, which counts money received; its reference is the receipt's number and a serial one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal import audit
from portal.models import Order, Receipt, ReturnInvoice, Shop
from portal.models.base import new_id
from portal.notifications.outbox import Mailroom
from portal.receipts import ledger
from portal.receipts.documents import DocumentLine, ReceiptDocument, ReturnInvoiceDocument
from portal.receipts.downloads import Attached, mail_paper
from portal.receipts.drafting import issuer, rate_rows
from portal.receipts.given import Facts, give
from portal.values.dates import tokyo_date
from portal.values.tax import RateTotals, Settlement


class ReturnRefusal(StrEnum):
    VOID = "void"
    COPY = "copy"
    """The receipt is a 再発行; refunds belong to the original."""
    NO_NUMBER = "no_number"
    """The receipt or the shop has no 登録番号, or the receipt states no totals per rate."""
    NOTHING_LEFT = "nothing_left"
    """All of the receipt was refunded before."""
    NO_AMOUNT = "no_amount"
    TOO_MUCH = "too_much"
    """More than the receipt states at a rate after earlier refunds."""
    DAY = "day"
    """The day lies before the sale or in the future."""


@dataclass(frozen=True)
class Refund:
    rates: RateTotals
    """Refund per rate: positive yen, tax included."""
    returned_on: date
    content: str
    lines: tuple[int, ...] = ()
    """Indexes into the receipt's lines of the goods that were given back; empty for a price that was reduced."""

    @property
    def amount(self) -> int:
        return sum(self.rates.values())


def returns_of(session: Session, receipt: Receipt) -> list[ReturnInvoice]:
    """List the receipt's refunds in their order, voided ones included."""
    rows = select(ReturnInvoice).filter_by(shop_id=receipt.shop_id, receipt_id=receipt.id)
    return list(session.scalars(rows.order_by(ReturnInvoice.serial).options(joinedload(ReturnInvoice.rendition))))


def standing_returns(session: Session, receipt_ids: Collection[UUID]) -> list[ReturnInvoice]:
    """List the refunds of these receipts that are not void.

    While a receipt has one it cannot be voided: a receipt issued in its place could be refunded again.
    """
    rows = select(ReturnInvoice).where(ReturnInvoice.receipt_id.in_(receipt_ids), ReturnInvoice.voided_at.is_(None))
    return list(session.scalars(rows.order_by(ReturnInvoice.issued_at, ReturnInvoice.serial)))


def reference(receipt: Receipt, serial: int) -> str:
    return f"{ledger.number_text(receipt.number)}-R{serial}"


def returnable(receipt: Receipt, earlier: Sequence[ReturnInvoice]) -> RateTotals:
    """Return the yen per rate that have not been refunded yet."""
    stated = {row.rate: row.total for row in ReceiptDocument.from_dict(receipt.snapshot).rates}
    for one in earlier:
        if one.voided_at is None:
            for row in ReturnInvoiceDocument.from_dict(one.snapshot).rates:
                stated[row.rate] -= row.total
    return stated


def standing_refusal(shop: Shop, receipt: Receipt, live: Sequence[Receipt], left: RateTotals) -> ReturnRefusal | None:
    """Return why the receipt cannot have a refund at all, or None. `left`: result of `returnable`."""
    document = ReceiptDocument.from_dict(receipt.snapshot)
    if receipt.original_id is not None:
        return ReturnRefusal.COPY
    if receipt not in live:
        return ReturnRefusal.VOID
    if not (document.rates and document.issuer.registration_number and shop.registration_number):
        return ReturnRefusal.NO_NUMBER
    return None if sum(left.values()) else ReturnRefusal.NOTHING_LEFT


def issue_return(
    session: Session,
    *,
    shop: Shop,
    order: Order,
    receipt: Receipt,
    refund: Refund,
    issue_key: UUID,
    actor: str,
    now: datetime,
) -> ReturnInvoice | ReturnRefusal:
    """Issue the 返還インボイス, once per form however often it is sent. The caller commits."""
    ledger.lock_order(session, order.id)
    done = session.scalars(select(ReturnInvoice).filter_by(shop_id=shop.id, issue_key=issue_key.hex)).one_or_none()
    if done is not None:
        return done
    earlier = returns_of(session, receipt)
    today = tokyo_date(now)
    left = returnable(receipt, earlier)
    live = ledger.live_receipts(session, order.id)
    refusal = standing_refusal(shop, receipt, live, left) or _refusal(receipt, refund, left, today)
    if refusal:
        return refusal
    serial = len(earlier) + 1
    snapshot = _document(shop, receipt, refund, serial, today).to_dict()
    facts = Facts(receipt.transaction_on, refund.amount, receipt.counterparty)
    rendition = give(session, order, kind="return_invoice", document=snapshot, facts=facts, now=now)
    invoice = ReturnInvoice(
        id=new_id(),
        shop_id=shop.id,
        order_id=order.id,
        receipt_id=receipt.id,
        serial=serial,
        issued_at=now,
        returned_on=refund.returned_on,
        amount=refund.amount,
        snapshot=snapshot,
        issue_key=issue_key.hex,
        rendition_id=rendition.id,
    )
    session.add(invoice)
    session.flush()
    _record(session, receipt, "receipt.return_issued", invoice, {"amount": (None, invoice.amount)}, actor, now)
    return invoice


def void_return(session: Session, invoice: ReturnInvoice, *, reason: str, actor: str, now: datetime) -> bool:
    """Void the paper and return whether this call did it."""
    ledger.lock_order(session, invoice.order_id)
    session.refresh(invoice)
    if invoice.voided_at is not None:
        return False
    invoice.voided_at, invoice.void_reason = now, reason
    _record(session, invoice.receipt, "receipt.return_voided", invoice, {"void_reason": (None, reason)}, actor, now)
    return True


def send_by_mail(
    session: Session,
    mailroom: Mailroom,
    *,
    shop: Shop,
    order: Order,
    invoice: ReturnInvoice,
    actor: str,
    language: str,
    now: datetime,
) -> bool:
    """Mail the paper to the order's own address, at most once a day; return whether this call did."""
    paper = Attached(("return_invoice", invoice.id), reference(invoice.receipt, invoice.serial), invoice.rendition_id)
    is_new = mail_paper(session, mailroom, paper, shop=shop, order=order, language=language, now=now)
    if is_new:
        _record(session, invoice.receipt, "receipt.return_mailed", invoice, {}, actor, now)
    return is_new


def _refusal(receipt: Receipt, refund: Refund, left: RateTotals, today: date) -> ReturnRefusal | None:
    if any(amount > left.get(rate, 0) for rate, amount in refund.rates.items()):
        return ReturnRefusal.TOO_MUCH
    if refund.amount < 1:
        return ReturnRefusal.NO_AMOUNT
    if not receipt.transaction_on <= refund.returned_on <= today:
        return ReturnRefusal.DAY
    return None


def _document(shop: Shop, receipt: Receipt, refund: Refund, serial: int, today: date) -> ReturnInvoiceDocument:
    sold = ReceiptDocument.from_dict(receipt.snapshot)
    # The rates are those of the day of sale; the tax is rounded once per rate on this paper.
    untaxed = next((row.untaxed for row in sold.rates if not row.rate), ())
    rates = rate_rows(Settlement(refund.rates, 0, refund.amount), shop, receipt.transaction_on, untaxed)
    return ReturnInvoiceDocument(
        reference=reference(receipt, serial),
        issued_on=today,
        returned_on=refund.returned_on,
        transaction_on=receipt.transaction_on,
        receipt_number=sold.number,
        order_code=sold.order_code,
        addressee=sold.addressee,
        honorific=sold.honorific,
        content=refund.content,
        amount=refund.amount,
        rates=rates,
        issuer=issuer(shop, registered=True),
        lines=tuple(DocumentLine(sold.lines[at].name, reduced=sold.lines[at].reduced) for at in refund.lines),
    )


def _record(
    session: Session,
    receipt: Receipt,
    action: str,
    invoice: ReturnInvoice,
    changes: Mapping[str, audit.Change],
    actor: str,
    now: datetime,
) -> None:
    audit.record_about(
        session,
        receipt,
        action,
        {"number": (None, reference(receipt, invoice.serial)), **changes},
        actor=actor,
        now=now,
    )
