"""Who may issue what, how often, and with which marks. Facts in, answers out: no session, no clock."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.payments.rules.methods import PaymentClass
from portal.payments.rules.payment_states import PaymentState
from portal.receipts.rules.givers import TAKEN_BY_OTHERS, Answer, Mall
from portal.values.states import OrderStatus, ShipmentStatus

RETURN_STATES = frozenset({OrderStatus.RETURN_PENDING, OrderStatus.RETURNED})


class Refusal(StrEnum):
    """Why the buyer cannot take a receipt now, in the order of the rules."""

    NOT_ALLOWED = "not_allowed"
    NOT_ALL_SHIPPED = "not_all_shipped"
    CANCELED = "cancelled"
    RETURNED = "returned"
    NOTHING_TO_RECEIPT = "nothing_to_receipt"
    ALL_REFUNDED = "all_refunded"
    """All of it was given back, so that nothing is left to receipt."""
    REFUNDED = "refunded"
    """Money was given back, or the buyer disputes the payment: the amount is for staff."""
    PAYMENT_UNCLEAR = "payment_unclear"
    """Staff must look at the payment: paid in part, lapsed, failed, or in words that are not understood."""
    STATE_UNCLEAR = "state_unclear"
    """The file says of the order's state what nobody understands: it may be canceled."""
    UNPAID = "unpaid"
    COD = "cod"
    CONVENIENCE = "convenience"
    DEFERRED = "deferred"
    PAYMENT_UNKNOWN = "payment_unknown"
    """The words of the payment method are ambiguous: the buyer must ask the shop."""
    NOT_FOR_PAYMENT = "not_for_payment"
    """The shop gives no receipt for this payment, although the money comes to the shop itself."""
    MALL = "mall"
    """The mall gives the receipt."""
    STAFF_ISSUED = "staff_issued"
    """Staff have issued receipts, which the buyer downloads instead."""
    RATES_UNKNOWN = "rates_unknown"
    """The tax rate of a line is not known: the buyer must ask the shop."""
    ALREADY_ISSUED = "already_issued"


# What the page explains first: causes that never change for this order come before those that pass by themselves.
_WEIGHTIEST_FIRST = (
    Refusal.CANCELED,
    Refusal.RETURNED,
    Refusal.STAFF_ISSUED,
    Refusal.ALREADY_ISSUED,
    Refusal.NOT_ALLOWED,
    Refusal.MALL,
    Refusal.COD,
    Refusal.CONVENIENCE,
    Refusal.DEFERRED,
    Refusal.NOT_FOR_PAYMENT,
    Refusal.NOTHING_TO_RECEIPT,
    Refusal.ALL_REFUNDED,
    Refusal.REFUNDED,
    Refusal.PAYMENT_UNCLEAR,
    Refusal.STATE_UNCLEAR,
    Refusal.UNPAID,
    Refusal.NOT_ALL_SHIPPED,
    Refusal.PAYMENT_UNKNOWN,
    Refusal.RATES_UNKNOWN,
)
_GIVEN_BY_OTHERS = {
    PaymentClass.COD: Refusal.COD,
    PaymentClass.CONVENIENCE: Refusal.CONVENIENCE,
    PaymentClass.DEFERRED: Refusal.DEFERRED,
    PaymentClass.UNKNOWN: Refusal.PAYMENT_UNKNOWN,
}
"""Payments whose receipt is not the shop's: the driver gives it for cash on delivery (代金引換), the convenience store or
the deferred-payment company for theirs. An unknown payment may be any of them. A shop may answer otherwise.
"""


_NOT_PAID = {
    PaymentState.UNPAID: Refusal.UNPAID,
    PaymentState.REFUNDED: Refusal.REFUNDED,
    PaymentState.DISPUTED: Refusal.REFUNDED,
    **dict.fromkeys(
        (PaymentState.PART_PAID, PaymentState.LAPSED, PaymentState.FAILED, PaymentState.UNREAD),
        Refusal.PAYMENT_UNCLEAR,
    ),
}
_PAID_IF_UNSAID = frozenset({PaymentClass.CARD, PaymentClass.WALLET, PaymentClass.SHOP})
"""Classes of a shipped order whose file says nothing of the payment that count as paid."""
_CAPTURED_AT_SHIPPING = frozenset({PaymentClass.CARD, PaymentClass.WALLET})


