"""後払い: the order's state at a deferred-payment company, and the switch from there to 代金引換."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.models import Order
from portal.orders import changes as order_changes
from portal.orders import verbs as orders
from portal.orders.attention import DEFERRED_CANCELED, DEFERRED_DIFFERS, DEFERRED_NG
from portal.payments.rules.credit_states import BEFORE_APPROVAL, NOT_REGISTERED, REFUSED, Credit, moved
from portal.values.states import OrderStatus

__all__ = ["Credit", "move", "switch_to_cod"]

_ATTENTION = {
    Credit.REGISTRATION_NG: DEFERRED_NG,
    Credit.REJECTED: DEFERRED_NG,
    Credit.CORRECTION_NG: DEFERRED_DIFFERS,
    Credit.REPORT_NG: DEFERRED_DIFFERS,
}
_OURS = frozenset([*_ATTENTION.values(), DEFERRED_CANCELED])
_TO_SHIP = frozenset({OrderStatus.AWAITING_SHIPMENT, OrderStatus.PICKING})
_TO_PAY = _TO_SHIP | {OrderStatus.ON_HOLD, OrderStatus.SHIPPED}
"""Statuses of an order that somebody has to pay for."""


def move(session: Session, order: Order, to: Credit, *, actor: str, now: datetime) -> bool:
    """Move the order to a state at the company and return whether anything changed.

    Raise `credit_states.CreditMoveError` if no real payment makes that move. NG and differences put the order on the
    Today list until the next good news, and so does a cancellation that leaves the order without any payment. An order
    that was on hold for the approval goes on to be shipped.
    """
    session.flush()
    session.refresh(order, with_for_update=True)
    before = order.deferred_state
    state = moved(before, to)
    if state == before:
        return False
    changes: dict[str, audit.Change] = {"deferred_state": (before, str(state))}
    order.deferred_state = state
    is_unpaid = state is Credit.CANCELED and not order.next_payment_method and order.status in _TO_PAY
    reason = DEFERRED_CANCELED if is_unpaid else _ATTENTION.get(state, "")
    if reason or order.needs_attention in _OURS:
        changes["needs_attention"] = (order.needs_attention, reason)
        order.needs_attention = reason
    if state is Credit.CANCELED and order.next_payment_method:
        changes["payment_method"] = (order.payment_method, order.next_payment_method)
        changes["payment_class"] = (order.payment_class, "")
        order.payment_method, order.payment_class, order.next_payment_method = order.next_payment_method, "", ""
    order_changes.record(session, order, "order.credit_moved", changes, actor=actor, now=now)
    if _is_free(order, before, state, has_other_way="payment_method" in changes):
        orders.resume(session, order, actor=actor, now=now)
    elif (state in REFUSED or is_unpaid) and order.status in _TO_SHIP:
        orders.hold(session, order, actor=actor, now=now)
    return True


def switch_to_cod(session: Session, order: Order, words: str, *, actor: str, now: datetime) -> bool:
    """Switch to cash on delivery, in the shop's `words`; return False if that waits until the company has canceled.

    Meanwhile the order is not shipped, or the buyer would have to pay twice. Raise CreditMoveError if it is too late,
    because the shipment was reported.
    """
    session.flush()
    session.refresh(order, with_for_update=True)
    if words in (order.payment_method, order.next_payment_method):
        return order.payment_method == words
    state = order.deferred_state
    # An order that came in without a state may still be known to the company.
    at_company = state not in NOT_REGISTERED | {Credit.CANCELED}
    if at_company and state != Credit.CANCEL_ASKED:
        moved(state, Credit.CANCEL_ASKED)
    changes: dict[str, audit.Change] = {"next_payment_method": (order.next_payment_method, words)}
    if state == Credit.CANCELED:
        changes = {"payment_method": (order.payment_method, words)}
        order.payment_method = words
    else:
        order.next_payment_method = words
    order_changes.record(session, order, "order.payment_change_asked", changes, actor=actor, now=now)
    if at_company and order.status in _TO_SHIP:
        orders.hold(session, order, actor=actor, now=now)
    if state != Credit.CANCELED:
        move(session, order, Credit.CANCEL_ASKED if at_company else Credit.CANCELED, actor=actor, now=now)
    return not at_company


def _is_free(order: Order, before: str, state: Credit, *, has_other_way: bool) -> bool:
    """Return whether the order was on hold for this reason only until now."""
    if order.status != OrderStatus.ON_HOLD:
        return False
    return has_other_way or (state is Credit.APPROVED and before in BEFORE_APPROVAL)
