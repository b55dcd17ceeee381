"""The statement and the delivery note of an order, which are printed when the buyer opens them."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Order, Rendition, Shop
from portal.values.states import OrderStatus
from tests.mypage.receipts.receipt_pages import page, render
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
