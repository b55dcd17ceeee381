"""The page of one receipt: void it, grant another download, print it on paper, tell the buyer, 返還インボイス."""

from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import jobs
from portal.models import AuditEntry, Order, OutboxMail, Receipt, Rendition, ReturnInvoice, Shop
from portal.values.roles import Role
from tests.admin.receipts.sheet import Desk, fields_of, receipts
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.conftest import Clock


@pytest.fixture
def order(session: Session, cast: Cast, shop: Shop) -> Order:
    """Return an order of ¥110,000 by bank transfer, whose printed receipt needs a stamp."""
    lines = [
        {"name": "茶箱", "quantity": 1, "unit_price": 55000, "amount": 55000, "tax_rate": 10},
        {"name": "玉露", "quantity": 50, "unit_price": 1100, "amount": 55000, "tax_rate": 8},
    ]
    order = cast.order(shop, lines=lines, payment_method="銀行振込")
    cast.shipment(order)
    session.commit()
    return order


@pytest.fixture
def receipt(suzuki: FlaskClient, order: Order, session: Session) -> Receipt:
    """Return a receipt of the whole order, issued by staff."""
    assert Desk(suzuki, order).issue().status_code == 303
    return receipts(session)[0]


def page(receipt: Receipt, rest: str = "", slug: str = "sakura") -> str:
    return f"/admin/shops/{slug}/receipts/{receipt.id}{rest}"


def press(client: FlaskClient, order: Order, path: str, **fields: str) -> TestResponse:
    token = fields_of(Desk(client, order).text)["csrf_token"]
    return client.post(path, data=fields | {"csrf_token": token})


def actions(session: Session, receipt: Receipt) -> list[str]:
    session.rollback()
    entries = select(AuditEntry.action).where(AuditEntry.subject_id == receipt.id)
    return list(session.scalars(entries.order_by(AuditEntry.at, AuditEntry.id)))


def render(app: Flask, session: Session) -> None:
    session.rollback()
    waiting = session.scalars(select(Rendition.id).where(Rendition.stored_at.is_(None))).all()
    session.rollback()
    with app.app_context():
        for rendition_id in waiting:
            jobs.papers.render(str(rendition_id))


def test_the_page_tells_everything_about_it_and_looking_leaves_a_trace(
    suzuki: FlaskClient, receipt: Receipt, session: Session
) -> None:
    text = suzuki.get(page(receipt)).text
    for words in ("No. 00000001", "有効", "山田 花子", "¥110,000", "￥110,000-", "領収書を発行した", "鈴木 一郎"):
        assert words in text
    assert actions(session, receipt).count("receipt.viewed") == 1


def test_void_needs_a_reason_and_stands_on_the_page(
    suzuki: FlaskClient, order: Order, receipt: Receipt, session: Session
) -> None:
    assert press(suzuki, order, page(receipt, "/void"), reason="  ").status_code == 422
    assert receipts(session)[0].voided_at is None
    for _ in range(2):
        assert press(suzuki, order, page(receipt, "/void"), reason="金額の誤り").status_code == 303
    text = suzuki.get(page(receipt)).text
    assert "取消済み" in text
    assert "金額の誤り" in text
    assert "差し替える" not in text
    assert actions(session, receipt).count("receipt.voided") == 1


def test_what_is_void_is_not_printed(suzuki: FlaskClient, order: Order, receipt: Receipt, session: Session) -> None:
    press(suzuki, order, page(receipt, "/void"), reason="金額の誤り")
    assert press(suzuki, order, page(receipt, "/print")).location.endswith(page(receipt))
    assert suzuki.get(page(receipt, "/print")).status_code == 303
    assert "receipt.printed" not in actions(session, receipt)


def test_on_paper_there_is_room_for_the_stamp_and_the_buyers_file_has_none(
    app: Flask, suzuki: FlaskClient, order: Order, receipt: Receipt, session: Session
) -> None:
    assert "収入印紙 ¥200" in suzuki.get(page(receipt)).text
    early = suzuki.get(page(receipt, "/print"))
    assert early.location.endswith(page(receipt)), "nobody asked for it yet"
    assert "「紙に印刷」をもう一度押してください" in suzuki.get(early.location).text
    answer = press(suzuki, order, page(receipt, "/print"))
    assert "作っています" in suzuki.get(answer.location).text
    render(app, session)
    printed, file = suzuki.get(answer.location).data, suzuki.get(page(receipt, "/file")).data
    assert printed.startswith(b"%PDF-")
    assert printed != file
    kinds = session.scalars(select(Rendition.kind).order_by(Rendition.kind)).all()
    assert kinds == ["printed_receipt", "receipt"]
    assert "receipt.printed" in actions(session, receipt)


