"""Staff's decisions on one order's payment: whether it was paid, and who gives the receipt."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.models import Order
from portal.orders import changes as order_changes
from portal.payments.rules.methods import PaymentClass
from portal.payments.rules.payment_states import PaymentState


def decide(
    session: Session,
    order: Order,
    *,
    state: PaymentState,
    payment_class: PaymentClass | None,
    actor: str,
    now: datetime,
) -> bool:
    """Set state and class of the payment and return whether anything changed.

    Without `payment_class` the method's words decide. A later file may set another state; the class stays until a file
    names another method.
    """
    decided = {"payment_state": str(state), "payment_class": str(payment_class or "")}
    changes = {name: (getattr(order, name), value) for name, value in decided.items() if getattr(order, name) != value}
    if not changes:
        return False
    for name, (_before, after) in changes.items():
        setattr(order, name, after)
    order.payment_said = str(state)
    order_changes.record(session, order, "order.payment_decided", changes, actor=actor, now=now)
    return True
