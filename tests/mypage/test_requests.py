"""お店へのご連絡: a buyer's requests to the shop's staff."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import AuditEntry, AuditValue, BuyerRequest, Order, OutboxMail, Shop, Subscription
from tests.cast import TARO, Cast
from tests.mypage.signing_in import sign_in, submit


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
    assert "お問い合わせを受け付けました" in page
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
        assert "お客さまからお問い合わせがありました" in mail.subject
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
        ({"kind": "other", "text": " "}, "お問い合わせの内容を入力してください。"),
        ({"text": "字" * 1001}, "1,000文字以内で入力してください。"),
        ({"reply_to": "0" * 255}, "電話番号かメールアドレスだけを入力してください。"),
        ({"kind": "nonsense"}, "お問い合わせの種類を1つ選んでください。"),
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
    assert "当店から返信する電話番号かメールアドレス" in ask(client, order).text
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


# --- about a subscription --------------------------------------------------------------------------------------------
@pytest.fixture
def subscription(cast: Cast, shop: Shop, order: Order) -> Subscription:
    subscription = cast.subscription(shop)
    order.subscription_id = subscription.id
    cast.session.commit()
    return subscription


def form_of(subscription: Subscription, **more: str) -> str:
    rest = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/sakura/requests/new?subscription={subscription.id}{rest}"


def typed_text(page: str) -> str:
    found = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)
    assert found
    return found[1]


def test_what_she_cannot_change_alone_is_asked_for_without_the_second_step(
    client: FlaskClient, session: Session, shop: Shop, order: Order, subscription: Subscription
) -> None:
    sign_in(client, shop, order)
    page = client.get(form_of(subscription, change="address")).text
    assert f"定期購入番号 {subscription.number}" in page
    text = typed_text(page)
    assert text == "「お届け先の変更」をお願いします。"
    path = form_of(subscription)
    answer = submit(client, path, {"kind": "subscription", "text": text, "reply_to": ""})
    request = session.scalars(select(BuyerRequest)).one()
    assert (request.kind, request.subscription_id, request.order_id) == ("subscription", subscription.id, order.id)
    assert answer.location == f"/sakura/requests/{request.id}"
    sent = client.get(answer.location).text
    assert subscription.number in sent
    assert "定期購入ページへ戻る" in sent
    assert "回答があるまで、現在の予定は変わりません。" in sent


def test_without_a_word_about_what_she_wants_nothing_is_sent(
    client: FlaskClient, session: Session, shop: Shop, order: Order, subscription: Subscription
) -> None:
    sign_in(client, shop, order)
    assert typed_text(client.get(form_of(subscription)).text) == ""
    for fields in ({"kind": "subscription", "text": ""}, {"kind": "cancellation", "text": "x"}):
        assert submit(client, form_of(subscription), fields).status_code == 422
    assert session.scalars(select(BuyerRequest)).all() == []


def test_where_no_code_can_be_sent_the_second_step_leads_to_a_request_about_the_subscription(
    client: FlaskClient, session: Session, shop: Shop, order: Order, subscription: Subscription
) -> None:
    subscription.email = subscription.email_key = ""
    session.commit()
    sign_in(client, shop, order)
    page = client.get(f"/sakura/second-step?subscription={subscription.id}").text
    path = form_of(subscription, kind="no_email")
    assert path.replace("&", "&amp;") in page
    assert '<input type="hidden" name="kind" value="no_email">' in client.get(path).text
    assert submit(client, path, {"kind": "no_email", "text": "", "reply_to": ""}).status_code == 303
    assert session.scalars(select(BuyerRequest)).one().subscription_id == subscription.id


def test_a_cancellation_has_a_page_of_its_own(
    client: FlaskClient, shop: Shop, order: Order, subscription: Subscription
) -> None:
    sign_in(client, shop, order)
    answer = client.get(form_of(subscription, change="cancel"))
    assert (answer.status_code, answer.location) == (303, f"/sakura/subscriptions/{subscription.id}/cancel")


def test_taro_neither_asks_about_her_subscription_nor_reads_what_she_asked(
    client: FlaskClient, app: Flask, cast: Cast, shop: Shop, order: Order, subscription: Subscription
) -> None:
    taros = cast.order(shop, "A-30000", **TARO)
    cast.session.commit()
    sign_in(client, shop, order)
    location = submit(client, form_of(subscription), {"kind": "subscription", "text": "x"}).location
    taro = app.test_client()
    sign_in(taro, shop, taros)
    for path in (form_of(subscription), location):
        assert taro.get(path).status_code == 404
        assert app.test_client().get(path).status_code == 303


# --- the ways to the form --------------------------------------------------------------------------------------------
def ways(text: str) -> list[str]:
    """Return the kinds that the page's links to the form begin with, '' for none."""
    return re.findall(r'href="/sakura/requests/new\?(?:order|subscription)=[0-9a-f-]{36}(?:&amp;kind=(\w+))?"', text)


