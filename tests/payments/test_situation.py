import pytest

from portal.payments.rules.methods import PaymentClass
from portal.payments.rules.payment_states import PaymentState
from portal.payments.rules.situation import Situation, situation

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
