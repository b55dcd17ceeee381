"""The statement and the delivery note of an order, which are printed when the buyer opens them."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Order, Rendition, ReturnInvoice, Shop
from portal.receipts.return_invoices import Refund, issue_return, void_return
from portal.values.states import OrderStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.receipts.receipt_pages import page, render
from tests.mypage.signing_in import sign_in
from tests.page_text import text_of
from tests.receipts.test_custom_issuing import issued, part
from tests.shipments.shipped import order

__all__ = ["order"]


@pytest.mark.parametrize("paper", ["statement", "delivery-note"])
def test_statement_and_delivery_note_come_masked_and_only_to_their_buyer(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session, paper: str
) -> None:
    session.get_one(Shop, shop.id).delivery_notes_allowed = True
    session.commit()
    waiting = hanako.get(page(order, f"/{paper}"))
    assert "作っています" in waiting.text
    assert "梅田" not in str(session.scalars(select(Rendition)).one().document)
    render(app, session)
    answer = hanako.get(page(order, f"/{paper}"))
    assert answer.data.startswith(b"%PDF-")
    assert app.test_client().get(page(order, f"/{paper}")).status_code == 303


def test_a_shop_that_gives_no_delivery_notes_has_none(hanako: FlaskClient, order: Order) -> None:
    assert hanako.get(page(order, "/delivery-note")).status_code == 404


def test_no_delivery_note_of_a_canceled_order(hanako: FlaskClient, order: Order, shop: Shop, session: Session) -> None:
    session.get_one(Shop, shop.id).delivery_notes_allowed = True
    session.commit()
    assert "納品書を開く" in hanako.get(page(order)).text
    session.get_one(Order, order.id).status = OrderStatus.CANCELED
    session.commit()
    assert "納品書" not in hanako.get(page(order)).text
    assert hanako.get(page(order, "/delivery-note")).status_code == 404


def test_the_delivery_note_gets_its_address_by_the_code(
    hanako: FlaskClient, order: Order, shop: Shop, session: Session
) -> None:
    session.get_one(Shop, shop.id).delivery_notes_allowed = True
    session.commit()
    text = hanako.get(page(order)).text
    assert "住所と電話番号は入りません。" in text
    found = re.search(r'href="([^"]+)">納品書を確認コードで住所入りにする', text)
    assert found
    step = hanako.get(found[1].replace("&amp;", "&"))
    assert step.status_code == 200
    assert page(order, "/delivery-note") in step.text, "the way on after the code"


# --- return invoices -------------------------------------------------------------------------------------------------
def test_a_return_invoice_stands_beside_the_receipt_until_it_is_void(
    app: Flask, hanako: FlaskClient, cast: Cast, shop: Shop, session: Session, clock: Clock
) -> None:
    lines = [{"name": "茶箱", "quantity": 1, "unit_price": 110_000, "amount": 110_000, "tax_rate": 10}]
    order, other = (cast.order(shop, code, lines=lines) for code in ("B-1", "B-2"))
    cast.shipment(order)
    session.commit()
    sign_in(hanako, shop, order, by_link=True)
    sign_in(hanako, shop, other, by_link=True)
    receipt = issued(session, shop, order, clock, [part(110_000)]).receipts[0]
    invoice = issue_return(
        session,
        shop=shop,
        order=order,
        receipt=receipt,
        refund=Refund({10: 55_000}, clock().date(), "傷のため値引き"),
        issue_key=uuid4(),
        actor="staff:suzuki",
        now=clock(),
    )
    assert isinstance(invoice, ReturnInvoice)
    session.commit()
    path = page(order, f"/return-invoices/{invoice.id}")
    shown = hanako.get(page(order)).text
    assert "返還インボイスを開く" in shown
    assert "ご返金 ¥55,000" in text_of(shown)
    assert path in shown
    render(app, session)
    answer = hanako.get(path)
    assert answer.data.startswith(b"%PDF-")
    assert "00000001-R1" in answer.headers["Content-Disposition"]
    assert hanako.get(page(other, f"/return-invoices/{invoice.id}")).status_code == 404
    assert app.test_client().get(path).status_code == 303
    void_return(session, invoice, reason="金額の誤り", actor="staff:suzuki", now=clock())
    session.commit()
    assert "返還インボイス" not in hanako.get(page(order)).text
    assert hanako.get(path).status_code == 404