def test_without_duty_the_paper_is_the_very_file(
    app: Flask, suzuki: FlaskClient, cast: Cast, shop: Shop, session: Session
) -> None:
    small = cast.order(shop, code="A-2", payment_method="銀行振込")
    session.commit()
    Desk(suzuki, small).issue()
    render(app, session)
    (receipt,) = receipts(session)
    answer = press(suzuki, small, page(receipt, "/print"))
    assert suzuki.get(answer.location).data == suzuki.get(page(receipt, "/file")).data
    assert "receipt.printed" in actions(session, receipt)


def test_another_download_is_granted_once_however_often_the_button_is_pressed(
    suzuki: FlaskClient, order: Order, receipt: Receipt, session: Session
) -> None:
    for _ in range(2):
        press(suzuki, order, page(receipt, "/grant"), seen="0")
    assert receipts(session)[0].extra_downloads == 1
    press(suzuki, order, page(receipt, "/grant"), seen="1")
    assert receipts(session)[0].extra_downloads == 2
    assert actions(session, receipt).count("receipt.granted") == 2


def test_a_shop_without_limits_has_nothing_to_grant(
    suzuki: FlaskClient, shop: Shop, receipt: Receipt, session: Session
) -> None:
    assert "もう一度受け取れるようにする" in suzuki.get(page(receipt)).text
    session.rollback()
    session.get_one(Shop, shop.id).receipt_policy = "unlimited"
    session.commit()
    assert "もう一度受け取れるようにする" not in suzuki.get(page(receipt)).text


def test_telling_before_everything_has_shipped_waits_for_it(
    suzuki: FlaskClient, cast: Cast, shop: Shop, session: Session
) -> None:
    waiting = cast.order(shop, code="A-2")
    session.commit()
    Desk(suzuki, waiting).issue()
    (receipt,) = receipts(session)
    press(suzuki, waiting, page(receipt, "/tell"))
    assert "すべて出荷されたら" in suzuki.get(page(receipt, "/issued")).text
    assert session.scalars(select(OutboxMail)).all() == []
    assert receipts(session)[0].tell_buyer


def test_what_is_said_after_telling_is_what_was_done(
    suzuki: FlaskClient, order: Order, receipt: Receipt, session: Session
) -> None:
    def said() -> str:
        return suzuki.get(press(suzuki, order, page(receipt, "/tell")).location).text

    assert "お客さまにメールを送ります" in said()
    again = said()
    assert "本日はもうお知らせしてある" in again
    assert "お客さまにメールを送ります" not in again
    session.rollback()
    mended = session.get_one(Order, order.id)
    mended.email = mended.email_key = ""
    session.commit()
    assert "お知らせできません。メールは送りません" in said()
    assert len(session.scalars(select(OutboxMail)).all()) == 1


RETURN = {
    "refunds-0-rate": "8",
    "refunds-0-amount": "5,000",
    "refunds-1-rate": "10",
    "refunds-1-amount": "11000",
    "returned_on": "2026/11/21",
    "content": "茶箱の傷のため値引き",
}


def test_a_return_invoice_states_what_was_paid_back_per_rate_with_its_tax(
    app: Flask, suzuki: FlaskClient, order: Order, receipt: Receipt, session: Session
) -> None:
    fields = RETURN | {"issue_key": str(uuid4())}
    for _ in range(2):
        answer = press(suzuki, order, page(receipt, "/returns"), **fields)
        assert answer.status_code == 303, answer.text
    session.rollback()
    invoice = session.scalars(select(ReturnInvoice)).one()
    said = invoice.snapshot
    assert (said["reference"], said["amount"], said["receipt_number"]) == ("00000001-R1", 16000, "00000001")
    assert [(row["rate"], row["total"], row["tax"]) for row in said["rates"]] == [(8, 5000, 370), (10, 11000, 1000)]
    assert (said["transaction_on"], said["returned_on"]) == ("2026-11-20", "2026-11-21")
    assert said["issuer"]["registration_number"] == "T6000012070001"
    assert said["lines"] == [], "a price was reduced, nothing came back"
    render(app, session)
    path = f"/admin/shops/sakura/return-invoices/{invoice.id}/file"
    assert suzuki.get(path).data.startswith(b"%PDF-")
    assert "00000001-R1" in suzuki.get(page(receipt)).text


