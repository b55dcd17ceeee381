from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.payments.rules.methods import PaymentClass
from portal.payments.rules.payment_states import PaymentState
from portal.receipts.rules.givers import MALLS, Answer
from portal.receipts.rules.permissions import (
    RETURN_STATES,
    Copies,
    Download,
    Policy,
    ReceiptFacts,
    Refusal,
    all_shipped,
    download_decision,
    may_issue,
    may_reissue,
    number_on_receipt,
    statement_state,
    weightiest,
)
from portal.values.states import OrderStatus, ShipmentStatus

GOOD = ReceiptFacts(
    allowed=True,
    order_state="shipped",
    shipments=("shipped",),
    amount=3280,
    payment_class=PaymentClass.CARD,
    payment_state=PaymentState.PAID,
)


def test_the_words_of_the_rules_are_those_of_the_models() -> None:
    assert {ShipmentStatus.SHIPPED, ShipmentStatus.CANCELED} == {"shipped", "cancelled"}
    assert OrderStatus.CANCELED.value == "cancelled"
    assert frozenset({OrderStatus.RETURNED, OrderStatus.RETURN_PENDING}) == RETURN_STATES


@pytest.mark.parametrize("payment_class", [PaymentClass.CARD, PaymentClass.SHOP])
@pytest.mark.parametrize("payment_state", [PaymentState.PAID, PaymentState.UNKNOWN])
def test_a_shipped_and_paid_order_gets_its_receipt(payment_class: PaymentClass, payment_state: PaymentState) -> None:
    assert may_issue(replace(GOOD, payment_class=payment_class, payment_state=payment_state)) == []


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"allowed": False}, Refusal.NOT_ALLOWED),
        ({"shipments": ()}, Refusal.NOT_ALL_SHIPPED),
        ({"shipments": ("waiting",)}, Refusal.NOT_ALL_SHIPPED),
        ({"shipments": ("shipped", "waiting")}, Refusal.NOT_ALL_SHIPPED),
        ({"shipments": ("shipped", "picking")}, Refusal.NOT_ALL_SHIPPED),
        ({"shipments": ("cancelled",)}, Refusal.NOT_ALL_SHIPPED),
        ({"order_state": "cancelled"}, Refusal.CANCELED),
        ({"order_state": "returned"}, Refusal.RETURNED),
        ({"order_state": "return_pending"}, Refusal.RETURNED),
        ({"amount": 0}, Refusal.NOTHING_TO_RECEIPT),
        ({"amount": -100}, Refusal.NOTHING_TO_RECEIPT),
        ({"payment_state": PaymentState.UNPAID}, Refusal.UNPAID),
        ({"payment_class": PaymentClass.COD}, Refusal.COD),
        ({"payment_class": PaymentClass.CONVENIENCE}, Refusal.CONVENIENCE),
        ({"payment_class": PaymentClass.DEFERRED}, Refusal.DEFERRED),
        ({"payment_class": PaymentClass.UNKNOWN}, Refusal.PAYMENT_UNKNOWN),
        ({"payment_class": PaymentClass.UNKNOWN, "payment_state": PaymentState.UNKNOWN}, Refusal.PAYMENT_UNKNOWN),
        ({"payment_class": PaymentClass.COD, "payment_state": PaymentState.UNKNOWN}, Refusal.COD),
        ({"mall": MALLS["rakuten"]}, Refusal.MALL),
        ({"answer": Answer(may=False)}, Refusal.NOT_FOR_PAYMENT),
        ({"answer": Answer(may=False), "payment_class": PaymentClass.DEFERRED}, Refusal.DEFERRED),
        ({"staff_receipts_live": 1}, Refusal.STAFF_ISSUED),
        ({"rates_known": False}, Refusal.RATES_UNKNOWN),
        ({"already_issued": True}, Refusal.ALREADY_ISSUED),
        ({"shipments": ("waiting",), "payment_state": PaymentState.UNKNOWN}, Refusal.NOT_ALL_SHIPPED),
    ],
)
def test_each_rule_that_does_not_hold_refuses_and_says_so(change: dict[str, object], refusal: Refusal) -> None:
    assert may_issue(replace(GOOD, **change)) == [refusal]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"shipments": ("shipped", "shipped")},
        {"shipments": ("shipped", "cancelled")},
        {"answer": Answer(may=True)},
        {"answer": Answer(may=True), "payment_class": PaymentClass.DEFERRED},
        {"answer": Answer(may=True), "payment_class": PaymentClass.CONVENIENCE},
        {"staff_receipts_live": 0},
        {"amount": 1},
        {"order_state": "on_hold"},
    ],
)
def test_what_is_no_obstacle_does_not_refuse(change: dict[str, object]) -> None:
    assert may_issue(replace(GOOD, **change)) == []  # type: ignore[arg-type]


