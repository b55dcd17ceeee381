"""What the buyer is told about the payment of an order."""

from enum import StrEnum

from portal.payments.rules.methods import PaymentClass
from portal.payments.rules.payment_states import PaymentState
from portal.values.states import OrderStatus

_COLLECTED_BY_OTHERS = frozenset({PaymentClass.COD, PaymentClass.DEFERRED})
"""Payments of which the shop's own books say nothing to the buyer: the driver or a company collects them."""
_STUCK = frozenset({PaymentState.PART_PAID, PaymentState.LAPSED, PaymentState.FAILED})


class Situation(StrEnum):
    NOTHING = ""
    """Nothing to say: it is paid, others collect it, or the file does not say."""
    AWAITED = "awaited"
    STUCK = "stuck"
    """Paid in part, too late, or refused: the shop knows more."""
    NOT_NEEDED = "not_needed"
    """Canceled: nothing is to be paid."""
    BEING_CANCELED = "being_canceled"
    """The goods come back, and a bill may still arrive meanwhile."""
    GIVEN_BACK = "given_back"


def situation(status: str, payment_class: PaymentClass, state: PaymentState, refunded: int) -> Situation:
    """Return what to say of the payment. `refunded`: yen that were given back."""
    if status == OrderStatus.RETURN_PENDING:
        return Situation.BEING_CANCELED
    if refunded or state is PaymentState.REFUNDED:
        return Situation.GIVEN_BACK
    if status == OrderStatus.CANCELED:
        return Situation.NOT_NEEDED
    if status == OrderStatus.RETURNED or payment_class in _COLLECTED_BY_OTHERS:
        return Situation.NOTHING
    if state is PaymentState.UNPAID:
        return Situation.AWAITED
    return Situation.STUCK if state in _STUCK else Situation.NOTHING
