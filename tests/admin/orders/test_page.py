"""The order's page for staff: what it shows, and to whom."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import jobs
from portal.models import AuditEntry, Rendition, TrackingEvent
from portal.values.roles import Role
from portal.values.states import OrderStatus
from tests.admin.orders.desk import Desk
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import link, submit
from tests.mypage.signing_in import sign_in as sign_in_as_buyer
from tests.page_text import text_of


def test_everything_the_buyer_sees_stands_there_and_nothing_is_masked(desk: Desk) -> None:
    order = desk.order(
        recipient_name="鈴木 次郎",
        recipient_postcode="060-0001",
        recipient_prefecture="北海道",
        recipient_address="札幌市中央区北一条西9-9",
        recipient_phone="011-000-1111",
        buyer_note="午前中にお願いします",
    )
    parcel = desk.cast.shipment(order)
    desk.session.add(
        TrackingEvent(
            shop_id=desk.shop.id,
            shipment_id=parcel.id,
            occurred_at=datetime(2026, 11, 21, 0, 12, tzinfo=UTC),
            state="out_for_delivery",
            words="配達中",
            place="大阪梅田営業所",
        )
    )
    parcel.tracking_state = "out_for_delivery"
    page = desk.page(order)
    for words in (
        *("注文 A-10234", "出荷済み", "「お荷物は配達中です」", "1234-5678-9010", "ヤマト運輸", "大阪梅田営業所"),
        *("煎茶 やぶきた 100g", "8% ※", "急須 青磁", "¥3,280", "8%対象", "午前中にお願いします"),
        *("山田 花子", "ヤマダ ハナコ", "〒530-0001", "大阪市北区梅田1-2-3 メゾン桜 405", "090-1234-5678"),
        *("hanako@example.jp", "鈴木 次郎", "札幌市中央区北一条西9-9", "011-000-1111"),
        *("クレジットカード", "入金済み", "店舗が領収書を出す（クレジットカード利用）"),
    ):
        assert words in page


def test_a_look_is_audited_once_in_a_while(desk: Desk, clock: Clock) -> None:
    order = desk.order()
    desk.page(order)
    desk.page(order)
    entry = desk.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor, entry.subject_id) == ("order.viewed", f"staff:{desk.suzuki.id}", order.id)
    clock.forward(hours=1)
    sign_in(desk.client, desk.suzuki)
    desk.page(order)
    assert desk.actions() == ["order.viewed"] * 2


def test_an_order_of_another_shop_is_not_there(client: FlaskClient, cast: Cast) -> None:
    shop, momiji = cast.shop(), cast.shop(slug="momiji", name="もみじ堂")
    suzuki = cast.staff(shop)
    order = cast.order(momiji)
    cast.session.commit()
    sign_in(client, suzuki)
    for slug in ("sakura", "momiji"):
        for rest in ("", "/statement", "/delivery-note", "/cancellation", "/return", "/payment", "/rates", "/buyer"):
            assert client.get(f"/admin/shops/{slug}/orders/{order.id}{rest}").status_code == 404


def test_who_may_only_look_sees_no_button_that_changes_anything(client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast, role=Role.VIEWER)
    order = desk.order(needs_attention="changed_after_receipt", payment_state="unpaid")
    html = desk.html(order)
    assert "山田 花子" in html
    posted_to = re.findall(r'<form method="post" action="([^"]+)"', html)
    assert {path.rsplit("/", 1)[1] for path in posted_to} == {"logout", "as-buyer"}
    assert not re.search(r'href="[^"]+/(cancellation|return|payment|rates|buyer|receipts/new)"', html)


def test_the_former_number_of_a_subscription_stands_beside_ours(client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast)
    subscription = cast.subscription(desk.shop, external_number="TS-1001")
    html = desk.html(desk.order(subscription_id=subscription.id, subscription_number="TS-1001"))
    assert re.search(rf">{subscription.number}</a>（以前の番号 TS-1001）", html)


# --- what needs a person ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("reason", "said", "button"),
    [
        ("rates_unknown", "税率の分からない商品か送料があります。", "税率を入力する"),
        ("amounts_do_not_add_up", "明細の合計と、注文の合計金額が合いません。", "確認しました"),
        ("changed_after_receipt", "領収書を発行したあとに、注文の内容が変わりました。", "確認しました"),
    ],
)
def test_what_needs_attention_is_said_with_what_to_do(desk: Desk, reason: str, said: str, button: str) -> None:
    page = desk.page(desk.order(needs_attention=reason))
    assert said in page
    assert button in page


def test_a_number_that_cannot_be_the_carriers_is_pointed_out(desk: Desk) -> None:
    right, wrong = desk.order("A-1"), desk.order("A-2")
    desk.cast.shipment(right, tracking_number="123456789013")
    desk.cast.shipment(wrong, tracking_number="123456789014")
    assert "番号の形と合いません" not in desk.page(right)
    assert "番号の形と合いません" in desk.page(wrong)


def test_a_bundled_parcel_leads_to_the_other_orders_in_it(desk: Desk) -> None:
    one, other = desk.order("A-1"), desk.order("A-2")
    desk.cast.shipment(one, other)
    assert f'href="{desk.path(other)}"' in desk.html(one)
    assert f'href="{desk.path(one)}"' in desk.html(other)


# --- the buyer's way in ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "閲覧できます 2027年2月18日(木) まで"),
        ({"shipped_on": date(2026, 1, 5)}, "期限が過ぎて閲覧できません 2026年4月5日(日) まででした"),
        ({"status": "waiting", "shipped_on": None}, "閲覧できます 期限なし"),
    ],
)
def test_the_buyers_link_and_until_when_it_opens(desk: Desk, changes: dict[str, Any], said: str) -> None:
    order = desk.order()
    desk.cast.shipment(order, **changes)
    html = desk.html(order)
    assert said in text_of(html)
    assert f"http://localhost{link(desk.client, desk.shop, order)}" in html


def test_who_tried_and_who_is_in_stands_on_the_page(app: Flask, desk: Desk, clock: Clock) -> None:
    order = desk.order()
    stranger, hanako = app.test_client(), app.test_client()
    submit(
        stranger, "/sakura/", {"code": "A-10234", "typed": "鈴木 一郎"}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
    )
    clock.forward(minutes=1)
    sign_in_as_buyer(hanako, desk.shop, order)
    page = desk.page(order)
    assert "ログイン成功" in page
    assert "一致しませんでした 番号を入力 192.0.2.7" in page
    assert "11月21日(土) 10:01 から" in page


# --- papers ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("rest", "kind"), [("/statement", "statement"), ("/delivery-note", "delivery_note")])
def test_papers_of_staff_carry_the_whole_address_whatever_the_shop_lets_buyers_have(
    app: Flask, desk: Desk, rest: str, kind: str
) -> None:
    app.config["WAIT_FOR_PDF"] = 0
    desk.shop.delivery_notes_allowed = False
    order = desk.order()
    desk.cast.shipment(order)
    waiting = desk.html(order, rest)
    assert "書類を作っています" in waiting
    desk.session.rollback()
    paper = desk.session.scalars(select(Rendition)).one()
    assert paper.kind == kind
    assert "梅田1-2-3 メゾン桜 405" in str(paper.document)
    desk.session.commit()
    with app.app_context():
        jobs.papers.render(str(paper.id))
    answer = desk.client.get(desk.path(order, rest), buffered=True)
    assert answer.data.startswith(b"%PDF")
    assert f"{kind}.viewed" in desk.actions()


# --- none, one, many, strange ----------------------------------------------------------------------------------------
def test_an_order_of_sixty_lines_without_a_single_fact_about_its_buyer_can_be_read(desk: Desk) -> None:
    nobody = dict.fromkeys(("buyer_kana", "phone", "email", "email_key", "postcode", "prefecture", "address"), "")
    lines = [
        {"name": f"お茶{number:02}", "quantity": 1, "unit_price": 10, "amount": 10, "tax_rate": None}
        for number in range(1, 61)
    ]
    order = desk.order(lines=lines, payment_method="", payment_state="unknown", buyer_name="", **nobody)
    page = desk.page(order)
    for words in ("お茶60", "（お名前の記載なし）", "（記載なし）", "まだ決まっていない", "入金の記載なし", "不明"):
        assert words in page
    assert "リンクをメールで送る" not in page, "there is no address to send it to"
    assert "荷物はまだありません。" in page


@pytest.mark.parametrize(
    "status", ["cancelled", "returned", "return_pending", "on_hold", "picking", "partially_shipped"]
)
def test_every_state_has_its_page(desk: Desk, status: str) -> None:
    order = desk.order(status=status, cancelled_at=datetime(2026, 11, 20, tzinfo=UTC), returned_at=None)
    assert desk.page(order)


def test_a_receipt_that_stands_after_a_return_is_pointed_out(app: Flask, desk: Desk) -> None:
    order = desk.order()
    desk.cast.shipment(order)
    desk.session.commit()
    hanako = app.test_client()
    sign_in_as_buyer(hanako, desk.shop, order)
    texts = {"addressee": "山田花子", "honorific": "様", "proviso": "お茶代として", "language": "ja"}
    assert submit(hanako, f"/sakura/orders/{order.id}/receipt", texts).status_code == 303
    assert "有効な領収書があります" not in desk.page(order)
    assert "有効な領収書があります" in desk.page(order, "/return")
    order.status = OrderStatus.RETURNED
    page = desk.page(order)
    assert "有効な領収書があります" in page
    assert "00000001" in page
