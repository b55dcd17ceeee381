"""お店へのご連絡: what a buyer leaves with the shop's staff."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import AuditEntry, AuditValue, BuyerRequest, Order, OutboxMail, Shop
from tests.cast import TARO, Cast
from tests.mypage.signing_in import sign_in, submit


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop()


@pytest.fixture
def order(cast: Cast, shop: Shop) -> Order:
    order = cast.order(shop)
    cast.session.commit()
    return order


def ask(client: FlaskClient, order: Order, **fields: str) -> TestResponse:
    standard = {"kind": "details", "text": "住所を直したいです。", "reply_to": ""}
    form = f"/sakura/requests/new?order={order.id}"
    return submit(client, form, standard | fields)


def test_the_shop_gets_what_she_wrote(client: FlaskClient, session: Session, shop: Shop, order: Order) -> None:
    sign_in(client, shop, order)
    answer = ask(client, order, text="住所を\r\n直したいです。\x07", reply_to="090-1111-2222")
    request = session.scalars(select(BuyerRequest)).one()
    assert (request.order_id, request.kind, request.answered_at) == (order.id, "details", None)
    assert (request.text, request.reply_to) == ("住所を\n直したいです。", "090-1111-2222")
    assert (answer.status_code, answer.location) == (303, f"/sakura/requests/{request.id}")
    page = client.get(answer.location).text
    assert "お店に伝えました" in page
    assert "直したいです。" in page


def test_an_address_with_the_id_of_her_order_in_place_of_a_request_is_no_page(
    client: FlaskClient, shop: Shop, order: Order
) -> None:
    sign_in(client, shop, order)
    assert client.get(f"/sakura/requests/{order.id}").status_code == 404


def test_it_is_in_the_audit_trail_without_her_words(
    client: FlaskClient, session: Session, shop: Shop, order: Order
) -> None:
    sign_in(client, shop, order)
    ask(client, order)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.subject_type == "request")).one()
    assert entry.action == "request.created"
    assert session.scalars(select(AuditValue)).all() == []


def test_the_page_begins_with_what_she_came_for(client: FlaskClient, shop: Shop, order: Order) -> None:
    sign_in(client, shop, order)
    page = client.get(f"/sakura/requests/new?order={order.id}&kind=no_email").text
    assert re.findall(r'<input checked [^>]*value="(\w+)"', page) == ["no_email"]


def test_sent_twice_it_is_one_request(client: FlaskClient, session: Session, shop: Shop, order: Order) -> None:
    sign_in(client, shop, order)
    assert ask(client, order).location == ask(client, order).location
    assert len(session.scalars(select(BuyerRequest)).all()) == 1


@pytest.mark.parametrize("addresses", [[], ["suzuki@example.jp", "desk@example.jp"]])
def test_whom_the_shop_named_is_told_once_without_her_words(
    client: FlaskClient, session: Session, shop: Shop, order: Order, addresses: list[str]
) -> None:
    shop.notice_addresses = addresses
    session.commit()
    sign_in(client, shop, order)
    for _ in range(2):
        ask(client, order, reply_to="090-1111-2222")
    request = session.scalars(select(BuyerRequest)).one()
    mails = session.scalars(select(OutboxMail)).all()
    assert sorted(mail.recipient for mail in mails) == sorted(addresses)
    for mail in mails:
        assert (mail.message, mail.state) == ("staff_notice", "queued")
        assert "お客さまからご連絡がありました" in mail.subject
        for body in (mail.body_text, mail.body_html):
            assert f"注文 {order.code} のお客さまから" in body
            assert f"/admin/shops/sakura/requests/{request.id}" in body
            for hers in ("住所を直したい", "090-1111-2222", "山田", "hanako@example.jp"):
                assert hers not in body


def test_five_that_wait_for_an_answer_are_enough(
    client: FlaskClient, session: Session, shop: Shop, order: Order
) -> None:
    sign_in(client, shop, order)
    answers = [ask(client, order, text=f"{number}つめの用件").status_code for number in range(6)]
    assert answers == [303] * 5 + [429]
    assert len(session.scalars(select(BuyerRequest)).all()) == 5


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "other", "text": " "}, "ご用件を入力してください。"),
        ({"text": "字" * 1001}, "1,000文字までで入力してください。"),
        ({"reply_to": "0" * 255}, "長すぎるようです"),
        ({"kind": "nonsense"}, "どれか1つを選んでください。"),
    ],
)
def test_what_is_missing_is_said_beside_the_field_and_what_she_wrote_stays(
    client: FlaskClient, session: Session, shop: Shop, order: Order, fields: dict[str, str], words: str
) -> None:
    sign_in(client, shop, order)
    answer = ask(client, order, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert fields.get("reply_to", "") in answer.text
    assert session.scalars(select(BuyerRequest)).all() == []


def test_where_nobody_can_be_reached_she_must_say_how(client: FlaskClient, cast: Cast, shop: Shop) -> None:
    order = cast.order(shop, email="", email_key="", phone="")
    cast.session.commit()
    sign_in(client, shop, order)
    assert "お店からご返事する電話番号かメールアドレス" in ask(client, order).text
    assert ask(client, order, reply_to="090-1111-2222").status_code == 303


def test_strangers_and_other_buyers_neither_ask_nor_see(
    client: FlaskClient, app: Flask, cast: Cast, session: Session, shop: Shop, order: Order
) -> None:
    taros = cast.order(shop, "A-30000", **TARO)
    cast.session.commit()
    sign_in(client, shop, order)
    location = ask(client, order).location
    stranger, taro = app.test_client(), app.test_client()
    sign_in(taro, shop, taros)
    for path in (location, f"/sakura/requests/new?order={order.id}"):
        assert stranger.get(path).status_code == 303
        assert taro.get(path).status_code == 404
    form = f"/sakura/requests/new?order={taros.id}"
    assert submit(taro, f"/sakura/requests/new?order={order.id}", {"kind": "details"}, form_on=form).status_code == 404
    assert taro.get(f"/sakura/requests/{order.id}").status_code == 404
    assert taro.get("/sakura/requests/new?order=nonsense").status_code == 404
    assert len(session.scalars(select(BuyerRequest)).all()) == 1
