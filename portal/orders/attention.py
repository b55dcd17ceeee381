"""要対応: why staff must look at an order, and that they have."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.models import Order
from portal.orders import changes as order_changes
from portal.orders.rules.amounts import AmountProblem

CHANGED_AFTER_RECEIPT = "changed_after_receipt"
"""A file changed the order after a receipt was issued for it; the receipt itself stays as it is."""
CAPTURE_REFUSED = "capture_refused"
"""Shipped, and the payment company did not give the money."""
VOID_REFUSED = "void_refused"
"""Cancelled, and the payment company did not let go of what it holds."""
DEFERRED_NG = "deferred_ng"
"""The deferred-payment company does not take the order."""
DEFERRED_DIFFERS = "deferred_differs"
"""What it was told of the order, or of its parcel, does not fit what it has."""
OF_AMOUNTS = frozenset(str(problem) for problem in AmountProblem)


def reason_for(problem: AmountProblem | None, current: str) -> str:
    """The reason code after the amounts were settled anew. What is not about amounts stays until staff have seen it."""
    return current if current and current not in OF_AMOUNTS else str(problem or "")


def settle(session: Session, order: Order, reason: str, *, actor: str, now: datetime) -> bool:
    """Staff have seen to it. False: the order waits for something else by now, or for nothing."""
    if not reason or order.needs_attention != reason:
        return False
    order.needs_attention = ""
    order_changes.record(
        session, order, "order.attention_settled", {"needs_attention": (reason, "")}, actor=actor, now=now
    )
    return True