def test_every_page_of_her_order_has_the_button_beside_the_shops_phone(
    client: FlaskClient, shop: Shop, order: Order
) -> None:
    sign_in(client, shop, order)
    for path in (f"/sakura/orders/{order.id}", f"/sakura/orders/{order.id}/receipt"):
        contact = client.get(path).text.partition('<footer class="contact">')[2]
        assert ways(contact) == [""]
        assert "お問い合わせ</a>" in contact


def test_before_the_proof_there_is_no_such_button(client: FlaskClient, shop: Shop, order: Order) -> None:
    assert "/requests/new" not in client.get("/sakura/").text
    sign_in(client, shop, order)
    assert "/requests/new" not in client.get("/sakura/").text


@pytest.mark.parametrize(
    ("status", "tracking", "kind"),
    [("on_hold", None, "delivery"), ("shipped", "exception", "delivery"), ("shipped", "returned", "delivery")],
)
def test_a_sentence_that_sends_her_to_the_shop_has_a_button(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order, status: str, tracking: str | None, kind: str
) -> None:
    order.status = status
    if tracking:
        cast.shipment(order, tracking_state=tracking)
    cast.session.commit()
    sign_in(client, shop, order)
    assert kind in ways(client.get(f"/sakura/orders/{order.id}").text)


@pytest.mark.parametrize(
    ("allowed", "payment", "kinds"),
    [(False, "クレジットカード", ["receipt"]), (True, "謎のお支払い", ["receipt"]), (True, "代金引換", [])],
)
def test_a_refused_receipt_has_the_button_where_the_shop_can_help(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order, allowed: bool, payment: str, kinds: list[str]
) -> None:
    shop.receipts_allowed = allowed
    order.payment_method = payment
    cast.shipment(order)
    cast.session.commit()
    sign_in(client, shop, order)
    for path in (f"/sakura/orders/{order.id}", f"/sakura/orders/{order.id}/receipt"):
        assert [kind for kind in ways(client.get(path).text) if kind] == kinds


def test_from_the_closed_page_she_can_still_ask_for_her_receipt(
    client: FlaskClient, cast: Cast, session: Session, shop: Shop, order: Order
) -> None:
    cast.shipment(order, shipped_on=date(2026, 1, 1))
    cast.session.commit()
    sign_in(client, shop, order)
    closed = client.get(f"/sakura/orders/{order.id}")
    assert closed.status_code == 410
    assert "領収書を依頼する" in closed.text
    assert 'href="/sakura/">ほかのご注文を確認する' in closed.text
    assert ways(closed.text) == ["receipt", ""]
    form = client.get(f"/sakura/requests/new?order={order.id}&kind=receipt")
    assert re.findall(r'<input checked [^>]*value="(\w+)"', form.text) == ["receipt"]
    sent = ask(client, order, kind="receipt", text="会社名でお願いします。")
    assert client.get(sent.location).status_code == 200
    assert session.scalars(select(BuyerRequest)).one().kind == "receipt"
    assert client.get(f"/sakura/orders/{order.id}/receipt").status_code == 410
