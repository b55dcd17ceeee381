"""The sheet on which staff lay out receipts, without JavaScript: every button sends the form."""

import re
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import jobs
from portal.models import AuditEntry, Order, OutboxMail, Receipt, Shop
from portal.receipts.drafting import Texts
from portal.receipts.issuing import issue
from portal.values.roles import Role
from tests.admin.receipts.sheet import Desk, fields_of, receipts
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.shipments.shipped import order

__all__ = ["order"]


@pytest.fixture
def manager(app: Flask, session: Session, cast: Cast, shop: Shop, order: Order) -> FlaskClient:
    staff = cast.staff(shop, role=Role.MANAGER, name="田中 店長", email="tanaka@example.jp")
    session.commit()
    client = app.test_client()
    sign_in(client, staff)
    return client


def test_the_sheet_begins_with_the_buyers_name_and_all_that_was_paid(suzuki: FlaskClient, order: Order) -> None:
    desk = Desk(suzuki, order)
    assert desk.fields["parts-0-addressee"] == "山田 花子"
    assert desk.fields["parts-0-amount"] == "3280"
    assert desk.fields["parts-0-transaction_on"] == "2026/11/20"
    assert "発行時に付きます" in desk.text, "the receipt is drawn as it will be"


def test_split_in_three_with_one_blank_addressee_and_issue(suzuki: FlaskClient, order: Order, session: Session) -> None:
    desk = Desk(suzuki, order).press("", equal="3")
    assert [desk.fields[f"parts-{at}-amount"] for at in range(3)] == ["1094", "1093", "1093"]
    desk.press("blank-1")
    assert desk.fields["parts-1-addressee"] == ""
    answer = desk.issue(parts_2_addressee="株式会社アクメ", parts_2_honorific="御中", parts_2_note="11月分")
    assert answer.status_code == 303, answer.text
    page = suzuki.get(answer.location).text
    for words in ("領収書を3通発行しました", "00000001", "00000003", "宛名なし", "株式会社アクメ", "¥1,094"):
        assert words in page
    found = receipts(session)
    assert [(one.addressee, one.amount, one.note) for one in found] == [
        ("山田 花子", 1094, ""),
        ("", 1093, ""),
        ("株式会社アクメ", 1093, "11月分"),
    ]
    assert {one.issued_by for one in found} == {"staff"}


def test_pressed_twice_it_issues_once(suzuki: FlaskClient, order: Order, session: Session) -> None:
    desk = Desk(suzuki, order)
    first, second = desk.issue(), desk.issue()
    assert first.location == second.location
    assert len(receipts(session)) == 1
    assert "すでに発行してありました" in suzuki.get(second.location).text


def test_enter_in_a_field_reckons_again_and_issues_nothing(suzuki: FlaskClient, order: Order, session: Session) -> None:
    desk = Desk(suzuki, order)
    buttons = re.findall(r'<button[^>]*type="submit"[^>]*>', desk.text[desk.text.index('<form id="plan"') :])
    assert 'value=""' in buttons[0], "the first button of a form is the one that Enter presses"
    assert "formaction" not in buttons[0]
    desk.press("", parts_0_amount="1,280")
    assert "残り" in desk.text
    assert "¥2,000" in desk.text
    assert receipts(session) == []


def test_what_is_typed_is_answered_with_sum_rest_and_totals_per_rate(
    suzuki: FlaskClient, order: Order, session: Session
) -> None:
    text = Desk(suzuki, order).press("add").read(parts_0_amount="￥１，２８０", parts_1_amount="1000", show="1")
    assert "<html" not in text
    for words in ("今回（2通）", "¥2,280", "¥1,000", "8%対象", "10%対象"):
        assert words in text
    assert "is-over" not in text
    over = Desk(suzuki, order).read(parts_0_amount="4000")
    assert "is-over" in over
    assert "¥720" in over
    assert "内訳・登録番号なし" in over
    assert receipts(session) == []


