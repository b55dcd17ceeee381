"""The records of 返還インボイス, and of papers that staff only printed."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from portal.models import Order, Receipt, ReturnInvoice, Shop
from portal.receipts.custom_issuing import CustomRefusal, Seen, last_number
from portal.receipts.return_invoices import Refund, ReturnRefusal, issue_return, returnable, void_return
from portal.receipts.voiding import Voided, void
from tests.cast import Cast
from tests.conftest import Clock
from tests.receipts.test_custom_issuing import SUZUKI, buyer_presses, issued, part, press


@pytest.fixture
def order(session: Session, cast: Cast, shop: Shop) -> Order:
    lines = [{"name": "茶箱", "quantity": 1, "unit_price": 110000, "amount": 110000, "tax_rate": 10}]
    order = cast.order(shop, lines=lines, payment_method="銀行振込")
    cast.shipment(order)
    session.commit()
    return order


@pytest.fixture
def receipt(session: Session, shop: Shop, order: Order, clock: Clock) -> Receipt:
    return issued(session, shop, order, clock, [part(110000)]).receipts[0]


def give_back(
    session: Session, shop: Shop, order: Order, receipt: Receipt, clock: Clock, amount: int
) -> ReturnInvoice | ReturnRefusal:
    return issue_return(
        session,
        shop=shop,
        order=order,
        receipt=receipt,
        refund=Refund({10: amount}, date(2026, 11, 21), "ご返品"),
        issue_key=uuid4(),
        actor=SUZUKI,
        now=clock(),
    )


def test_refunds_of_one_receipt_never_come_to_more_than_it(
    session: Session, shop: Shop, order: Order, receipt: Receipt, clock: Clock
) -> None:
    first = give_back(session, shop, order, receipt, clock, 60000)
    assert isinstance(first, ReturnInvoice)
    assert returnable(receipt, [first]) == {10: 50000}
    assert give_back(session, shop, order, receipt, clock, 50001) is ReturnRefusal.TOO_MUCH
    assert isinstance(give_back(session, shop, order, receipt, clock, 50000), ReturnInvoice)


def test_a_void_receipt_gives_none(session: Session, shop: Shop, order: Order, receipt: Receipt, clock: Clock) -> None:
    void(session, receipt, reason="誤り", actor=SUZUKI, now=clock())
    assert give_back(session, shop, order, receipt, clock, 60000) is ReturnRefusal.VOID


def test_while_a_return_invoice_stands_its_receipt_neither_falls_nor_is_replaced(
    session: Session, shop: Shop, order: Order, receipt: Receipt, clock: Clock
) -> None:
    invoice = give_back(session, shop, order, receipt, clock, 60000)
    assert isinstance(invoice, ReturnInvoice)
    assert void(session, receipt, reason="誤り", actor=SUZUKI, now=clock()) is Voided.RETURNED
    again = {"replaces": receipt.id, "void_reason": "誤り"}
    assert press(session, shop, order, clock, [part(110000)], **again) is CustomRefusal.RETURNED
    assert receipt.voided_at is None
    void_return(session, invoice, reason="誤り", actor=SUZUKI, now=clock())
    (other,) = issued(session, shop, order, clock, [part(110000)], **again).receipts
    assert isinstance(give_back(session, shop, order, other, clock, 110000), ReturnInvoice)


def test_the_buyers_own_receipt_is_not_split_away_from_its_return_invoice(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    own = buyer_presses(session, shop, order, clock)
    assert isinstance(own, Receipt)
    invoice = give_back(session, shop, order, own, clock, 60000)
    assert isinstance(invoice, ReturnInvoice)
    session.commit()
    parts, seen = [part(60000), part(50000)], Seen(order.version, last_number(session, order), own.id)
    assert press(session, shop, order, clock, parts, seen=seen) is CustomRefusal.RETURNED
    void_return(session, invoice, reason="誤り", actor=SUZUKI, now=clock())
    issued(session, shop, order, clock, parts, seen=seen)
    assert own.voided_at is not None
