"""後払い: what a deferred-payment company says about an order, and leaving it for 代金引換."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.models import Order
from portal.orders import changes as order_changes
from portal.orders import verbs as orders
from portal.orders.attention import DEFERRED_DIFFERS, DEFERRED_NG
from portal.payments.rules.credit_states import BEFORE_APPROVAL, NOT_REGISTERED, REFUSED, Credit, moved
from portal.values.states import OrderStatus

__all__ = ["Credit", "move", "switch_to_cod"]

_ATTENTION = {
    Credit.REGISTRATION_NG: DEFERRED_NG,
    Credit.REJECTED: DEFERRED_NG,
    Credit.CORRECTION_NG: DEFERRED_DIFFERS,
    Credit.REPORT_NG: DEFERRED_DIFFERS,
}
_OURS = frozenset(_ATTENTION.values())


def move(session: Session, order: Order, to: Credit, *, actor: str, now: datetime) -> bool:
    """Whether anything changed. `credit_states.CreditMoveError`: it does not go there from where it is.

    NG and differences come to the Today list and leave it with the next good word. An order of a subscription that
    waited for the approval goes on to be shipped.
    """
    session.flush()
    session.refresh(order, with_for_update=True)
    before = order.deferred_state
    state = moved(before, to)
    if state == before:
        return False
    changes: dict[str, audit.Change] = {"deferred_state": (before, str(state))}
    order.deferred_state = state
    reason = _ATTENTION.get(state, "")
    if reason or order.needs_attention in _OURS:
        changes["needs_attention"] = (order.needs_attention, reason)
        order.needs_attention = reason
    if state is Credit.CANCELLED and order.next_payment_method:
        changes["payment_method"] = (order.payment_method, order.next_payment_method)
        changes["payment_class"] = (order.payment_class, "")
        order.payment_method, order.payment_class, order.next_payment_method = order.next_payment_method, "", ""
    order_changes.record(session, order, "order.credit_moved", changes, actor=actor, now=now)
    if _is_free(order, before, state, has_other_way="payment_method" in changes):
        orders.resume(session, order, actor=actor, now=now)
    elif state in REFUSED and order.status == OrderStatus.AWAITING_SHIPMENT:
        orders.hold(session, order, actor=actor, now=now)
    return True


def switch_to_cod(session: Session, order: Order, words: str, *, actor: str, now: datetime) -> bool:
    """To cash on delivery, in the shop's `words`. True: at once; False: pending until the company has cancelled.

    Meanwhile it is not shipped: the buyer would have to pay twice. CreditMoveError: it is too late, it was reported.
    """
    session.flush()
    session.refresh(order, with_for_update=True)
    if words in (order.payment_method, order.next_payment_method):
        return order.payment_method == words
    state = order.deferred_state
    # An order that came in without a state may stand at the company all the same.
    at_company = state not in NOT_REGISTERED | {Credit.CANCELLED}
    if at_company and state != Credit.CANCEL_ASKED:
        moved(state, Credit.CANCEL_ASKED)
    changes: dict[str, audit.Change] = {"next_payment_method": (order.next_payment_method, words)}
    if state == Credit.CANCELLED:
        changes = {"payment_method": (order.payment_method, words)}
        order.payment_method = words
    else:
        order.next_payment_method = words
    order_changes.record(session, order, "order.payment_change_asked", changes, actor=actor, now=now)
    if at_company and order.status in (OrderStatus.AWAITING_SHIPMENT, OrderStatus.PICKING):
        orders.hold(session, order, actor=actor, now=now)
    if state != Credit.CANCELLED:
        move(session, order, Credit.CANCEL_ASKED if at_company else Credit.CANCELLED, actor=actor, now=now)
    return not at_company


def _is_free(order: Order, before: str, state: Credit, *, has_other_way: bool) -> bool:
    """The hold was for this, and is over."""
    if order.status != OrderStatus.ON_HOLD:
        return False
    return has_other_way or (state is Credit.APPROVED and before in BEFORE_APPROVAL)
