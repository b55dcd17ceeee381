"""What buyers ask, answered at the desk."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.models import BuyerRequest, Order, OutboxMail, Role
from tests.admin.test_order import Desk, text_of
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token

LIST = "/admin/shops/sakura/requests"


@pytest.fixture
def desk(client: FlaskClient, cast: Cast) -> Desk:
    return Desk(client, cast)


def asked(desk: Desk, clock: Clock, order: Order | None = None, **changes: str) -> BuyerRequest:
    order = order or desk.order()
    facts = {"kind": "details", "text": "建物の名前が抜けています。\nメゾン桜です。", "reply_to": ""} | changes
    request = BuyerRequest(shop_id=order.shop_id, order_id=order.id, created_at=clock(), **facts)
    desk.session.add(request)
    desk.session.commit()
    return request


def send(desk: Desk, request: BuyerRequest, rest: str, text: str = "") -> str:
    token = csrf_token(desk.client, "/admin/account")
    answer = desk.client.post(f"{LIST}/{request.id}/{rest}", data={"text": text, "csrf_token": token})
    assert answer.status_code in (303, 403, 404, 409, 422)
    return f"{answer.status_code} {answer.text}"


def mails(desk: Desk) -> list[OutboxMail]:
    desk.session.rollback()
    return list(desk.session.scalars(select(OutboxMail)))


def test_what_waits_stands_on_the_list_and_on_the_orders_page(desk: Desk, clock: Clock) -> None:
    order = desk.order()
    request = asked(desk, clock, order)
    page = desk.client.get(LIST).text
    assert f'id="request-{request.id}"' in page
    assert "住所や電話番号を直したい" in page
    assert "メゾン桜" not in page, "what the buyer wrote stands on its own page, where the look is audited"
    assert "未対応" in desk.page(order)
    assert "建物の名前が抜けています。" in text_of(desk.client.get(f"{LIST}/{request.id}").text)
    assert desk.actions() == ["order.viewed", "request.viewed"]


def test_the_answer_is_mailed_once_with_the_request_quoted(desk: Desk, clock: Clock) -> None:
    request = asked(desk, clock)
    for _ in range(2):
        assert send(desk, request, "answer", "建物の名前を直しました。").startswith("303")
    (mail,) = mails(desk)
    assert (mail.recipient, mail.subject) == ("hanako@example.jp", "【さくら茶舗】ご連絡へのご返事")
    assert "建物の名前を直しました。" in mail.body_text
    assert "> メゾン桜です。" in mail.body_text
    page = text_of(desk.client.get(f"{LIST}/{request.id}").text)
    assert "対応済み 11月21日(土) 10:00 鈴木 一郎 建物の名前を直しました。" in page
    assert "いま対応が必要なご連絡はありません。" in desk.client.get(LIST).text
    assert f"{LIST}/{request.id}" in desk.client.get(f"{LIST}?state=closed").text


def test_of_two_who_answer_the_second_is_told_and_keeps_what_was_typed(desk: Desk, clock: Clock) -> None:
    request = asked(desk, clock)
    send(desk, request, "answer", "直しました。")
    page = send(desk, request, "answer", "これから直します。")
    assert page.startswith("409")
    assert "先にほかの担当者が対応した" in page
    assert "これから直します。" in page
    assert len(mails(desk)) == 1


def test_settled_by_phone_no_mail_goes_out(desk: Desk, clock: Clock) -> None:
    request = asked(desk, clock)
    for _ in range(2):
        assert send(desk, request, "settlement").startswith("303")
    assert mails(desk) == []
    assert "メールは送らずに対応済みにしました。" in desk.client.get(f"{LIST}/{request.id}").text
    assert desk.actions().count("request.settled") == 1


def test_an_empty_answer_is_none(desk: Desk, clock: Clock) -> None:
    page = send(desk, asked(desk, clock), "answer", "  \n ")
    assert page.startswith("422")
    assert "ご返事を入力してください。" in page
    assert mails(desk) == []


def test_without_any_address_the_page_says_to_phone(desk: Desk, clock: Clock) -> None:
    request = asked(desk, clock, desk.order(email="", email_key=""), reply_to="090-1111-2222")
    page = desk.client.get(f"{LIST}/{request.id}").text
    assert "メールでは返事ができません" in page
    assert "090-1111-2222" in page
    assert not re.search(r'action="[^"]+/answer"', page)
    assert send(desk, request, "answer", "直しました。").startswith("409")
    assert mails(desk) == []


def test_who_may_only_look_reads_and_does_not_answer(client: FlaskClient, cast: Cast, clock: Clock) -> None:
    desk = Desk(client, cast, role=Role.VIEWER)
    request = asked(desk, clock)
    page = client.get(f"{LIST}/{request.id}").text
    assert "メゾン桜です。" in page
    assert "返事を送る" not in page
    for rest in ("answer", "settlement"):
        assert send(desk, request, rest, "x").startswith("403")


def test_another_shops_request_is_not_there(desk: Desk, clock: Clock) -> None:
    request = asked(desk, clock, desk.cast.order(desk.cast.shop(slug="momiji")))
    assert str(request.id) not in desk.client.get(LIST).text
    assert desk.client.get(f"{LIST}/{request.id}").status_code == 404
    for rest in ("answer", "settlement"):
        assert send(desk, request, rest, "x").startswith("404")
