"""What an order's payment is, as staff decided it, as the shop taught its words, or as the built-in tables read them."""

from datetime import datetime
from typing import Protocol

from portal.models import Shop
from portal.payments.rules.methods import PaymentClass, classify
from portal.payments.rules.payment_states import PaymentState, payment_state
from portal.payments.rules.situation import Prepayment, Situation, prepayment, situation
from portal.values.dates import tokyo_date


class Paid(Protocol):
    """The columns of `Order` that say how it is paid."""

    @property
    def status(self) -> str: ...
    @property
    def refunded(self) -> int: ...
    @property
    def payment_method(self) -> str: ...
    @property
    def payment_class(self) -> str: ...
    @property
    def payment_state(self) -> str: ...
    @property
    def payment_state_words(self) -> str: ...


def class_of(shop: Shop, order: Paid) -> PaymentClass:
    if order.payment_class:
        return PaymentClass(order.payment_class)
    return classify(order.payment_method, shop.payment_words)


def state_of(shop: Shop, order: Paid) -> PaymentState:
    """Return the state; words that no table knew when the file was read may have been taught since."""
    state = PaymentState(order.payment_state)
    return payment_state(order.payment_state_words, shop.payment_state_words) if state is PaymentState.UNREAD else state


def situation_of(shop: Shop, order: Paid) -> Situation:
    return situation(order.status, class_of(shop, order), state_of(shop, order), order.refunded)


class Ordered(Paid, Protocol):
    @property
    def ordered_at(self) -> datetime: ...


def prepayment_of(shop: Shop, order: Ordered, total: int) -> Prepayment | None:
    """Return what the buyer is still to pay in advance of the order's total, or None."""
    return prepayment(
        situation_of(shop, order),
        class_of(shop, order),
        order.payment_method,
        order.status,
        total=total,
        ordered_on=tokyo_date(order.ordered_at),
        account=shop.prepay_account,
        days=shop.prepay_days,
    )
