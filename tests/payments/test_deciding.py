"""Staff's decisions about the payment of one order."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, AuditValue, Order, Shop
from portal.payments.deciding import decide
from portal.payments.reading import class_of
from portal.payments.rules.methods import PaymentClass
from portal.payments.rules.payment_states import PaymentState
from portal.receipts.facts import facts_of
from portal.receipts.rules.permissions import Refusal, may_issue
from tests.cast import Cast
from tests.conftest import Clock


def refusals(shop: Shop, order: Order) -> list[Refusal]:
    return may_issue(facts_of(shop, order, []))


def test_what_staff_decide_opens_the_buyers_receipt(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    order = cast.order(shop, payment_method="前払", payment_state="unpaid")
    cast.shipment(order)
    session.refresh(order)
    assert refusals(shop, order) == [Refusal.UNPAID, Refusal.PAYMENT_UNKNOWN]
    paid = {"state": PaymentState.PAID, "payment_class": PaymentClass.SHOP}
    assert decide(session, order, **paid, actor="staff:suzuki", now=clock())
    assert not decide(session, order, **paid, actor="staff:suzuki", now=clock())
    assert refusals(shop, order) == []
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.fields) == ("order.payment_decided", ["payment_class", "payment_state"])
    values = {(value.before, value.after) for value in session.scalars(select(AuditValue))}
    assert values == {("unpaid", "paid"), ("", "shop")}


def test_a_decision_can_be_taken_back(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop(payment_words={"お店払い": "shop"})
    order = cast.order(shop, payment_method="お店払い", payment_class="cod")
    assert class_of(shop, order) == PaymentClass.COD, "staff's word for this order wins over the shop's table"
    decide(session, order, state=PaymentState.PAID, payment_class=None, actor="staff:suzuki", now=clock())
    assert class_of(shop, order) == PaymentClass.SHOP