def test_a_new_part_is_for_what_is_left(suzuki: FlaskClient, order: Order) -> None:
    desk = Desk(suzuki, order).press("add", parts_0_amount="1280")
    assert desk.fields["parts-1-amount"] == "2000"
    assert desk.fields["parts-1-addressee"] == ""
    desk.press("remove-0")
    assert desk.fields["parts-0-amount"] == "2000"
    assert "parts-1-amount" not in desk.fields


def test_the_last_part_takes_what_the_others_leave(suzuki: FlaskClient, order: Order) -> None:
    desk = Desk(suzuki, order).press("equal", equal="3")
    desk.press("rest", parts_0_amount="1,500")
    amounts = [desk.fields[f"parts-{at}-amount"] for at in range(3)]
    assert amounts[0] in ("1500", "1,500")
    assert sum(int(one.replace(",", "")) for one in amounts) == 3280
    before = desk.fields["parts-2-amount"]
    desk.press("rest", parts_0_amount="9000")
    assert desk.fields["parts-2-amount"] == before, "nothing is left for it"


def test_by_lines_each_part_has_the_exact_rate_of_its_lines(
    suzuki: FlaskClient, order: Order, session: Session
) -> None:
    desk = Desk(suzuki, order).press("lines", assigned_0="2", assigned_1="１")
    assert [desk.fields[f"parts-{at}-amount"] for at in range(2)] == ["2200", "1080"]
    desk.issue()
    pot, tea = receipts(session)
    assert [row["rate"] for row in pot.snapshot["rates"]] == [10]
    assert [(line["name"], line["amount"]) for line in tea.snapshot["lines"]] == [("煎茶 やぶきた 100g", 1080)]


def test_lines_that_an_import_took_away_meanwhile_are_no_trouble(
    suzuki: FlaskClient, order: Order, session: Session
) -> None:
    desk = Desk(suzuki, order).press("lines", assigned_0="1", assigned_1="2")
    order.lines[1:] = []
    order.total = 1080
    session.commit()
    desk.press("lines")
    answer = desk.issue(parts_0_amount="500", parts_1_amount="580")
    assert answer.status_code == 409
    assert "注文の内容が変わりました" in answer.text
    assert receipts(session) == []


def test_lines_follow_their_part_when_another_is_removed(suzuki: FlaskClient, order: Order) -> None:
    desk = Desk(suzuki, order).press("lines", assigned_0="1", assigned_1="2").press("remove-0")
    assert (desk.fields["assigned-0"], desk.fields["assigned-1"]) == ("", "1")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"parts_0_addressee": "花子😀"}, "この文字は印刷できません: 😀"),
        ({"parts_0_note": "あ" * 101}, "長すぎます"),
        ({"parts_0_amount": "0"}, "1円以上の金額"),
        ({"parts_0_amount": "-500"}, "1円以上の金額"),
        ({"parts_0_amount": "二千円"}, "1円以上の金額"),
        ({"parts_0_transaction_on": "きのう"}, "2026/11/20 のように"),
        ({"parts_0_transaction_on": "2062/11/20"}, "年をご確認ください"),
        ({"issue_key": "1"}, "この内容で発行する"),
    ],
)
def test_what_cannot_be_printed_is_refused_beside_its_field(
    suzuki: FlaskClient, order: Order, session: Session, changes: dict[str, str], sentence: str
) -> None:
    answer = Desk(suzuki, order).issue(**changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert receipts(session) == []


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026/11/17", "注文日から今日まで"),
        ("2026/11/22", "注文日から今日まで"),
        ("2026/11/19", "別の日にできるのは管理者だけ"),
    ],
)
def test_the_transaction_date_is_the_ship_date(
    suzuki: FlaskClient, order: Order, session: Session, day: str, sentence: str
) -> None:
    """Ordered on the 18th, shipped on the 20th, today is the 21st."""
    answer = Desk(suzuki, order).issue(parts_0_transaction_on=day)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert receipts(session) == []