@dataclass(frozen=True)
class ReceiptFacts:
    allowed: bool
    """True if the shop lets buyers take receipts."""
    order_state: str
    shipments: tuple[str, ...]
    """Status of every shipment of the order, canceled ones included."""
    amount: int
    """Yen of the order's total, after points."""
    payment_class: PaymentClass
    payment_state: PaymentState
    refunded: int = 0
    refunds_known: bool = False
    """Whether each refund says what it was for, so that the rest can be mapped to rates."""
    """Yen that were given back."""
    capture_refused: bool = False
    """True if the payment company refused to pay out what it had reserved."""
    answer: Answer | None = None
    """The shop's answer to this payment; None for the usual one."""
    mall: Mall | None = None
    """The mall that gives receipts to its buyers, None if the shop may give them as well."""
    staff_receipts_live: int = 0
    """Number of receipts by staff that are not voided."""
    rates_known: bool = True
    state_clear: bool = True
    """Whether the file's words for the order's state are understood."""
    already_issued: bool = False
    """True if the buyer's own receipt exists and is not voided."""


def all_shipped(shipments: Iterable[str]) -> bool:
    """Return whether there is a live shipment and every live one is shipped."""
    live = [status for status in shipments if status != ShipmentStatus.CANCELED]
    return bool(live) and all(status == ShipmentStatus.SHIPPED for status in live)


def may_issue(facts: ReceiptFacts) -> list[Refusal]:
    """Return every rule that is broken, in the order of the rules; the buyer may issue if the list is empty."""
    canceled = facts.order_state == OrderStatus.CANCELED
    others, unsettled = _of_payment(facts), _unsettled(facts)
    by_mall = facts.mall is not None and facts.payment_class not in facts.mall.leaves
    if by_mall and facts.payment_class in TAKEN_BY_OTHERS:
        # Of one payment one gives the receipt: here the mall, through which the money went.
        others = None
    checks = (
        (Refusal.NOT_ALLOWED, not facts.allowed),
        # "Not yet shipped" would promise that a canceled order still goes out.
        (Refusal.NOT_ALL_SHIPPED, not all_shipped(facts.shipments) and not canceled),
        (Refusal.CANCELED, canceled),
        (Refusal.RETURNED, facts.order_state in RETURN_STATES),
        (Refusal.NOTHING_TO_RECEIPT, facts.amount <= 0 and not facts.refunded),
        *(
            (refusal, refusal == unsettled)
            for refusal in (Refusal.ALL_REFUNDED, Refusal.REFUNDED, Refusal.PAYMENT_UNCLEAR)
        ),
        (Refusal.STATE_UNCLEAR, not facts.state_clear),
        (Refusal.UNPAID, unsettled is Refusal.UNPAID),
        *((refusal, refusal == others) for refusal in (*_GIVEN_BY_OTHERS.values(), Refusal.NOT_FOR_PAYMENT)),
        (Refusal.MALL, by_mall),
        (Refusal.STAFF_ISSUED, facts.staff_receipts_live > 0),
        (Refusal.RATES_UNKNOWN, not facts.rates_known),
        (Refusal.ALREADY_ISSUED, facts.already_issued),
    )
    return [refusal for refusal, holds in checks if holds]


def _of_payment(facts: ReceiptFacts) -> Refusal | None:
    """Return why the payment itself forbids a receipt: others give one, or the shop has said no."""
    usual = _GIVEN_BY_OTHERS.get(facts.payment_class)
    if facts.answer is None:
        return usual
    return None if facts.answer.may else usual or Refusal.NOT_FOR_PAYMENT


