"""Requests of buyers, answered at the desk."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import select

from portal.access import requests
from portal.models import BuyerRequest, Order, OutboxMail, Subscription, SubscriptionChange
from portal.values.roles import Role
from tests.admin.orders.desk import Desk
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token
from tests.page_text import text_of

LIST = "/admin/shops/sakura/requests"


def asked(desk: Desk, clock: Clock, order: Order | None = None, **changes: Any) -> BuyerRequest:
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
    assert "住所・電話番号の変更" in page
    assert "メゾン桜" not in page, "what the buyer wrote stands on its own page, where the look is audited"
    assert "未対応" in desk.page(order)
    assert "建物の名前が抜けています。" in text_of(desk.client.get(f"{LIST}/{request.id}").text)
    assert desk.actions() == ["order.viewed", "request.viewed"]


def test_the_answer_is_mailed_once_with_the_request_quoted(desk: Desk, clock: Clock) -> None:
    request = asked(desk, clock)
    for _ in range(2):
        assert send(desk, request, "answer", "建物の名前を直しました。").startswith("303")
    (mail,) = mails(desk)
    assert (mail.recipient, mail.subject) == ("hanako@example.jp", "【さくら茶舗】お問い合わせへの回答")
    assert "建物の名前を直しました。" in mail.body_text
    assert "> メゾン桜です。" in mail.body_text
    page = text_of(desk.client.get(f"{LIST}/{request.id}").text)
    assert "対応済み 11月21日(土) 10:00 鈴木 一郎 建物の名前を直しました。" in page
    assert "現在、対応が必要なお問い合わせはありません。" in desk.client.get(LIST).text
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
    assert "返信を入力してください。" in page
    assert mails(desk) == []


def test_without_any_address_the_page_says_to_phone(desk: Desk, clock: Clock) -> None:
    request = asked(desk, clock, desk.order(email="", email_key=""), reply_to="090-1111-2222")
    page = desk.client.get(f"{LIST}/{request.id}").text
    assert "メールでは返信できません" in page
    assert "090-1111-2222" in page
    assert not re.search(r'action="[^"]+/answer"', page)
    assert send(desk, request, "answer", "直しました。").startswith("409")
    assert mails(desk) == []


def test_who_may_only_look_reads_and_does_not_answer(client: FlaskClient, cast: Cast, clock: Clock) -> None:
    desk = Desk(client, cast, role=Role.VIEWER)
    request = asked(desk, clock)
    page = client.get(f"{LIST}/{request.id}").text
    assert "メゾン桜です。" in page
    assert "返信を送る" not in page
    for rest in ("answer", "settlement"):
        assert send(desk, request, rest, "x").startswith("403")


def test_another_shops_request_is_not_there(desk: Desk, clock: Clock) -> None:
    request = asked(desk, clock, desk.cast.order(desk.cast.shop(slug="momiji")))
    assert str(request.id) not in desk.client.get(LIST).text
    assert desk.client.get(f"{LIST}/{request.id}").status_code == 404
    for rest in ("answer", "settlement"):
        assert send(desk, request, rest, "x").startswith("404")


# --- about subscriptions ---------------------------------------------------------------------------------------------
def subscribed(desk: Desk, **facts: Any) -> tuple[Subscription, Order]:
    subscription = desk.cast.subscription(desk.shop, **facts)
    order = desk.order(subscription_id=subscription.id, status="shipped")
    return subscription, order


def a_receipt(desk: Desk, subscription: Subscription, request: BuyerRequest | None, **facts: Any) -> SubscriptionChange:
    receipt = SubscriptionChange(
        id=uuid4(),
        shop_id=desk.shop.id,
        subscription_id=subscription.id,
        outcome="requested" if request else "done",
        request_id=request.id if request else None,
        actor="buyer:1",
        at=desk.cast.now,
        **{"number": "261121-7KQ2MX", "kind": "contact", "facts": {}} | facts,
    )
    desk.session.add(receipt)
    desk.session.commit()
    return receipt


def a_cancellation(desk: Desk, clock: Clock, **facts: Any) -> tuple[BuyerRequest, Subscription]:
    subscription, order = subscribed(desk)
    wanted: dict[str, Any] = {
        "kind": "cancellation",
        "text": "量が多すぎました",
        "subscription_id": subscription.id,
    } | facts
    request = asked(desk, clock, order, **wanted)
    a_receipt(desk, subscription, request, kind="cancel")
    return request, subscription


def cancel(desk: Desk, request: BuyerRequest, **fields: str) -> str:
    path = f"{LIST}/{request.id}/cancellation"
    page = desk.client.get(path).text
    version = re.search(r'name="version" value="(\d+)"', page)
    reply = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)
    data = {
        "csrf_token": csrf_token(desk.client, "/admin/account"),
        "version": version[1] if version else "1",
        "reply": unescape(reply[1]) if reply else "",
        "reason": "",
        "words": "",
    }
    answer = desk.client.post(path, data=data | fields)
    return f"{answer.status_code} {answer.text}"


def test_today_and_the_list_name_the_subscription_and_how_it_stands(desk: Desk, clock: Clock) -> None:
    _request, subscription = a_cancellation(desk, clock)
    for path in ("/admin/shops/sakura/", LIST):
        page = desk.client.get(path).text
        assert f"/admin/shops/sakura/subscriptions/{subscription.id}" in page
        words = text_of(page)
        assert "定期購入の解約のお申し込み" in words
        assert f"定期購入 {subscription.number} 有効" in words


def test_a_cancellation_that_was_asked_for_is_done_and_answered_in_one_go(desk: Desk, clock: Clock) -> None:
    request, subscription = a_cancellation(desk, clock)
    request.created_at -= timedelta(days=2)
    desk.session.commit()
    page = text_of(desk.client.get(f"{LIST}/{request.id}").text)
    assert "このお申し込みは、 2026/11/19 10:00 に届いたものとして扱います。" in page
    assert "受付番号 261121-7KQ2MX" in page
    assert "2026/11/19 10:00 にお申し込みがありました。" in text_of(
        desk.client.get(f"{LIST}/{request.id}/cancellation").text
    )
    assert cancel(desk, request, reason="other", words="多すぎる").startswith("303")
    (mail,) = mails(desk)
    assert "11月19日(木)にお申し込みいただいた定期購入" in mail.body_text
    assert "> 定期購入の解約のお申し込み" in mail.body_text
    desk.session.expire_all()
    assert (subscription.state, subscription.stop_reason) == ("canceled", "多すぎる")
    assert request.answered_at == clock()
    assert subscription.canceled_at == clock() - timedelta(days=2), "it counts from the request"
    assert cancel(desk, request).startswith("303"), "pressed twice"
    assert len(mails(desk)) == 1


def test_an_order_made_since_the_request_is_named_to_staff_and_promised_to_nobody(desk: Desk, clock: Clock) -> None:
    request, subscription = a_cancellation(desk, clock)
    desk.order(subscription_id=subscription.id, code="S-1", created_at=clock() - timedelta(hours=1))
    since = desk.order(subscription_id=subscription.id, code="S-2", created_at=clock())
    desk.session.commit()
    page = desk.client.get(f"{LIST}/{request.id}/cancellation").text
    assert "注文 S-1 は、そのままです。" in page
    assert "注文 S-2 は、お申し込みのあとに作られました。注文のページでキャンセルしてください。" in page
    assert "すでにご用意しているご注文（S-1）は、そのままお届けします。" in page
    assert since.status == "awaiting_shipment"


def test_a_request_that_was_withdrawn_says_so_and_asks_for_nothing(desk: Desk, clock: Clock) -> None:
    request, _subscription = a_cancellation(desk, clock)
    requests.withdraw(desk.session, request, actor="buyer:mail", now=clock.forward(minutes=5))
    desk.session.commit()
    page = text_of(desk.client.get(f"{LIST}/{request.id}").text)
    assert "お客さまが取り下げました 11月21日(土) 10:05" in page
    assert "メールで返信する" not in page
    assert "お客さまが取り下げ" in desk.client.get(f"{LIST}?state=closed").text
    assert "定期購入の解約のお申し込み" not in desk.client.get("/admin/shops/sakura/").text
    assert cancel(desk, request).startswith("303")
    desk.session.expire_all()
    assert request.subscription is not None
    assert request.subscription.state == "active"


def test_staff_are_given_the_phone_of_a_buyer_whom_no_mail_has_told(desk: Desk, clock: Clock) -> None:
    request, subscription = a_cancellation(desk, clock)
    told = "受付のメールはお送りしていません。お電話（090-1234-5678）で、お申し込みをご本人に確認してください。"
    assert told not in desk.client.get(f"{LIST}/{request.id}").text
    subscription.email = subscription.email_key = ""
    desk.session.commit()
    assert told in desk.client.get(f"{LIST}/{request.id}").text


def test_with_an_empty_answer_it_is_settled_without_a_mail(desk: Desk, clock: Clock) -> None:
    request, subscription = a_cancellation(desk, clock)
    assert cancel(desk, request, reply="").startswith("303")
    desk.session.expire_all()
    assert (mails(desk), subscription.state, request.answer) == ([], "canceled", "")
    assert request.answered_at is not None


def test_what_changed_meanwhile_is_said_and_nothing_is_canceled(desk: Desk, clock: Clock) -> None:
    request, subscription = a_cancellation(desk, clock)
    page = cancel(desk, request, version="0", reply="わたしの返事です。")
    assert page.startswith("409")
    assert "わたしの返事です。" in page
    assert f'name="version" value="{subscription.version}"' in page
    desk.session.rollback()
    desk.session.expire_all()
    assert (subscription.state, request.answered_at, mails(desk)) == ("active", None, [])


def test_on_the_day_on_which_its_order_is_made_the_request_goes_on_waiting(desk: Desk, clock: Clock) -> None:
    request, subscription = a_cancellation(desk, clock)
    subscription.next_creation_on = date(2026, 11, 21)
    desk.session.commit()
    page = cancel(desk, request)
    assert page.startswith("409")
    assert "注文を作る日です" in page
    desk.session.rollback()
    desk.session.expire_all()
    assert (subscription.state, request.answered_at) == ("active", None)


def test_a_cancellation_can_be_declined_with_reasons(desk: Desk, clock: Clock) -> None:
    request, subscription = a_cancellation(desk, clock)
    assert "キャンセルできないときは" in desk.client.get(f"{LIST}/{request.id}").text
    assert send(desk, request, "answer", "お約束の3回まで、あと1回あります。").startswith("303")
    assert subscription.state == "active"
    assert "あと1回あります。" in mails(desk)[0].body_text
    assert "キャンセルして返信する" not in desk.client.get(f"{LIST}/{request.id}").text


def test_who_says_that_it_was_somebody_else_is_shown_with_what_was_changed(desk: Desk, clock: Clock) -> None:
    subscription, order = subscribed(desk)
    a_receipt(desk, subscription, None, facts={"email": ["hanako@example.jp", "evil@example.com"]})
    more: Any = {"kind": "not_me", "text": "261121-7KQ2MX ご連絡先の変更", "subscription_id": subscription.id}
    request = asked(desk, clock, order, **more)
    page = text_of(desk.client.get(f"{LIST}/{request.id}").text)
    assert "hanako@example.jp → evil@example.com" in page
    assert "ほかの人が変えたかもしれません。" in page


def test_only_a_cancellation_is_canceled_from_its_page_and_not_by_who_may_only_look(
    client: FlaskClient, cast: Cast, clock: Clock
) -> None:
    desk = Desk(client, cast, role=Role.VIEWER)
    request, _subscription = a_cancellation(desk, clock)
    assert "キャンセルして返信する" not in client.get(f"{LIST}/{request.id}").text
    assert cancel(desk, request).startswith("403")


def test_a_request_about_something_else_cancels_nothing(desk: Desk, clock: Clock) -> None:
    request, subscription = a_cancellation(desk, clock, kind="subscription")
    assert "キャンセルして返信する" not in desk.client.get(f"{LIST}/{request.id}").text
    assert cancel(desk, request).startswith("303")
    desk.session.expire_all()
    assert subscription.state == "active"


def test_the_number_of_a_change_leads_to_the_history_where_it_stands(desk: Desk) -> None:
    subscription, _order = subscribed(desk)
    a_receipt(desk, subscription, None, kind="cycle", facts={"cycle": ["months:1@15", "months:2@15"]})
    answer = desk.client.get("/admin/shops/sakura/subscriptions", query_string={"q": "２６１１２１-7kq2mx"})
    assert answer.location.endswith(f"/subscriptions/{subscription.id}/history#261121-7KQ2MX")
    page = text_of(desk.client.get(answer.location).text)
    assert "お届け間隔の変更 受付番号 261121-7KQ2MX お届け間隔 毎月15日 → 2か月ごとの15日" in page