def test_a_manager_puts_another_day_with_a_reason_that_is_recorded(
    manager: FlaskClient, order: Order, session: Session
) -> None:
    desk = Desk(manager, order)
    answer = desk.issue(parts_0_transaction_on="2026/11/19")
    assert answer.status_code == 422
    assert "取引日を出荷日から変える理由を入力してください。" in answer.text
    assert 'name="day_reason"' in answer.text
    assert desk.issue(parts_0_transaction_on="2026/11/19", day_reason="店頭でお渡ししたため").status_code == 303
    (receipt,) = receipts(session)
    assert receipt.transaction_on == date(2026, 11, 19)
    page = manager.get(f"/admin/shops/sakura/receipts/{receipt.id}").text
    assert "領収書の取引日を出荷日から変えた" in page
    assert "店頭でお渡ししたため" in page


@pytest.mark.parametrize("do", ["add", "equal", "lines", "blank-0", "remove-0", ""])
def test_a_sheet_sent_without_a_part_has_an_empty_one(suzuki: FlaskClient, order: Order, do: str) -> None:
    desk = Desk(suzuki, order)
    desk.fields = {name: text for name, text in desk.fields.items() if not name.startswith("parts-")}
    assert "parts-0-amount" in desk.press(do).fields


def test_too_many_parts_are_refused_in_words(suzuki: FlaskClient, order: Order) -> None:
    assert "1から50までの数" in Desk(suzuki, order).press("equal", equal="51").text
    assert "1から50までの数" in Desk(suzuki, order).press("equal", equal="三").text


def test_fifty_parts_with_long_names_go_through(suzuki: FlaskClient, order: Order, session: Session) -> None:
    desk = Desk(suzuki, order).press("equal", equal="50")
    names = {f"parts_{at}_addressee": f"{'株式会社' * 24}{at:02}" for at in range(50)}
    notes = {f"parts_{at}_note": "備" * 100 for at in range(50)}
    answer = desk.issue(**names, **notes)
    assert answer.status_code == 303, answer.text
    assert [one.amount for one in receipts(session)] == [66] * 30 + [65] * 20


def test_the_buyers_own_receipt_falls_only_when_it_is_ticked(
    suzuki: FlaskClient, shop: Shop, order: Order, session: Session, clock: Clock
) -> None:
    desk = Desk(suzuki, order)
    texts = Texts("山田 花子", "様", "お茶代として", "ja")
    own = issue(session, shop=shop, order=order, texts=texts, verify_url=str, actor="buyer:1", now=clock())
    assert isinstance(own, Receipt)
    session.commit()
    warning = "お客さまがすでに領収書（No. 00000001、¥3,280）を発行しています"
    assert warning in Desk(suzuki, order).text, "before anything is issued"
    refused = desk.issue(parts_0_addressee="株式会社アクメ")
    assert refused.status_code == 409
    assert "お客さまがすでに領収書を発行しています" in refused.text
    kept = fields_of(refused.text)
    assert kept["parts-0-addressee"] == "株式会社アクメ", "the form is kept"
    assert len(receipts(session)) == 1
    answer = suzuki.post(desk.base, data=kept | {"buyers_own": str(own.id)})
    assert answer.status_code == 303, answer.text
    first, second = receipts(session)
    assert (first.voided_at is not None, second.addressee) == (True, "株式会社アクメ")


def test_over_what_was_received_nobody_issues_and_is_told_what_to_enter_first(
    manager: FlaskClient, order: Order, session: Session
) -> None:
    refused = Desk(manager, order).issue(parts_0_amount="5000")
    assert refused.status_code == 409
    assert "受け取った金額を超えています" in refused.text
    assert f"/orders/{order.id}/payments/new" in refused.text
    assert receipts(session) == []


def test_staff_are_warned_before_they_issue(suzuki: FlaskClient, cast: Cast, shop: Shop, session: Session) -> None:
    cod = cast.order(shop, code="A-2", payment_method="代金引換", payment_state="unpaid")
    session.commit()
    text = Desk(suzuki, cod).text
    for words in ("すべて出荷されてから表示されます", "代金引換の注文です", "まだ入金が確認できていない"):
        assert words in text