def _unsettled(facts: ReceiptFacts) -> Refusal | None:
    """Return why the order does not count as paid in full, or None if it does.

    Once everything has shipped, what the file does not say counts as paid by card, wallet or bank, and what was reserved
    on a card or wallet counts as captured unless that was refused. Those who collect for the shop give the receipt
    themselves, whether or not they have paid it out; if the shop gives it instead, the file must say that it was paid.
    """
    method, state = facts.payment_class, facts.payment_state
    if facts.refunded:
        if facts.amount <= 0 and state is not PaymentState.DISPUTED:
            return Refusal.ALL_REFUNDED
        if not facts.refunds_known or state is PaymentState.DISPUTED:
            return Refusal.REFUNDED
        # The file's word is about the same refund.
        state = PaymentState.PAID if state is PaymentState.REFUNDED else state
    is_theirs = method in _GIVEN_BY_OTHERS and _of_payment(facts) is not None
    if state == PaymentState.AUTHORIZED:
        if facts.capture_refused:
            return Refusal.PAYMENT_UNCLEAR
        return None if method in _CAPTURED_AT_SHIPPING or is_theirs else Refusal.UNPAID
    if state == PaymentState.UNKNOWN:
        return None if method in _PAID_IF_UNSAID or is_theirs else Refusal.UNPAID
    return _NOT_PAID.get(state)


def weightiest(refusals: Iterable[Refusal]) -> Refusal | None:
    """Return the one refusal that the page explains first, or None if there is none."""
    present = set(refusals)
    return next((refusal for refusal in _WEIGHTIEST_FIRST if refusal in present), None)


class Policy(StrEnum):
    UNLIMITED = "unlimited"
    ONCE = "once"
    REISSUE = "reissue"


class Download(StrEnum):
    SAME_BYTES = "same_bytes"
    FIRST = "first"
    """Staff issued it and the buyer has not taken it yet; the download starts its half hour."""
    GRANTED = "granted"
    """The same bytes, at the cost of one of the downloads that staff granted."""
    REISSUE = "reissue"
    """A new ledger row with the mark （再発行）."""
    USED_UP = "used_up"


GRACE = timedelta(minutes=30)


@dataclass(frozen=True)
class Copies:
    """What a shop allows of 再発行; None is no limit."""

    most: int | None = None
    months: int | None = None

    def are_left(self, *, taken: int, first_on: date, today: date) -> bool:
        """Return whether one more may be taken; the months end with the day of the same number, or the month's last."""
        if self.most is not None and taken >= self.most:
            return False
        return self.months is None or today <= _months_after(first_on, self.months)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def download_decision(
    policy: Policy,
    *,
    grace_from: datetime | None,
    now: datetime,
    grants_left: int,
    waits_for_buyer: bool = False,
    copies_left: bool = True,
) -> Download:
    """Decide what a download of an issued receipt gives.

    `grace_from`: when the PDF of the newest row was stored or a grant was last used, whichever is later; None if it is
    not stored yet. For 30 minutes from then every buyer who proved the order gets the same bytes again, whatever the
    policy. `waits_for_buyer`: issued by staff and not taken yet, perhaps for weeks. `copies_left`: as `Copies` says.
    """
    if waits_for_buyer and policy != Policy.UNLIMITED:
        return Download.FIRST
    if grace_from is None or now < grace_from + GRACE or policy == Policy.UNLIMITED:
        return Download.SAME_BYTES
    if grants_left > 0:
        return Download.GRANTED
    return Download.REISSUE if policy == Policy.REISSUE and copies_left else Download.USED_UP


def number_on_receipt(*, has_number: bool, amount: int, order_amount: int, mapped_to_rates: bool) -> bool:
    """Return whether the receipt carries the 登録番号: never above the order's amount, never without totals per rate."""
    return has_number and amount <= order_amount and mapped_to_rates


class StatementState(StrEnum):
    STANDS = ""
    CANCELED = "cancelled"
    RETURNED = "returned"
    NOT_SHIPPED = "not_shipped"


def statement_state(*, order_state: str, shipments: Iterable[str]) -> StatementState:
    """Return the state of the sale; the statement carries the 登録番号 once all has shipped, paid or not.

    The duty to give an invoice hangs on the supply; after a return it stays, and the return invoice corrects it.
    """
    if order_state == OrderStatus.CANCELED:
        return StatementState.CANCELED
    if order_state in RETURN_STATES:
        return StatementState.RETURNED
    return StatementState.STANDS if all_shipped(shipments) else StatementState.NOT_SHIPPED


_ENDS_COPIES = frozenset({Refusal.NOT_ALLOWED, Refusal.CANCELED, Refusal.RETURNED, Refusal.MALL})


def may_reissue(facts: ReceiptFacts) -> list[Refusal]:
    """Return the rules that forbid another 再発行: it is a new paper, and ends with the sale or the permission."""
    return [refusal for refusal in may_issue(facts) if refusal in _ENDS_COPIES]
