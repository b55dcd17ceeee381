from datetime import date

import pytest

from portal.payments.rules.methods import PaymentClass
from portal.payments.rules.payment_states import PaymentState
from portal.payments.rules.situation import Prepayment, Situation, prepayment, situation

CARD, SHOP, COD, DEFERRED = PaymentClass.CARD, PaymentClass.SHOP, PaymentClass.COD, PaymentClass.DEFERRED
UNPAID, PAID = PaymentState.UNPAID, PaymentState.PAID


@pytest.mark.parametrize(
    ("status", "payment_class", "state", "refunded", "said"),
    [
        ("awaiting_shipment", SHOP, UNPAID, 0, Situation.AWAITED),
        ("shipped", CARD, PAID, 0, Situation.NOTHING),
        ("shipped", CARD, PaymentState.UNREAD, 0, Situation.NOTHING),
        ("shipped", COD, UNPAID, 0, Situation.NOTHING),
        ("awaiting_shipment", COD, UNPAID, 0, Situation.NOTHING),
        ("shipped", DEFERRED, UNPAID, 0, Situation.NOTHING),
        ("cancelled", SHOP, UNPAID, 0, Situation.NOT_NEEDED),
        ("cancelled", COD, UNPAID, 0, Situation.NOT_NEEDED),
        ("cancelled", CARD, PaymentState.REFUNDED, 0, Situation.GIVEN_BACK),
        ("cancelled", CARD, PAID, 500, Situation.GIVEN_BACK),
        ("return_pending", DEFERRED, UNPAID, 0, Situation.BEING_CANCELED),
        ("returned", DEFERRED, UNPAID, 0, Situation.NOTHING),
        ("returned", CARD, PaymentState.REFUNDED, 0, Situation.GIVEN_BACK),
        ("shipped", CARD, PaymentState.REFUNDED, 0, Situation.GIVEN_BACK),
        ("shipped", CARD, PaymentState.FAILED, 0, Situation.STUCK),
        ("shipped", SHOP, PaymentState.PART_PAID, 0, Situation.STUCK),
    ],
)
def test_what_is_said_of_a_payment(
    status: str, payment_class: PaymentClass, state: PaymentState, refunded: int, said: Situation
) -> None:
    assert situation(status, payment_class, state, refunded) is said


CONVENIENCE, BANK = PaymentClass.CONVENIENCE, "さくら銀行 本店 普通 1234567"
ON_25TH = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("payment_class", "method", "status", "state", "due"),
    [
        (SHOP, "銀行振込（前払い）", "on_hold", UNPAID, Prepayment(3280, BANK, ON_25TH)),
        (SHOP, "郵便振替", "awaiting_shipment", UNPAID, Prepayment(3280, BANK, ON_25TH)),
        (SHOP, "Bank Transfer", "on_hold", UNPAID, Prepayment(3280, BANK, ON_25TH)),
        (CONVENIENCE, "コンビニ前払い", "on_hold", UNPAID, Prepayment(3280, "", ON_25TH)),
        # Cash at the counter goes to no account.
        (SHOP, "店頭払い", "on_hold", UNPAID, None),
        (CARD, "クレジットカード", "on_hold", UNPAID, None),
        (COD, "代金引換", "on_hold", UNPAID, None),
        (DEFERRED, "NP後払い", "on_hold", UNPAID, None),
        (PaymentClass.UNKNOWN, "銀行振込か何か", "on_hold", UNPAID, None),
        (SHOP, "銀行振込", "on_hold", PAID, None),
        (SHOP, "銀行振込", "on_hold", PaymentState.UNREAD, None),
        (SHOP, "銀行振込", "on_hold", PaymentState.PART_PAID, None),
        (SHOP, "銀行振込", "shipped", UNPAID, None),
        (SHOP, "銀行振込", "cancelled", UNPAID, None),
    ],
)
def test_only_what_is_known_to_be_unpaid_and_paid_in_advance_is_asked_for(
    payment_class: PaymentClass, method: str, status: str, state: PaymentState, due: Prepayment | None
) -> None:
    situated = situation(status, payment_class, state, 0)
    shop = {"total": 3280, "ordered_on": date(2026, 11, 18), "account": BANK, "days": 7}
    assert prepayment(situated, payment_class, method, status, **shop) == due


def test_a_shop_that_names_no_account_and_no_deadline_names_none() -> None:
    asked = {"total": 3280, "ordered_on": date(2026, 11, 18), "account": "", "days": None}
    assert prepayment(Situation.AWAITED, SHOP, "銀行振込", "on_hold", **asked) == Prepayment(3280, "", None)
