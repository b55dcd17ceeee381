"""もう一度: staff let the buyer have the same bytes once more."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.models import Receipt
from portal.receipts import ledger


def grant(session: Session, receipt: Receipt, *, seen: int, actor: str, now: datetime) -> bool:
    """One more download. `seen`: how many were open on the page it was pressed on, so that pressed twice it is one.

    Whether it was this call that did it; a receipt that is void gives no more.
    """
    ledger.lock_order(session, receipt.order_id)
    standing = ledger.live_receipts(session, receipt.order_id)
    if receipt not in standing:
        return False
    newest = ledger.newest_of(standing, receipt)
    if newest.extra_downloads != seen:
        return False
    newest.extra_downloads = seen + 1
    audit.record(
        session,
        shop_id=newest.shop_id,
        actor=actor,
        action="receipt.granted",
        subject=("receipt", newest.id),
        now=now,
        changes={"extra_downloads": (seen, seen + 1)},
    )
    session.flush()
    return True
