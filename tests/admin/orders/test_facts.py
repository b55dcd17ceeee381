"""Correcting the payment, the tax rates and the buyer's data from the order's page."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.models import AuditEntry, Order
from portal.orders import verbs
from portal.values.roles import Role
from tests.admin.orders.desk import Desk, said, send, state
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import link, sign_in, submit
from tests.page_text import text_of

WITHOUT_RATES = [
    {"name": "品A", "quantity": 1, "unit_price": 1080, "amount": 1080, "tax_rate": None},
    {"name": "品B", "quantity": 1, "unit_price": 2200, "amount": 2200, "tax_rate": None},
    {"name": "品C", "quantity": 1, "unit_price": 100, "amount": 100, "tax_rate": 8},
]


def fresh(desk: Desk, order: Order) -> Order:
    state(desk, order)
    return order


def changes(desk: Desk) -> list[str]:
    return [action for action in desk.actions() if not action.endswith(".viewed")]


# --- needs attention -------------------------------------------------------------------------------------------------
def test_what_staff_have_looked_at_is_off_the_list(desk: Desk) -> None:
    order = desk.order(needs_attention="changed_after_receipt")
    seen = order.version
    for _ in range(2):
        send(desk, order, "/attention", {"reason": "changed_after_receipt"}, version=seen)
        assert said(desk, order) == ["確認済みにしました。"]
    assert fresh(desk, order).needs_attention == ""
    assert changes(desk) == ["order.attention_settled"]


# --- payment ---------------------------------------------------------------------------------------------------------
def test_one_press_says_that_the_money_came(desk: Desk) -> None:
    order = desk.order(payment_method="銀行振込", payment_state="unpaid")
    form = re.search(r'<form[^>]+/payment".*?</form>', desk.html(order), re.DOTALL)
    assert form
    fields = dict(re.findall(r'name="(state|payment_class|version)" value="([^"]*)"', form[0]))
    for _ in range(2):
        send(desk, order, "/payment", **fields)
        assert said(desk, order) == ["支払いの確認を保存しました。"]
    assert fresh(desk, order).payment_state == "paid"
    assert "入金を確認しました" not in desk.page(order)
    assert changes(desk) == ["order.payment_decided"]


def test_staff_decide_who_gives_the_receipt_and_the_buyer_gets_one(app: Flask, desk: Desk) -> None:
    order = desk.order(payment_method="前払", payment_state="unknown")
    desk.cast.shipment(order)
    assert "自動で決めると まだ決まっていない" in desk.page(order, "/payment")
    hanako = app.test_client()
    sign_in(hanako, desk.shop, order)
    assert "領収書を発行する" not in hanako.get(f"/sakura/orders/{order.id}").text
    assert "前払" in desk.client.get("/admin/shops/sakura/").text
    send(desk, order, "/payment", {"state": "paid", "payment_class": "shop"})
    assert "この注文について担当者が決めました" in desk.page(order)
    assert "領収書を発行する" in hanako.get(f"/sakura/orders/{order.id}").text
    assert "前払" not in desk.client.get("/admin/shops/sakura/").text, "nothing is left to decide today"


@pytest.mark.parametrize("fields", [{"state": "perhaps", "payment_class": ""}, {"state": "paid", "payment_class": "x"}])
def test_made_up_choices_are_refused(desk: Desk, fields: dict[str, str]) -> None:
    order = desk.order(payment_state="unknown")
    assert send(desk, order, "/payment", fields).status_code == 422
    assert (fresh(desk, order).payment_state, order.payment_class) == ("unknown", "")


# --- tax rates -------------------------------------------------------------------------------------------------------
def test_the_missing_rates_are_asked_for_and_nothing_else(desk: Desk) -> None:
    order = desk.order(
        lines=WITHOUT_RATES, shipping_fee=500, fee_rate=None, total=3880, needs_attention="rates_unknown"
    )
    html = desk.html(order, "/rates")
    assert re.findall(r'<select[^>]* name="([^"]+)"', html) == ["line_1", "line_2", "fee_rate", "every"]
    assert "8%（軽減税率）" in html
    send(desk, order, "/rates", {"line_1": "8", "line_2": "", "fee_rate": "", "every": "10"})
    assert [line.tax_rate for line in fresh(desk, order).lines] == [8, 10, 8]
    assert (order.fee_rate, order.needs_attention) == (10, "")
    assert "税率はすべて決まっています。" in desk.page(order, "/rates")
    assert changes(desk) == ["order.rates_set"]


def test_a_rate_that_the_law_does_not_know_is_refused(desk: Desk) -> None:
    order = desk.order(lines=WITHOUT_RATES, total=3380)
    assert send(desk, order, "/rates", {"line_1": "7", "every": ""}).status_code == 422
    assert [line.tax_rate for line in fresh(desk, order).lines] == [None, None, 8]


# --- the buyer's data ------------------------------------------------------------------------------------------------
RIGHT = {
    "buyer_name": "山田 花子",
    "buyer_kana": "ヤマダ ハナコ",
    "phone": "090-1234-5678",
    "email": "hanako@example.jp",
}


def test_with_the_right_name_the_buyer_gets_in(app: Flask, desk: Desk) -> None:
    order = desk.order(buyer_name="山口 化子", buyer_kana="")
    hanako = app.test_client()
    path = link(hanako, desk.shop, order)
    assert submit(hanako, path, {"typed": "山田花子"}).status_code == 422
    send(desk, order, "/buyer", RIGHT)
    assert said(desk, order) == ["購入者の情報を保存しました。"]
    assert "A-10234" in desk.client.get("/admin/shops/sakura/orders", query_string={"q": "やまだ花子"}).text
    assert submit(hanako, path, {"typed": "山田花子"}).status_code == 303
    send(desk, order, "/buyer", RIGHT)
    assert changes(desk).count("order.buyer_corrected") == 1


def test_another_address_throws_out_who_is_in(app: Flask, desk: Desk) -> None:
    order = desk.order()
    hanako = app.test_client()
    sign_in(hanako, desk.shop, order)
    send(desk, order, "/buyer", RIGHT | {"email": "hana@example.jp"})
    assert fresh(desk, order).email_key == "hana@example.jp"
    assert hanako.get(f"/sakura/orders/{order.id}").status_code == 303


@pytest.mark.parametrize(
    "fields", [{"buyer_name": " "}, {"phone": "1234"}, {"email": "hanako"}, {"buyer_kana": "ヤ" * 121}]
)
def test_what_nobody_could_get_in_with_is_refused_beside_the_field(desk: Desk, fields: dict[str, str]) -> None:
    order = desk.order()
    answer = send(desk, order, "/buyer", RIGHT | fields)
    assert answer.status_code == 422
    (name,) = fields
    assert f'id="{name}-error"' in answer.text
    assert fresh(desk, order).buyer_name == "山田 花子"


# --- who was quicker -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rest", "fields"),
    [
        ("/buyer", RIGHT | {"phone": "090-0000-1111"}),
        ("/payment", {"state": "unpaid", "payment_class": ""}),
        ("/rates", {"line_1": "8", "every": ""}),
    ],
)
def test_a_form_older_than_the_order_overwrites_nothing_and_keeps_what_was_typed(
    desk: Desk, clock: Clock, rest: str, fields: dict[str, str]
) -> None:
    order = desk.order(lines=WITHOUT_RATES, total=3380)
    seen: dict[str, Any] = {"version": order.version, "seen_at": clock().isoformat()}
    verbs.hold(desk.session, order, actor="cli", now=clock.forward(minutes=1))
    answer = send(desk, order, rest, fields, **seen)
    assert answer.status_code == 409
    assert "注文を保留にした" in text_of(answer.text)
    for value in fields.values():
        assert not value or value in answer.text
    assert changes(desk) == ["order.held"]
    # The refused page shows the order's present state, so sending it again succeeds.
    anew = dict(re.findall(r'name="(version|seen_at)"[^>]*value="([^"]*)"', answer.text))
    assert send(desk, order, rest, fields, **anew).status_code == 303
    assert len(changes(desk)) == 2


def test_who_may_only_look_sees_no_form_and_sends_none(client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast, role=Role.VIEWER)
    order = desk.order(needs_attention="changed_after_receipt")
    for rest in ("/buyer", "/payment", "/rates"):
        assert client.get(desk.path(order, rest)).status_code == 403
        assert send(desk, order, rest, RIGHT).status_code == 403
    assert send(desk, order, "/attention", {"reason": "changed_after_receipt"}).status_code == 403
    assert desk.session.scalars(select(AuditEntry)).all() == []
