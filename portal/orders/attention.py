"""要対応: the reasons why staff must look at an order, and settling them."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.models import Order
from portal.orders import changes as order_changes
from portal.orders.rules.amounts import AmountProblem

CHANGED_AFTER_RECEIPT = "changed_after_receipt"
"""A file changed the order after a receipt was issued for it; the receipt itself stays as it is."""
CAPTURE_REFUSED = "capture_refused"
"""The order has shipped, and the payment company refused the capture."""
VOID_REFUSED = "void_refused"
"""The order was canceled, and the payment company refused to release the money it holds."""
DEFERRED_NG = "deferred_ng"
"""The deferred-payment company does not accept the order."""
DEFERRED_CANCELED = "deferred_canceled"
"""The deferred-payment company has canceled the payment of an order that is still to be paid for."""
DEFERRED_DIFFERS = "deferred_differs"
"""The deferred-payment company's data on the order or its parcel differ from ours."""
OF_AMOUNTS = frozenset(str(problem) for problem in AmountProblem)


def reason_for(problem: AmountProblem | None, current: str) -> str:
    """Return the reason code after the amounts were settled again.

    A reason that is not about amounts stays until staff resolve it.
    """
    return current if current and current not in OF_AMOUNTS else str(problem or "")


def resolve(session: Session, order: Order, reason: str, *, actor: str, now: datetime) -> bool:
    """Settle the reason that staff have seen to; return False if the order now has another reason or none."""
    if not reason or order.needs_attention != reason:
        return False
    order.needs_attention = ""
    order_changes.record(
        session, order, "order.attention_settled", {"needs_attention": (reason, "")}, actor=actor, now=now
    )
    return True
