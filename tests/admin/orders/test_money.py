"""Payments and refunds that staff enter by hand, and what the buyer's receipt becomes of them."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import MoneyMovement, Order, Receipt
from portal.receipts.documents import ReceiptDocument
from portal.values.roles import Role
from tests.admin.orders.desk import Desk, said, send
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import order as row_of
from tests.importing.files import table, take_in, the_order
from tests.mypage.signing_in import sign_in, submit
from tests.page_text import text_of

TEXTS = {"addressee": "山田 花子", "honorific": "様", "proviso": "お品代として", "language": "ja"}


def payment(amount: str, **changes: str) -> dict[str, str]:
    return {"amount": amount, "moved_on": "2026/11/20", "means": "銀行振込", "entry_key": str(uuid4())} | changes


def refund(**changes: str) -> dict[str, str]:
    day = {"moved_on": "2026/11/20", "entry_key": str(uuid4())}
    return day | {"means": "銀行振込", "goods": "急須", "reason": "欠けていた"} | changes


def fresh(desk: Desk, order: Order) -> Order:
    desk.session.rollback()
    desk.session.refresh(order)
    return order


def take_back(desk: Desk, order: Order, row_id: object) -> int:
    desk.session.refresh(order)
    seen = {"version": str(order.version), "seen_at": ""}
    path = f"/admin/shops/{desk.shop.slug}/money/{row_id}/withdrawal"
    desk.session.commit()
    return submit(desk.client, path, seen, form_on="/admin/account").status_code


def live(desk: Desk) -> list[tuple[str, int]]:
    desk.session.rollback()
    query = select(MoneyMovement).order_by(MoneyMovement.id).execution_options(populate_existing=True)
    rows = desk.session.scalars(query)
    return [(row.kind, row.amount) for row in rows if row.withdrawn_at is None]


@pytest.fixture
def hanako(app: Flask) -> FlaskClient:
    app.config["WAIT_FOR_PDF"] = 0
    return app.test_client()


# --- payments --------------------------------------------------------------------------------------------------------
def test_the_state_follows_what_came_in_and_a_mistake_is_taken_back(desk: Desk) -> None:
    order = desk.order(payment_method="銀行振込", payment_state="unpaid")
    half = payment("１，６４０円")
    for _ in range(2):
        answer = send(desk, order, "/payments", half)
        assert answer.status_code == 303
    assert said(desk, order) == ["入金を記録しました。"]
    assert (live(desk), fresh(desk, order).payment_state) == ([("payment", 1640)], "part_paid")
    send(desk, order, "/payments", payment("1640", moved_on="2026/11/21"))
    assert (live(desk), fresh(desk, order).payment_state) == ([("payment", 1640)] * 2, "paid")
    page = desk.page(order)
    assert "11月20日(金) 入金 ¥1,640" in page
    last = re.findall(r"/money/([0-9a-f-]{36})/withdrawal", desk.html(order))[-1]
    for _ in range(2):
        take_back(desk, order, last)
        assert said(desk, order) == ["記録を取り消しました。"]
    assert (live(desk), fresh(desk, order).payment_state) == ([("payment", 1640)], "part_paid")
    assert "取消済み" in desk.page(order)
    assert desk.actions().count("order.money_entered") == 2
    first = re.findall(r"/money/([0-9a-f-]{36})/withdrawal", desk.html(order))[0]
    take_back(desk, order, first)
    assert fresh(desk, order).payment_state == "unpaid", "as the file had said"


def test_a_later_file_is_weighed_with_what_came_in(session: Session, desk: Desk, clock: Clock) -> None:
    unpaid = {"支払方法": "銀行振込", "入金ステータス": "未入金"}
    take_in(session, desk.shop, table(row_of(**unpaid)), clock())
    order = the_order(session)
    send(desk, order, "/payments", payment(str(order.total)))
    assert fresh(desk, order).payment_state == "paid"
    take_in(session, desk.shop, table(row_of(備考="置き配で", **unpaid)), clock())
    assert fresh(desk, order).payment_state == "paid", "the file knows nothing of the transfer"
    take_in(session, desk.shop, table(row_of(**unpaid | {"入金ステータス": "チャージバック"})), clock())
    assert fresh(desk, order).payment_state == "disputed"


# --- refunds ---------------------------------------------------------------------------------------------------------
def test_a_refund_before_the_buyers_receipt_is_taken_off_it(desk: Desk, hanako: FlaskClient) -> None:
    """¥1,080 at 8% and ¥2,200 at 10%; ¥700 of the teapot go back: 1,080 and 1,500, tax 80 and 136, ¥2,580."""
    order = desk.order()
    desk.cast.shipment(order)
    assert send(desk, order, "/refunds", refund(rate_8="", rate_10="700")).status_code == 303
    page = desk.page(order)
    assert "返金額 ¥700 領収書にできる金額 ¥2,580" in page
    assert "ご注文の金額 ¥2,580 のうち、発行済み ¥0" in page
    sign_in(hanako, desk.shop, order, by_link=True)
    assert submit(hanako, f"/sakura/orders/{order.id}/receipt", TEXTS).status_code == 303
    receipt = desk.session.scalars(select(Receipt)).one()
    paper = ReceiptDocument.from_dict(receipt.snapshot)
    assert (receipt.amount, paper.amount) == (2580, 2580)
    assert [(row.rate, row.total, row.tax) for row in paper.rates] == [(8, 1080, 80), (10, 1500, 136)]
    assert [(line.name, line.amount) for line in paper.lines][-1] == ("ご返金", -700)
    assert sum(line.amount or 0 for line in paper.lines) == 2580
    assert paper.issuer.registration_number == desk.shop.registration_number != ""


def test_staff_split_what_is_left(desk: Desk) -> None:
    order = desk.order()
    desk.cast.shipment(order)
    send(desk, order, "/refunds", refund(rate_8="1080", rate_10=""))
    form = text_of(desk.client.get(desk.path(order, "/receipts/new")).text)
    assert "¥2,200" in form
    assert "¥3,280" not in form


def test_all_given_back_leaves_nothing_to_receipt(desk: Desk, hanako: FlaskClient) -> None:
    order = desk.order()
    desk.cast.shipment(order)
    send(desk, order, "/refunds", refund(rate_8="1080", rate_10="2200"))
    sign_in(hanako, desk.shop, order)
    shown = hanako.get(f"/sakura/orders/{order.id}").text
    assert "全額を返金したご注文のため、領収書はありません。" in shown
    assert "領収書を発行する" not in shown
    assert "返金を記録する" not in desk.page(order)


def test_of_one_rate_only_the_amount_is_asked(desk: Desk) -> None:
    tea = {"name": "煎茶", "quantity": 1, "unit_price": 1080, "amount": 1080, "tax_rate": 8}
    order = desk.order(lines=[tea])
    assert 'name="rate_8"' not in desk.html(order, "/refunds/new")
    send(desk, order, "/refunds", refund(amount="80"))
    assert (fresh(desk, order).refunded, order.refunded_rates) == (80, {"8": 80})


def test_of_unknown_rates_the_buyer_is_sent_to_the_shop(desk: Desk, hanako: FlaskClient) -> None:
    odd = {"name": "煎茶", "quantity": 1, "unit_price": 1080, "amount": 1080, "tax_rate": None}
    order = desk.order(lines=[odd])
    desk.cast.shipment(order)
    send(desk, order, "/refunds", refund(amount="80"))
    assert (fresh(desk, order).refunded, order.refunded_rates) == (80, {})
    sign_in(hanako, desk.shop, order)
    assert "領収書を発行する" not in hanako.get(f"/sakura/orders/{order.id}").text


def test_what_the_file_had_said_is_explained_by_hand_and_counts_once(
    session: Session, desk: Desk, clock: Clock
) -> None:
    take_in(session, desk.shop, table(row_of(返金額="500")), clock())
    order = the_order(session)
    assert live(desk) == [("refund", 500)]
    assert "税率ごとの返金額が分からないので" in desk.page(order)
    row = desk.session.scalars(select(MoneyMovement)).one()
    take_back(desk, order, row.id)
    assert said(desk, order) == ["記録を取り消しました。"]
    send(desk, order, "/refunds", refund(amount="500", moved_on=f"{clock():%Y/%m/%d}"))
    assert (live(desk), fresh(desk, order).refunded) == ([("refund", 500)], 500)
    take_in(session, desk.shop, table(row_of(返金額="500", 備考="置き配で")), clock())
    assert live(desk) == [("refund", 500)], "the same refund"
    take_in(session, desk.shop, table(row_of(返金額="700")), clock())
    assert live(desk) == [("refund", 500), ("refund", 200)]
    assert (fresh(desk, order).refunded, order.refunded_rates) == (700, {})


def test_what_came_in_twice_is_given_back(desk: Desk, hanako: FlaskClient) -> None:
    """¥3,280 came in twice; after the second is given back the buyer's receipt is the order's."""
    order = desk.order(payment_method="銀行振込", payment_state="unpaid")
    desk.cast.shipment(order)
    for _ in range(2):
        send(desk, order, "/payments", payment("3280"))
    assert (fresh(desk, order).payment_state, order.received) == ("paid", 6560)
    assert send(desk, order, "/refunds", refund(rate_8="1080", rate_10="2200")).status_code == 303
    assert "領収書にできる金額 ¥3,280" in desk.page(order)
    sign_in(hanako, desk.shop, order, by_link=True)
    assert submit(hanako, f"/sakura/orders/{order.id}/receipt", TEXTS).status_code == 303
    paper = ReceiptDocument.from_dict(desk.session.scalars(select(Receipt)).one().snapshot)
    assert (paper.amount, [row.total for row in paper.rates]) == (3280, [1080, 2200])
    assert "ご返金" not in [line.name for line in paper.lines]
    send(desk, order, "/refunds", refund(rate_8="", rate_10="3281"))
    assert live(desk)[-1] == ("refund", 3280), "not more than came in"


# --- what is refused -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rest", "fields", "words"),
    [
        ("/payments", payment("0"), "1円以上の金額"),
        ("/payments", payment("百円"), "1円以上の金額"),
        ("/payments", payment("100", moved_on="2026/11/17"), "注文の日から今日までの日"),
        ("/payments", payment("100", moved_on="2026/11/22"), "注文の日から今日までの日"),
        ("/payments", payment("100", moved_on="きのう"), "2026/11/20 のように"),
        ("/refunds", refund(rate_8="1081", rate_10="2200"), "ご注文の金額（返金済みを除く）を超えています"),
        ("/refunds", refund(rate_8="", rate_10=""), "どれか1つ"),
        ("/refunds", refund(rate_8="80", reason=" "), "返金の理由を入力"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_entered(
    desk: Desk, rest: str, fields: dict[str, str], words: str
) -> None:
    order = desk.order(payment_state="unpaid")
    answer = send(desk, order, rest, fields)
    assert (answer.status_code, live(desk)) == (422, [])
    assert words in answer.text
    assert 'value="銀行振込"' in answer.text


def test_two_at_the_desk_do_not_enter_the_same_transfer_twice(desk: Desk) -> None:
    order = desk.order(payment_state="unpaid")
    seen = order.version
    send(desk, order, "/payments", payment("3280"), version=seen)
    answer = send(desk, order, "/payments", payment("3280"), version=seen)
    assert answer.status_code == 409
    assert "この画面を開いたあとに注文が変わった" in answer.text
    assert live(desk) == [("payment", 3280)]


def test_a_row_of_another_shop_is_not_found(desk: Desk) -> None:
    order = desk.order()
    send(desk, order, "/payments", payment("100"))
    row = desk.session.scalars(select(MoneyMovement)).one()
    momiji = desk.cast.shop(slug="momiji", name="もみじ堂")
    other = desk.cast.order(momiji)
    row.shop_id, row.order_id = momiji.id, other.id
    assert take_back(desk, order, row.id) == 404
    assert live(desk) == [("payment", 100)]


def test_viewers_enter_nothing(client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast, role=Role.VIEWER)
    order = desk.order()
    assert send(desk, order, "/payments", payment("100")).status_code == 403
    assert "入金を記録する" not in desk.page(order)
