"""年間の購入明細 on the order page: after the second step, for the years in which something was bought."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.models import Order, Shop
from tests.cast import Cast
from tests.mypage.receipts.receipt_pages import page, render
from tests.mypage.signing_in import prove_mail

WORDS = "2026年の購入明細を開く"


def test_after_the_second_step_the_year_is_a_pdf(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session
) -> None:
    way = page(order, "/years/2026")
    assert WORDS not in hanako.get(page(order)).text
    assert "/sakura/second-step" in hanako.get(way).location
    prove_mail(hanako, shop, order.email_key)
    shown = hanako.get(page(order)).text
    assert WORDS in shown
    assert f'href="{way}"' in shown
    hanako.get(way)
    render(app, session)
    answer = hanako.get(way)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    for year in (1900, 2025, 2027, 9999):
        assert hanako.get(page(order, f"/years/{year}")).status_code == 404


def test_an_order_without_a_mail_address_has_none(
    hanako: FlaskClient, order: Order, session: Session, shop: Shop, cast: Cast
) -> None:
    session.get_one(Shop, shop.id).second_step = {"other_orders": False}
    session.get_one(Order, order.id).email = session.get_one(Order, order.id).email_key = ""
    session.commit()
    assert WORDS not in hanako.get(page(order)).text
    assert hanako.get(page(order, "/years/2026")).status_code == 404