def test_only_the_goods_that_came_back_are_named(
    suzuki: FlaskClient, order: Order, receipt: Receipt, session: Session
) -> None:
    sold = receipt.snapshot["lines"]
    assert len(sold) > 1
    fields = RETURN | {"issue_key": str(uuid4()), "goods": "1"}
    assert press(suzuki, order, page(receipt, "/returns"), **fields).status_code == 303
    session.rollback()
    (line,) = session.scalars(select(ReturnInvoice)).one().snapshot["lines"]
    assert (line["name"], line["reduced"], line["amount"]) == (sold[1]["name"], sold[1]["reduced"], None)
    answer = press(suzuki, order, page(receipt, "/returns"), **RETURN, issue_key=str(uuid4()), goods=str(len(sold)))
    assert answer.status_code == 422, "no such goods"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"refunds-0-amount": "", "refunds-1-amount": ""}, "返金額を入力してください"),
        ({"refunds-0-amount": "55001"}, "超えています"),
        ({"returned_on": "2026/11/19"}, "取引日から今日まで"),
        ({"returned_on": "2026/11/22"}, "取引日から今日まで"),
        ({"content": ""}, "入力してください"),
        ({"refunds-0-amount": "たくさん"}, "1円以上の金額"),
        ({"refunds-0-rate": "5"}, "超えています"),
    ],
)
def test_a_return_invoice_that_would_be_wrong_is_refused(
    suzuki: FlaskClient, order: Order, receipt: Receipt, session: Session, changes: dict[str, str], sentence: str
) -> None:
    fields = RETURN | {"issue_key": str(uuid4())} | changes
    answer = press(suzuki, order, page(receipt, "/returns"), **fields)
    assert answer.status_code in {409, 422}
    assert sentence in answer.text
    assert session.scalars(select(ReturnInvoice)).all() == []


def test_a_small_refund_may_have_its_return_invoice_too(
    suzuki: FlaskClient, order: Order, receipt: Receipt, session: Session
) -> None:
    fields = RETURN | {"issue_key": str(uuid4()), "refunds-0-amount": "", "refunds-1-amount": "500"}
    assert press(suzuki, order, page(receipt, "/returns"), **fields).status_code == 303
    session.rollback()
    assert session.scalars(select(ReturnInvoice.amount)).all() == [500]


def test_a_return_invoice_is_mailed_to_the_orders_own_address_once_a_day(
    suzuki: FlaskClient, order: Order, receipt: Receipt, session: Session
) -> None:
    press(suzuki, order, page(receipt, "/returns"), **RETURN, issue_key=str(uuid4()))
    session.rollback()
    invoice = session.scalars(select(ReturnInvoice)).one()
    way, rendition_id = f"/admin/shops/sakura/return-invoices/{invoice.id}/mail", invoice.rendition_id
    number = f"{receipt.number:08d}-R1"
    session.rollback()
    first = press(suzuki, order, way)
    assert "返還インボイスをメールで送りました。" in suzuki.get(first.location).text
    again = press(suzuki, order, way)
    assert "今日はもう送りました。" in suzuki.get(again.location).text
    session.rollback()
    mail = session.scalars(select(OutboxMail).filter_by(message="return_invoice")).one()
    assert (mail.recipient, mail.attachment_id) == ("hanako@example.jp", rendition_id)
    assert number in mail.body_text
    session.rollback()
    void = way.replace("/mail", "/void")
    press(suzuki, order, void, reason="誤り")
    assert press(suzuki, order, way).status_code == 409, "a void paper is not sent"


def test_a_voided_return_invoice_frees_its_amount(
    suzuki: FlaskClient, order: Order, receipt: Receipt, session: Session
) -> None:
    whole = RETURN | {"refunds-0-amount": "55000"}
    press(suzuki, order, page(receipt, "/returns"), **whole, issue_key=str(uuid4()))
    again = press(suzuki, order, page(receipt, "/returns"), **whole, issue_key=str(uuid4()))
    assert again.status_code == 409
    session.rollback()
    invoice = session.scalars(select(ReturnInvoice)).one()
    path = f"/admin/shops/sakura/return-invoices/{invoice.id}/void"
    press(suzuki, order, path, reason="")
    session.refresh(invoice)
    assert invoice.voided_at is None, "a reason is needed"
    session.rollback()
    press(suzuki, order, path, reason="金額の誤り")
    answer = press(suzuki, order, page(receipt, "/returns"), **whole, issue_key=str(uuid4()))
    assert answer.status_code == 303
    session.rollback()
    serials = session.scalars(select(ReturnInvoice.serial).order_by(ReturnInvoice.serial)).all()
    assert serials == [1, 2]