def test_every_refusal_is_named_in_the_order_of_the_rules() -> None:
    worst = ReceiptFacts(
        allowed=False,
        order_state="returned",
        shipments=(),
        amount=0,
        payment_class=PaymentClass.COD,
        payment_state=PaymentState.UNPAID,
        mall=MALLS["rakuten"],
        staff_receipts_live=2,
        rates_known=False,
        already_issued=True,
    )
    found = may_issue(worst)
    assert found == sorted(found, key=list(Refusal).index)
    # All but the mall's: it leaves cash on delivery to the driver.
    assert len(found) == 9


def test_a_canceled_order_is_not_said_to_be_waiting_for_shipping() -> None:
    assert may_issue(replace(GOOD, order_state="cancelled", shipments=("cancelled",))) == [Refusal.CANCELED]


def test_what_never_changes_is_explained_before_what_passes() -> None:
    assert weightiest([Refusal.NOT_ALL_SHIPPED, Refusal.COD]) is Refusal.COD
    assert weightiest([Refusal.UNPAID, Refusal.CANCELED]) is Refusal.CANCELED
    assert weightiest([Refusal.NOT_ALL_SHIPPED, Refusal.UNPAID]) is Refusal.UNPAID
    assert weightiest([Refusal.NOT_ALLOWED, Refusal.STAFF_ISSUED]) is Refusal.STAFF_ISSUED
    assert weightiest([Refusal.PAYMENT_UNKNOWN, Refusal.NOT_ALL_SHIPPED]) is Refusal.NOT_ALL_SHIPPED
    assert weightiest([]) is None
    assert all(weightiest([refusal]) is refusal for refusal in Refusal)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"allowed": False}, Refusal.NOT_ALLOWED),
        ({"order_state": "cancelled"}, Refusal.CANCELED),
        ({"order_state": "return_pending"}, Refusal.RETURNED),
        ({"order_state": "returned"}, Refusal.RETURNED),
        ({"mall": MALLS["rakuten"]}, Refusal.MALL),
    ],
)
def test_once_the_sale_or_the_permission_is_gone_no_further_copy_is_given(
    change: dict[str, object], refusal: Refusal
) -> None:
    assert may_reissue(replace(GOOD, already_issued=True, **change)) == [refusal]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change", [{}, {"shipments": ("shipped", "waiting")}, {"rates_known": False}, {"staff_receipts_live": 1}]
)
def test_what_stands_only_in_the_way_of_a_first_receipt_leaves_the_copies(change: dict[str, object]) -> None:
    assert may_reissue(replace(GOOD, already_issued=True, **change)) == []  # type: ignore[arg-type]


facts = st.builds(
    ReceiptFacts,
    allowed=st.booleans(),
    order_state=st.sampled_from([str(status) for status in OrderStatus]),
    shipments=st.lists(st.sampled_from([str(status) for status in ShipmentStatus]), max_size=4).map(tuple),
    amount=st.integers(-10, 10),
    payment_class=st.sampled_from(PaymentClass),
    payment_state=st.sampled_from(PaymentState),
    refunded=st.sampled_from([0, 500]),
    capture_refused=st.booleans(),
    answer=st.sampled_from([None, Answer(may=True), Answer(may=False)]),
    mall=st.sampled_from([None, *MALLS.values()]),
    staff_receipts_live=st.integers(0, 2),
    rates_known=st.booleans(),
    already_issued=st.booleans(),
)


@given(facts)
def test_a_receipt_is_only_ever_issued_when_all_rules_hold(case: ReceiptFacts) -> None:
    live = [status for status in case.shipments if status != "cancelled"]
    holds = (
        case.allowed
        and live != []
        and set(live) == {"shipped"}
        and case.order_state not in {"cancelled", "returned", "return_pending"}
        and case.amount > 0
        and case.refunded == 0
        and (
            case.payment_state == "paid"
            or (
                case.payment_state == "authorized"
                and case.payment_class in {"card", "wallet"}
                and not case.capture_refused
            )
            or (case.payment_state == "unknown" and case.payment_class in {"card", "shop", "wallet"})
        )
        and (case.payment_class in {"card", "shop", "wallet", "several"} if case.answer is None else case.answer.may)
        and (case.mall is None or case.payment_class in case.mall.leaves)
        and case.staff_receipts_live == 0
        and case.rates_known
        and not case.already_issued
    )
    assert (may_issue(case) == []) is holds


