"""取消: a receipt is never edited or deleted. Its row stays with time and reason; its copies are voided with it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Receipt
from portal.receipts import ledger
from portal.receipts.return_invoices import standing_returns


class Voided(StrEnum):
    NOW = "now"
    BEFORE = "before"
    """The receipt was void already."""
    RETURNED = "returned"
    """Refused: the receipt has a 返還インボイス, which must be voided first."""


def void(session: Session, receipt: Receipt, *, reason: str, actor: str, now: datetime) -> Voided:
    """Void the original and every 再発行 of it."""
    ledger.lock_order(session, receipt.order_id)
    original = receipt.original_id or receipt.id
    line = select(Receipt).where(or_(Receipt.id == original, Receipt.original_id == original))
    rows = session.scalars(line.order_by(Receipt.number).execution_options(populate_existing=True))
    live = [row for row in rows if row.voided_at is None]
    if live and standing_returns(session, [original]):
        return Voided.RETURNED
    for row in live:
        row.voided_at, row.void_reason, row.tell_buyer = now, reason, False
        audit.record_about(session, row, "receipt.voided", {"void_reason": (None, reason)}, actor=actor, now=now)
    session.flush()
    return Voided.NOW if live else Voided.BEFORE
