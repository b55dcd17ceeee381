"""もう一度: staff allow the buyer to download the same bytes once more."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.models import Receipt
from portal.receipts import ledger


def grant(session: Session, receipt: Receipt, *, seen: int, actor: str, now: datetime) -> bool:
    """Grant one more download and return whether this call did it; a voided receipt gets none.

    `seen`: the number of grants on the page where the button was pressed, so that two presses give one download.
    """
    ledger.lock_order(session, receipt.order_id)
    live = ledger.live_receipts(session, receipt.order_id)
    if receipt not in live:
        return False
    newest = ledger.newest_of(live, receipt)
    if newest.extra_downloads != seen:
        return False
    newest.extra_downloads = seen + 1
    audit.record_about(session, newest, "receipt.granted", {"extra_downloads": (seen, seen + 1)}, actor=actor, now=now)
    session.flush()
    return True