@pytest.mark.parametrize(
    ("platform", "payment_class", "giver"),
    [
        ("rakuten", PaymentClass.CARD, Refusal.MALL),
        ("rakuten", PaymentClass.COD, Refusal.COD),
        ("rakuten", PaymentClass.CONVENIENCE, Refusal.MALL),
        ("rakuten", PaymentClass.DEFERRED, Refusal.MALL),
        ("yahoo", PaymentClass.WALLET, Refusal.MALL),
        ("yahoo", PaymentClass.COD, Refusal.COD),
        ("yahoo", PaymentClass.CONVENIENCE, Refusal.CONVENIENCE),
        ("aupay", PaymentClass.CONVENIENCE, Refusal.MALL),
        ("aupay", PaymentClass.DEFERRED, Refusal.DEFERRED),
        ("aupay", PaymentClass.COD, Refusal.COD),
    ],
)
def test_on_a_mall_one_gives_the_receipt_and_for_cash_on_delivery_the_driver(
    platform: str, payment_class: PaymentClass, giver: Refusal
) -> None:
    assert may_issue(replace(GOOD, payment_class=payment_class, mall=MALLS[platform])) == [giver]


@pytest.mark.parametrize("payment_class", [PaymentClass.DEFERRED, PaymentClass.CONVENIENCE])
def test_where_the_shop_receipts_what_others_collect_the_file_must_say_that_it_was_paid(
    payment_class: PaymentClass,
) -> None:
    yes = replace(GOOD, payment_class=payment_class, answer=Answer(may=True))
    assert may_issue(yes) == []
    for state in (PaymentState.UNKNOWN, PaymentState.AUTHORIZED):
        assert may_issue(replace(yes, payment_state=state)) == [Refusal.UNPAID]


def test_an_order_without_shipments_is_not_shipped() -> None:
    assert not all_shipped([])
    assert not all_shipped(["cancelled"])
    assert all_shipped(["cancelled", "shipped"])


STORED = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("policy", "minutes", "grants", "expected"),
    [
        (Policy.UNLIMITED, 1, 0, Download.SAME_BYTES),
        (Policy.UNLIMITED, 60 * 24 * 365, 0, Download.SAME_BYTES),
        (Policy.UNLIMITED, 31, 1, Download.SAME_BYTES),
        (Policy.ONCE, 0, 0, Download.SAME_BYTES),
        (Policy.ONCE, 29.9, 0, Download.SAME_BYTES),
        (Policy.ONCE, 29.9, 1, Download.SAME_BYTES),
        (Policy.ONCE, 30, 0, Download.USED_UP),
        (Policy.ONCE, 30, 1, Download.GRANTED),
        (Policy.REISSUE, 29.9, 0, Download.SAME_BYTES),
        (Policy.REISSUE, 30, 0, Download.REISSUE),
        (Policy.REISSUE, 30, 2, Download.GRANTED),
    ],
)
def test_the_download_policies_and_their_thirty_minutes(
    policy: Policy, minutes: float, grants: int, expected: Download
) -> None:
    now = STORED + timedelta(minutes=minutes)
    assert download_decision(policy, grace_from=STORED, now=now, grants_left=grants) is expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [(Policy.ONCE, Download.FIRST), (Policy.REISSUE, Download.FIRST), (Policy.UNLIMITED, Download.SAME_BYTES)],
)
@pytest.mark.parametrize("days", [0, 30])
def test_what_staff_issued_opens_its_half_hour_when_the_buyer_comes_however_late(
    policy: Policy, expected: Download, days: int
) -> None:
    now = STORED + timedelta(days=days)
    found = download_decision(policy, grace_from=STORED, now=now, grants_left=0, waits_for_buyer=True)
    assert found is expected


@pytest.mark.parametrize("policy", Policy)
def test_a_receipt_whose_pdf_is_not_stored_yet_is_waited_for(policy: Policy) -> None:
    assert download_decision(policy, grace_from=None, now=STORED, grants_left=0) is Download.SAME_BYTES


@pytest.mark.parametrize(
    ("has_number", "amount", "mapped", "expected"),
    [(True, 3280, True, True), (True, 3281, True, False), (True, 3280, False, False), (False, 3280, True, False)],
)
def test_a_receipt_carries_the_registration_number_only_for_what_was_sold(
    has_number: bool, amount: int, mapped: bool, expected: bool
) -> None:
    printed = number_on_receipt(has_number=has_number, amount=amount, order_amount=3280, mapped_to_rates=mapped)
    assert printed is expected


