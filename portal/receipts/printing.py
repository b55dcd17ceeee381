"""On paper: the same receipt once more, with room for a 収入印紙 where one is due. The buyer's limits do not count it."""

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
    """Yen of the stamp that the paper needs; 0: none."""
    stated = sum(row.tax or 0 for row in document.rates)
    return stamp_duty(document.amount, stated_tax=stated, card=document.paid_by_card)


def wants_stamp(document: ReceiptDocument) -> bool:
    return duty_of(document) > 0


def print_on_paper(session: Session, receipt: Receipt, *, actor: str, now: datetime) -> Rendition:
    """The PDF to print: what the buyer downloads, unless the paper needs a stamp."""
    audit.record(
        session,
        shop_id=receipt.shop_id,
        actor=actor,
        action="receipt.printed",
        subject=("receipt", receipt.id),
        now=now,
    )
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
    """What `print_on_paper` gave; None: it was not asked for, or so long ago that it was taken away."""
    if not wants_stamp(ReceiptDocument.from_dict(receipt.snapshot)):
        return receipt.rendition
    key = {"shop_id": receipt.shop_id, "kind": KIND, "digest": renditions.digest(receipt.snapshot)}
    return session.scalars(select(Rendition).filter_by(**key)).one_or_none()
