"""取消: a receipt is never edited or deleted. The row stays, with the day and the reason; its copies fall with it."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Receipt
from portal.receipts import ledger


def void(session: Session, receipt: Receipt, *, reason: str, actor: str, now: datetime) -> bool:
    """The original and every 再発行 of it. Whether it was this call that did it."""
    ledger.lock_order(session, receipt.order_id)
    original = receipt.original_id or receipt.id
    line = select(Receipt).where(or_(Receipt.id == original, Receipt.original_id == original))
    rows = session.scalars(line.order_by(Receipt.number).execution_options(populate_existing=True))
    standing = [row for row in rows if row.voided_at is None]
    for row in standing:
        row.voided_at, row.void_reason, row.tell_buyer = now, reason, False
        audit.record(
            session,
            shop_id=row.shop_id,
            actor=actor,
            action="receipt.voided",
            subject=("receipt", row.id),
            now=now,
            changes={"void_reason": (None, reason)},
        )
    session.flush()
    return bool(standing)
