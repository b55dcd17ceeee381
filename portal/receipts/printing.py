"""Printing of a receipt by staff, with a box for the 収入印紙 if one is due. It is not one of the buyer's downloads."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Receipt, Rendition
from portal.receipts import renditions
from portal.receipts.documents import ReceiptDocument
from portal.receipts.rules.stamp_duty import stamp_duty

KIND = "printed_receipt"


def duty_of(document: ReceiptDocument) -> int:
    """Return the yen of stamp duty on the printed receipt, 0 if none."""
    # The tax is left out only where a taxable business states it in yen on this very paper.
    stated = sum(row.tax or 0 for row in document.rates) if document.issuer.registration_number else 0
    by_card = document.amount if document.paid_by_card else document.card_amount or 0
    return stamp_duty(document.amount, stated_tax=stated, by_card=by_card, on=document.issued_on)


def wants_stamp(document: ReceiptDocument) -> bool:
    return duty_of(document) > 0


def print_on_paper(session: Session, receipt: Receipt, *, actor: str, now: datetime) -> Rendition:
    """Return the PDF to print: the one that the buyer downloads, unless a stamp is due."""
    audit.record_about(session, receipt, "receipt.printed", actor=actor, now=now)
    if not wants_stamp(ReceiptDocument.from_dict(receipt.snapshot)):
        return receipt.rendition
    return renditions.request(
        session,
        shop_id=receipt.shop_id,
        order_id=receipt.order_id,
        kind=KIND,
        document=receipt.snapshot,
        now=now,
    )


def paper_of(session: Session, receipt: Receipt) -> Rendition | None:
    """Return what `print_on_paper` gave, or None if nobody asked for it or it was deleted since."""
    if not wants_stamp(ReceiptDocument.from_dict(receipt.snapshot)):
        return receipt.rendition
    key = {"shop_id": receipt.shop_id, "kind": KIND, "digest": renditions.digest(receipt.snapshot)}
    return session.scalars(select(Rendition).filter_by(**key)).one_or_none()
