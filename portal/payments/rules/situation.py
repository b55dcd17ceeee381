"""What the buyer is told about the payment of an order."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
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


_TRANSFER = re.compile("振込|振り込み|振替|バンク|bank", re.IGNORECASE)
"""Words of payments that go to the shop's account; other payments that the shop receipts may be cash."""
_BEFORE_SHIPPING = frozenset({OrderStatus.AWAITING_SHIPMENT, OrderStatus.ON_HOLD})


@dataclass(frozen=True)
class Prepayment:
    """What a buyer is still to pay before the order is shipped."""

    total: int
    """Yen."""
    account: str
    """Lines that name the shop's account; empty if they do not concern this payment, or if the shop names none."""
    deadline: date | None
    """Last day for it, or None if the shop names none."""


def prepayment(
    situated: Situation,
    payment_class: PaymentClass,
    method: str,
    status: str,
    *,
    total: int,
    ordered_on: date,
    account: str,
    days: int | None,
) -> Prepayment | None:
    """Return what is to be paid of an unpaid order that waits for it, or None if nothing is, or not in advance.

    `account` and `days`: the shop's. Only transfers to the account and convenience stores are known as paid in advance.
    """
    is_transfer = payment_class is PaymentClass.SHOP and _TRANSFER.search(unicodedata.normalize("NFKC", method))
    if not is_transfer and payment_class is not PaymentClass.CONVENIENCE:
        return None
    if situated is not Situation.AWAITED or status not in _BEFORE_SHIPPING or total <= 0:
        return None
    deadline = ordered_on + timedelta(days=days) if days is not None else None
    return Prepayment(total, account if is_transfer else "", deadline)