@pytest.mark.parametrize(
    ("order_state", "shipments", "expected"),
    [
        ("shipped", ("shipped",), ""),
        ("shipped", ("shipped", "cancelled"), ""),
        ("awaiting_shipment", (), "not_shipped"),
        ("awaiting_shipment", ("waiting",), "not_shipped"),
        ("partially_shipped", ("shipped", "waiting"), "not_shipped"),
        ("cancelled", (), "cancelled"),
        ("return_pending", ("shipped",), "returned"),
        ("returned", ("shipped",), "returned"),
    ],
)
def test_a_statement_says_whether_the_sale_stands(order_state: str, shipments: tuple[str, ...], expected: str) -> None:
    assert statement_state(order_state=order_state, shipments=shipments) == expected


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (PaymentState.PAID, None),
        (PaymentState.AUTHORIZED, None),
        (PaymentState.UNKNOWN, None),
        (PaymentState.UNPAID, Refusal.UNPAID),
        (PaymentState.PART_PAID, Refusal.PAYMENT_UNCLEAR),
        (PaymentState.LAPSED, Refusal.PAYMENT_UNCLEAR),
        (PaymentState.FAILED, Refusal.PAYMENT_UNCLEAR),
        (PaymentState.UNREAD, Refusal.PAYMENT_UNCLEAR),
        (PaymentState.REFUNDED, Refusal.REFUNDED),
        (PaymentState.DISPUTED, Refusal.REFUNDED),
    ],
)
def test_a_card_order_gets_its_receipt_only_if_it_counts_as_paid(state: PaymentState, refusal: Refusal | None) -> None:
    assert weightiest(may_issue(replace(GOOD, payment_state=state))) is refusal


@pytest.mark.parametrize(
    ("payment_class", "state", "may"),
    [
        (PaymentClass.WALLET, PaymentState.AUTHORIZED, True),
        (PaymentClass.WALLET, PaymentState.UNKNOWN, True),
        (PaymentClass.SHOP, PaymentState.UNKNOWN, True),
        # Nothing is reserved on a bank account.
        (PaymentClass.SHOP, PaymentState.AUTHORIZED, False),
        (PaymentClass.SEVERAL, PaymentState.PAID, True),
        (PaymentClass.SEVERAL, PaymentState.UNKNOWN, False),
        (PaymentClass.SEVERAL, PaymentState.AUTHORIZED, False),
    ],
)
def test_what_counts_as_paid_depends_on_the_means(payment_class: PaymentClass, state: PaymentState, may: bool) -> None:
    refusals = may_issue(replace(GOOD, payment_class=payment_class, payment_state=state))
    assert refusals == ([] if may else [Refusal.UNPAID])


def test_a_refused_capture_takes_back_what_was_reserved() -> None:
    reserved = replace(GOOD, payment_state=PaymentState.AUTHORIZED, capture_refused=True)
    assert may_issue(reserved) == [Refusal.PAYMENT_UNCLEAR]


def test_money_given_back_stops_the_receipt_even_of_a_paid_order() -> None:
    assert may_issue(replace(GOOD, refunded=1)) == [Refusal.REFUNDED]


def test_what_was_given_back_whole_has_no_receipt_and_a_disputed_payment_is_the_shops() -> None:
    back = replace(GOOD, refunded=GOOD.amount, amount=0, refunds_known=True)
    assert may_issue(back) == [Refusal.ALL_REFUNDED]
    assert may_issue(replace(back, payment_state=PaymentState.DISPUTED)) == [Refusal.REFUNDED]


@pytest.mark.parametrize(
    ("copies", "taken", "today", "left"),
    [
        (Copies(), 99, date(2036, 1, 1), True),
        (Copies(most=2), 1, date(2026, 12, 1), True),
        (Copies(most=2), 2, date(2026, 12, 1), False),
        # Twice, within a year, as shops have it.
        (Copies(most=2, months=12), 0, date(2027, 11, 21), True),
        (Copies(most=2, months=12), 0, date(2027, 11, 22), False),
        (Copies(most=2, months=12), 2, date(2026, 12, 1), False),
        (Copies(months=3), 5, date(2027, 2, 21), True),
        (Copies(months=3), 0, date(2027, 2, 22), False),
    ],
)
def test_a_shop_limits_copies_by_number_and_by_months(copies: Copies, taken: int, today: date, left: bool) -> None:
    assert copies.are_left(taken=taken, first_on=date(2026, 11, 21), today=today) is left


def test_a_month_without_that_day_ends_the_time_with_its_last() -> None:
    on = {"taken": 0, "first_on": date(2026, 12, 31)}
    assert Copies(months=2).are_left(**on, today=date(2027, 2, 28))
    assert not Copies(months=2).are_left(**on, today=date(2027, 3, 1))


@pytest.mark.parametrize(
    ("policy", "grants", "expected"),
    [
        (Policy.REISSUE, 0, Download.USED_UP),
        (Policy.REISSUE, 1, Download.GRANTED),
        (Policy.UNLIMITED, 0, Download.SAME_BYTES),
    ],
)
def test_without_copies_left_only_staff_open_it_again(policy: Policy, grants: int, expected: Download) -> None:
    later = STORED + timedelta(days=1)
    found = download_decision(policy, grace_from=STORED, now=later, grants_left=grants, copies_left=False)
    assert found is expected
