"""The second step: a code of six digits by email, and what it opens."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, LoginCode, Order, Shop
from tests.cast import TARO, Cast
from tests.mypage.access.second_step import Buyer
from tests.mypage.signing_in import csrf_token, sign_in, submit


# --- the way through -------------------------------------------------------------------------------------------------
def test_the_code_from_her_mailbox_shows_her_address(hanako: Buyer) -> None:
    assert not hanako.sees_address()
    answer = hanako.ask()
    assert (answer.status_code, answer.location) == (303, hanako.step)
    mail = hanako.mails()[0]
    assert (mail.message, mail.recipient) == ("login_code", "hanako@example.jp")
    answer = hanako.type(hanako.code())
    assert (answer.status_code, answer.location) == (303, hanako.page)
    assert hanako.sees_address()


def test_the_page_says_where_the_code_goes_without_telling_the_address(hanako: Buyer) -> None:
    page = hanako.client.get(hanako.step).text
    assert "h•••••@example.jp" in page
    assert "hanako@" not in page
    hanako.ask()
    page = hanako.client.get(hanako.step).text
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert "hanako@" not in page


def test_looking_at_the_page_sends_nothing(hanako: Buyer) -> None:
    hanako.client.get(hanako.step)
    assert hanako.mails() == []


@pytest.mark.parametrize("write", [lambda code: f" {code[:3]} {code[3:]} ", lambda code: f"{code[:3]}-{code[3:]}"])
def test_she_may_write_the_digits_with_gaps(hanako: Buyer, write: Any) -> None:
    hanako.ask()
    assert hanako.type(write(hanako.code())).status_code == 303


def test_full_width_digits_are_digits(hanako: Buyer) -> None:
    hanako.ask()
    wide = hanako.code().translate({ord(str(digit)): ord("０") + digit for digit in range(10)})
    assert hanako.type(wide).status_code == 303


def test_her_other_orders_open_too_and_nobody_elses(hanako: Buyer, cast: Cast, shop: Shop) -> None:
    hers, taros = cast.order(shop, "A-20000"), cast.order(shop, "A-30000", **TARO)
    elsewhere = cast.order(cast.shop("midori"), "A-40000")
    cast.session.commit()
    paths = [f"/sakura/orders/{each.id}" for each in (hers, taros, elsewhere)]
    assert [hanako.client.get(path).status_code for path in paths] == [404, 404, 404]
    hanako.ask()
    hanako.type(hanako.code())
    assert [hanako.client.get(path).status_code for path in paths] == [200, 404, 404]
    page = hanako.client.get(hanako.page).text
    assert "A-20000" in page
    assert "A-30000" not in page
    assert "A-40000" not in page


def test_before_it_the_page_names_no_other_order(hanako: Buyer, cast: Cast, shop: Shop) -> None:
    cast.order(shop, "A-20000")
    cast.session.commit()
    assert "A-20000" not in hanako.client.get(hanako.page).text


def test_an_expired_order_among_them_stays_closed(hanako: Buyer, cast: Cast, shop: Shop) -> None:
    old = cast.order(shop, "A-20000")
    cast.shipment(old, shipped_on=date(2026, 1, 1))
    cast.session.commit()
    path = f"/sakura/orders/{old.id}"
    hanako.ask()
    hanako.type(hanako.code())
    assert hanako.client.get(path).status_code == 410


def test_once_a_session_is_enough_and_the_page_leads_on(hanako: Buyer) -> None:
    hanako.ask()
    hanako.type(hanako.code())
    answer = hanako.client.get(hanako.step)
    assert (answer.status_code, answer.location) == (303, hanako.page)


def test_it_holds_for_this_session_alone(hanako: Buyer, app: Flask, session: Session, shop: Shop, order: Order) -> None:
    hanako.ask()
    hanako.type(hanako.code())
    assert not Buyer(app, session, shop, order).sees_address()


def test_signing_out_ends_the_cookie_from_before_it_too(hanako: Buyer, app: Flask) -> None:
    """It lives for a minute longer, for requests that were on their way."""
    before = hanako.client.get_cookie("mypage", path="/sakura")
    assert before
    hanako.ask()
    hanako.type(hanako.code())
    other = app.test_client()
    other.set_cookie("mypage", before.value, path="/sakura")
    assert other.get(hanako.page).status_code == 200
    submit(hanako.client, "/sakura/logout", {}, form_on=hanako.page)
    assert other.get(hanako.page).status_code == 303


def test_where_the_shop_asks_no_code_the_address_is_shown_at_once(
    app: Flask, cast: Cast, session: Session, shop: Shop, order: Order
) -> None:
    shop.second_step = {"personal_data": False}
    cast.session.commit()
    assert Buyer(app, session, shop, order).sees_address()


def test_she_can_change_the_language_on_every_answer(hanako: Buyer) -> None:
    hanako.ask()
    for answer in (hanako.ask(), hanako.type(hanako.wrong_code())):
        link = re.search(r'href="([^"]+)" hreflang="en"', answer.text)
        assert link
        path = answer.request.path + link[1].replace("&amp;", "&")
        assert hanako.client.get(path, follow_redirects=True).status_code == 200


# --- the way back ----------------------------------------------------------------------------------------------------
def test_she_comes_back_to_where_she_was_going(hanako: Buyer) -> None:
    back = f"{hanako.page}/receipt"
    assert hanako.ask(back).location == f"{hanako.step}&back={back}"
    assert hanako.type(hanako.code(), back).location == back


def test_a_receipt_form_from_before_the_shop_asked_for_the_code_leads_back_to_itself(
    hanako: Buyer, cast: Cast, shop: Shop, order: Order
) -> None:
    cast.shipment(order)
    cast.session.commit()
    token = csrf_token(hanako.client, f"{hanako.page}/receipt")
    shop.second_step = {"receipt": True}
    cast.session.commit()
    form = f"{hanako.page}/receipt"
    answer = hanako.client.post(form, data={"addressee": "山田 花子", "csrf_token": token})
    assert (answer.status_code, answer.location) == (303, f"{hanako.step}&back={form}")
    hanako.ask(form)
    assert hanako.type(hanako.code(), form).location == form
    assert hanako.client.get(form).status_code == 200


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example",
        "/midori/",
        "/sakura/orders/00000000-0000-0000-0000-000000000000",
        "{page}/../../../midori/",
        "{page}//evil.example",
        "{page}%0d%0aSet-Cookie:a=b",
    ],
)
def test_nobody_is_sent_anywhere_else(hanako: Buyer, back: str) -> None:
    hanako.ask()
    assert hanako.type(hanako.code(), back.format(page=hanako.page)).location == hanako.page


# --- who cannot take the step ----------------------------------------------------------------------------------------
def test_an_order_without_an_address_is_offered_a_request_to_the_shop(
    app: Flask, cast: Cast, session: Session, shop: Shop
) -> None:
    order = cast.order(shop, email="", email_key="")
    cast.session.commit()
    buyer = Buyer(app, session, shop, order)
    page = buyer.client.get(buyer.step).text
    assert "メールアドレスの登録がない" in page
    assert f"/sakura/requests/new?order={order.id}&amp;kind=no_email" in page
    token = csrf_token(buyer.client, buyer.page)
    answer = buyer.client.post(f"/sakura/second-step/code?order={order.id}", data={"csrf_token": token})
    assert (answer.status_code, buyer.mails()) == (303, [])


def test_strangers_find_no_second_step(client: FlaskClient, app: Flask, hanako: Buyer, cast: Cast, shop: Shop) -> None:
    assert client.get(hanako.step).status_code == 303
    taros = cast.order(shop, "A-30000", **TARO)
    cast.session.commit()
    sign_in(client, shop, taros)
    assert client.get(hanako.step).status_code == 404
    assert client.get("/sakura/second-step").status_code == 404
    assert client.get("/sakura/second-step?order=nonsense").status_code == 404


def test_it_is_in_the_audit_trail_and_the_digits_are_not_in_the_tables(hanako: Buyer, session: Session) -> None:
    hanako.ask()
    code = hanako.code()
    hanako.type(code)
    session.rollback()
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["login.succeeded", "login_code.sent", "session.renewed", "second_step.passed"]
    row = session.scalars(select(LoginCode)).one()
    assert row.used_at is not None
    assert code not in row.code_digest