def test_a_receipt_with_a_return_invoice_stands_until_that_is_voided(
    suzuki: FlaskClient, order: Order, receipt: Receipt, session: Session
) -> None:
    desk = Desk(suzuki, order, f"?replaces={receipt.id}")
    press(suzuki, order, page(receipt, "/returns"), **RETURN, issue_key=str(uuid4()))
    refused = press(suzuki, order, page(receipt, "/void"), reason="金額の誤り")
    assert refused.status_code == 409
    assert "先に返還インボイスを取り消してください" in refused.text
    assert 'href="#returns">返還インボイス No. 00000001-R1' in refused.text
    assert "差し替える" not in refused.text
    replacing = desk.issue(void_reason="宛名の誤り")
    assert replacing.status_code == 409
    assert "まだ発行していません" in replacing.text
    assert f'{page(receipt)}#returns">返還インボイス No. 00000001-R1' in replacing.text
    assert [one.voided_at for one in receipts(session)] == [None]
    invoice = session.scalars(select(ReturnInvoice)).one()
    press(suzuki, order, f"/admin/shops/sakura/return-invoices/{invoice.id}/void", reason="金額の誤り")
    assert press(suzuki, order, page(receipt, "/void"), reason="金額の誤り").status_code == 303
    assert receipts(session)[0].voided_at is not None


def test_a_part_without_registration_number_offers_no_return_invoice(
    suzuki: FlaskClient, cast: Cast, shop: Shop, session: Session
) -> None:
    unknown = cast.order(shop, code="A-2")
    unknown.lines[0].tax_rate = None
    session.commit()
    Desk(suzuki, unknown).issue()
    (receipt,) = receipts(session)
    assert "返還インボイス" not in suzuki.get(page(receipt)).text
    answer = press(suzuki, unknown, page(receipt, "/returns"), **RETURN, issue_key=str(uuid4()))
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("rest", "posts", "viewer_may"),
    [
        ("", False, True),
        ("/file", False, True),
        ("/issued", False, True),
        ("/print", False, False),
        ("/print", True, False),
        ("/void", True, False),
        ("/grant", True, False),
        ("/tell", True, False),
        ("/returns", True, False),
    ],
)
def test_a_viewer_looks_an_operator_acts_and_another_shop_sees_nothing(
    app: Flask, cast: Cast, shop: Shop, receipt: Receipt, session: Session, rest: str, posts: bool, viewer_may: bool
) -> None:
    viewer = cast.staff(shop, role=Role.VIEWER, name="高橋 見学", email="takahashi@example.jp")
    sato = cast.staff(cast.shop(slug="momiji", name="もみじ堂"), name="佐藤 次郎", email="sato@example.jp")
    session.commit()
    app.config["WTF_CSRF_ENABLED"] = False

    def status(staff: object, slug: str) -> int:
        client = app.test_client()
        sign_in(client, staff)  # type: ignore[arg-type]
        path = page(receipt, rest, slug)
        return (client.post(path) if posts else client.get(path)).status_code

    assert status(viewer, "sakura") == (200 if viewer_may else 403)
    assert status(sato, "sakura") == 404
    assert status(sato, "momiji") == 404


def test_a_copy_falls_with_its_original_and_is_not_voided_alone(
    suzuki: FlaskClient, order: Order, receipt: Receipt, session: Session, clock: Clock
) -> None:
    copy = Receipt(
        **{
            column.name: getattr(receipt, column.name)
            for column in Receipt.__table__.columns
            if column.name not in ("id", "number", "public_token", "issue_key", "part")
        },
        number=2,
        public_token="copy",
    )
    copy.original_id, copy.copy_number = receipt.id, 1
    session.add(copy)
    session.commit()
    assert "この領収書を取り消す" not in suzuki.get(page(copy)).text
    answer = press(suzuki, order, page(receipt, "/void"), reason="金額の誤り")
    assert answer.status_code == 303, answer.text
    assert [one.voided_at is not None for one in receipts(session)] == [True, True]
    assert "取消済み" in suzuki.get(page(copy)).text