def test_the_replacement_begins_with_what_the_old_one_said(suzuki: FlaskClient, order: Order, session: Session) -> None:
    Desk(suzuki, order).issue(parts_0_addressee="株式会社アクネ", parts_0_note="11月分")
    (wrong,) = receipts(session)
    desk = Desk(suzuki, order, f"?replaces={wrong.id}")
    assert (desk.fields["parts-0-addressee"], desk.fields["parts-0-note"]) == ("株式会社アクネ", "11月分")
    missing = desk.issue(parts_0_addressee="株式会社アクメ")
    assert missing.status_code == 422, "a reason is needed"
    assert desk.issue(parts_0_addressee="株式会社アクメ", void_reason="宛名の誤り").status_code == 303
    wrong, right = receipts(session)
    assert (wrong.void_reason, right.replaces_id) == ("宛名の誤り", wrong.id)


def test_a_receipt_of_another_order_is_not_there_to_be_replaced(
    suzuki: FlaskClient, cast: Cast, shop: Shop, order: Order, session: Session
) -> None:
    other = cast.order(shop, code="A-2")
    session.commit()
    Desk(suzuki, other).issue()
    (theirs,) = receipts(session)
    path = f"/admin/shops/sakura/orders/{order.id}/receipts/new"
    assert suzuki.get(f"{path}?replaces={theirs.id}").status_code == 404
    assert suzuki.get(f"{path}?replaces=x").status_code == 404


def test_the_buyer_is_told_at_once_when_everything_has_shipped(
    suzuki: FlaskClient, order: Order, session: Session
) -> None:
    answer = Desk(suzuki, order).press("equal", equal="2").issue(tell="y")
    session.rollback()
    mail = session.scalars(select(OutboxMail).where(OutboxMail.message == "receipts_ready")).one()
    assert mail.recipient == "hanako@example.jp"
    assert "00000001、00000002" in mail.body_text
    assert "/sakura/o/" in mail.body_text
    issued = answer.location.rpartition("/")[0]
    token = fields_of(Desk(suzuki, order).text)["csrf_token"]
    suzuki.post(f"{issued}/tell", data={"csrf_token": token})
    session.rollback()
    assert len(session.scalars(select(OutboxMail)).all()) == 1, "one a day"


def test_the_pdf_is_made_by_the_worker_and_opened_by_staff_without_using_up_the_buyers_download(
    app: Flask, suzuki: FlaskClient, order: Order, session: Session
) -> None:
    issued = Desk(suzuki, order).issue().location
    assert "作っています" in suzuki.get(issued).text
    (receipt,) = receipts(session)
    with app.app_context():
        jobs.papers.render(str(receipt.rendition_id))
    assert "開く" in suzuki.get(issued).text
    answer = suzuki.get(f"/admin/shops/sakura/receipts/{receipt.id}/file")
    assert answer.data.startswith(b"%PDF-")
    (receipt,) = receipts(session)
    assert receipt.reopened_at is None
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == receipt.id)).all()
    assert "receipt.opened" in actions


@pytest.mark.parametrize("way", ["new", "new?post", "reading", ""])
def test_the_sheet_is_for_operators_of_this_shop(
    app: Flask, cast: Cast, shop: Shop, order: Order, session: Session, way: str
) -> None:
    viewer = cast.staff(shop, role=Role.VIEWER)
    sato = cast.staff(cast.shop(slug="momiji", name="もみじ堂"), name="佐藤 次郎", email="sato@example.jp")
    session.commit()

    def status(staff: object, slug: str) -> int:
        client = app.test_client()
        sign_in(client, staff)  # type: ignore[arg-type]
        path = f"/admin/shops/{slug}/orders/{order.id}/receipts"
        app.config["WTF_CSRF_ENABLED"] = False
        if way == "new":
            return client.get(f"{path}/new").status_code
        return client.post(f"{path}/{way.removesuffix('?post')}".rstrip("/"), data={}).status_code

    assert status(viewer, "sakura") == 403
    assert status(sato, "sakura") == 404
    assert status(sato, "momiji") == 404, "an order of another shop"


def test_an_order_that_is_not_there_is_404(suzuki: FlaskClient) -> None:
    assert suzuki.get(f"/admin/shops/sakura/orders/{UUID(int=0)}/receipts/new").status_code == 404
