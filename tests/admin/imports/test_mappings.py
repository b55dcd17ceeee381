"""対応表: columns of a file assigned to our fields, saved as the shop's own."""

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import AuditEntry, Order, ShopMapping
from portal.values.roles import Role
from tests import importing
from tests.admin.imports.desk import IMPORTS, Desk
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.importing.files import table
from tests.mypage.signing_in import csrf_token

ROW = {
    "番号": "X-1",
    "日": "2026/11/18 12:34",
    "姓": "山田",
    "名": "花子",
    "電話": "",
    "携帯": "090-1234-5678",
    "進み": "新規",
    "品": "煎茶",
    "数": "2",
    "値段": "1000",
    "包装": "100",
    "熨斗": "50",
}
CHOICES = {
    "name": "自社カート",
    "code-0": "番号",
    "ordered_at-0": "日",
    "buyer_name-0": "姓",
    "buyer_name-1": "名",
    "phone-0": "電話",
    "phone-otherwise": "携帯",
    "name-0": "品",
    "quantity-0": "数",
    "unit_price-0": "値段",
    "other_fee-0": "包装",
    "other_fee-1": "熨斗",
    "payment_method-fixed": "クレジットカード",
    "tax_rate-fixed": "8",
    "tax_basis-fixed": "excluded",
}


@pytest.fixture
def desk(client: FlaskClient, cast: Cast, session: Session) -> Desk:
    shop = cast.shop()
    manager = cast.staff(shop, role=Role.MANAGER)
    session.commit()
    sign_in(client, manager)
    return Desk(client, session, shop)


def save(desk: Desk, page: str, **changes: str) -> TestResponse:
    """Send the mapping's form as the browser would, with `changes` to what stands in it."""
    path = f"{page}/mapping"
    fields = fields_of(desk.client.get(path).text) | changes
    return desk.client.post(path, data=fields | {"csrf_token": csrf_token(desk.client, path)})


def fields_of(page: str) -> dict[str, str]:
    form = page[page.index('action="' + re.search(r'action="([^"]*/mapping)"', page)[1]) :]  # type: ignore[index]
    inputs = re.findall(r"<input[^>]*>", form)
    found = {}
    for tag in inputs:
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            found[name[1]] = unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_a_file_nobody_knows_is_set_against_our_fields_and_comes_in(desk: Desk) -> None:
    page = desk.uploaded(table(ROW, ROW | {"品": "急須", "値段": "2000"}, encoding="cp932"))
    assert "どのシステムのファイルか分かりませんでした" in desk.client.get(page).text
    answer = save(desk, page, **CHOICES)
    assert answer.status_code == 303, answer.text
    shown = desk.client.get(page).text
    for said in ("対応表「自社カート」を保存しました", "山田 花子", "090-1234-5678", "煎茶 × 2"):
        assert said in shown
    desk.post(page, "trial")
    desk.work()
    desk.apply(page)
    desk.work()
    assert (desk.run().state, desk.run().created, desk.run().refused) == ("done", 1, 0)
    saved = desk.session.scalars(select(Order)).one()
    assert (saved.code, saved.buyer_name, saved.phone) == ("X-1", "山田 花子", "090-1234-5678")
    # The file has 6,000 without tax, at 8%; wrapping and 熨斗 are added up.
    assert (sum(line.amount for line in saved.lines), saved.other_fee) == (6480, 150)
    assert (saved.payment_method, [line.tax_rate for line in saved.lines]) == ("クレジットカード", [8, 8])


def test_the_next_file_with_these_columns_is_recognised(desk: Desk) -> None:
    save(desk, desk.uploaded(table(ROW)), **CHOICES)
    own = desk.session.scalars(select(ShopMapping)).one()
    page = desk.uploaded(table(ROW | {"番号": "X-2"}))
    assert desk.run().mapping_id == own.id
    assert "山田 花子" in desk.client.get(page).text
    assert "自社カート" in desk.client.get(IMPORTS).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code-0": ""}, "必ず要る項目です"),
        ({"phone-0": "電話番号"}, "「電話番号」という列はこのファイルにありません"),
        ({"buyer_name-1": "姓"}, "同じ列が2回"),
        ({"recipient_name-0": "姓"}, "「購入者名」でも使っています"),
        ({"phone-0": ""}, "先に、通常読む列を"),
        ({"quantity-0": ""}, "商品名・数量・単価"),
        ({"unit_price-0": ""}, "商品名・数量・単価"),
        ({"tax_rate-fixed": "たくさん"}, "値として読めません"),
        ({"code-0": "二重"}, "ファイルに2つあり"),
        ({"name": " "}, "名前を入れてください"),
        ({"name": "あ" * 41}, "40文字まで"),
    ],
)
def test_what_contradicts_itself_is_said_beside_the_field_and_not_kept(
    desk: Desk, changes: dict[str, str], said: str
) -> None:
    content = table(ROW).decode().replace("\r\n", ",二重,二重\r\n", 1).encode()
    page = desk.uploaded(content)
    answer = save(desk, page, **CHOICES | changes)
    assert answer.status_code == 422
    assert said in answer.text
    # The typed text is kept.
    assert 'value="携帯"' in answer.text
    assert desk.session.scalars(select(ShopMapping)).all() == []


def test_words_of_the_file_get_a_meaning(desk: Desk) -> None:
    page = desk.uploaded(table(ROW, ROW | {"番号": "X-2", "進み": "お取り消し"}))
    save(desk, page, **CHOICES, **{"status-0": "進み"})
    form = desk.client.get(f"{page}/mapping").text
    assert "「状態」の言葉の意味" in form
    at = {word: name for name, word in re.findall(r'name="(word-status-\d+)" aria-label="「(.*?)」', form)}
    assert {"新規", "お取り消し"} <= at.keys()
    save(desk, page, **{at["お取り消し"]: "cancelled"})
    desk.post(page, "trial")
    desk.work()
    desk.apply(page)
    desk.work()
    states = dict(desk.session.execute(select(Order.code, Order.status)).all())
    assert states == {"X-1": "awaiting_shipment", "X-2": "cancelled"}


def test_a_preset_is_the_beginning_and_keeps_what_the_form_does_not_show(desk: Desk) -> None:
    row = {"注文番号": "R-1", "注文日時": "2026-11-18 12:34:56", "注文者姓": "山田", "注文者名": "花子"}
    row |= {"商品名": "煎茶", "個数": "1", "単価": "1080", "税込別": "1", "送料合計": "-9999", "店の送料": "660"}
    page = desk.uploaded(table(row))
    assert desk.run().mapping == "rakuten"
    save(desk, page, name="楽天 本店", **{"shipping_fee-0": "店の送料"})
    desk.session.rollback()
    own = desk.session.scalars(select(ShopMapping)).one()
    assert own.based_on == "rakuten"
    # What the form does not show comes from the preset: other columns for a field, and amounts that stand for none.
    assert own.data["fields"]["ordered_at"] == [["注文日時"], ["注文日", "注文時間"]]
    assert own.data["blanks"] == ["-9999", "-99999"]
    assert own.data["own_code"] is True
    assert own.data["fields"]["phone"] == [["注文者電話番号1", "注文者電話番号2", "注文者電話番号3"]]
    assert own.data["fields"]["shipping_fee"] == [["店の送料"]]


def test_a_change_counts_versions_and_an_older_form_overwrites_nothing(desk: Desk) -> None:
    page = desk.uploaded(table(ROW))
    save(desk, page, **CHOICES)
    path = f"{page}/mapping"
    stale = fields_of(desk.client.get(path).text)
    assert save(desk, page, **{"email-0": "携帯", "phone-otherwise": ""}).status_code == 303
    token = csrf_token(desk.client, path)
    answer = desk.client.post(path, data=stale | {"csrf_token": token, "email-0": "名", "buyer_name-1": ""})
    assert answer.status_code == 303
    assert "ほかの人が対応表か取り込みを変えました" in desk.client.get(answer.location).text
    desk.session.rollback()
    own = desk.session.scalars(select(ShopMapping)).one()
    assert own.version == 2
    assert own.data["fields"]["email"][0] == ["携帯"]
    # The form shows the newest mapping, even if the file was uploaded before the change.
    assert fields_of(desk.client.get(path).text)["email-0"] == "携帯"
    actions = desk.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_type == "mapping")).all()
    assert sorted(actions) == ["mapping.created", "mapping.updated"]


def test_a_name_is_given_once(desk: Desk) -> None:
    save(desk, desk.uploaded(table(ROW)), **CHOICES)
    page = desk.uploaded(table(ROW | {"別": "1"}))
    desk.post(page, "mapping-choice", mapping="preset:orders:generic")
    answer = save(desk, page, **CHOICES)
    assert answer.status_code == 422
    assert "同じ名前の対応表があります" in answer.text


def test_under_another_name_a_second_one_stands_beside_it(desk: Desk) -> None:
    page = desk.uploaded(table(ROW))
    save(desk, page, **CHOICES)
    save(desk, page, name="自社カート 2号店")
    assert len(desk.session.scalars(select(ShopMapping)).all()) == 2


def test_when_a_colleague_went_on_meanwhile_the_run_is_shown_as_it_is(desk: Desk) -> None:
    page = desk.uploaded(table(ROW))
    save(desk, page, **CHOICES)
    token = csrf_token(desk.client, f"{page}/mapping")
    desk.post(page, "trial")
    for answer in (
        desk.client.get(f"{page}/mapping"),
        desk.client.post(f"{page}/mapping", data=CHOICES | {"csrf_token": token}),
    ):
        assert (answer.status_code, answer.location) == (303, page)
    assert "対応表は変えられません" in desk.client.get(page).text
    assert len(desk.session.scalars(select(ShopMapping)).all()) == 1


def test_a_removed_mapping_leaves_the_results_and_what_waits(desk: Desk) -> None:
    page = desk.uploaded(table(ROW))
    save(desk, page, **CHOICES)
    own = desk.session.scalars(select(ShopMapping)).one()
    token = csrf_token(desk.client, IMPORTS)
    answer = desk.client.post(f"/admin/shops/sakura/import-mappings/{own.id}/removal", data={"csrf_token": token})
    assert answer.status_code == 303
    assert "山田 花子" in desk.client.get(page).text
    desk.post(page, "trial")
    desk.work()
    assert (desk.run().state, desk.run().created) == ("tried", 1)


def test_only_managers_edit_and_another_shops_mapping_is_nowhere(desk: Desk, cast: Cast) -> None:
    page = desk.uploaded(table(ROW))
    save(desk, page, **CHOICES)
    desk.session.rollback()
    own = desk.session.scalars(select(ShopMapping)).one()
    operator = cast.staff(desk.shop, role=Role.OPERATOR, name="田中 四郎", email="tanaka@example.jp")
    other = cast.shop("momiji", name="もみじ堂")
    sato = cast.staff(other, role=Role.MANAGER, name="佐藤 次郎", email="sato@example.jp")
    desk.session.commit()
    sign_in(desk.client, operator)
    token = csrf_token(desk.client, IMPORTS)
    assert desk.client.get(f"{page}/mapping").status_code == 403
    assert desk.client.post(f"{page}/mapping", data={"csrf_token": token}).status_code == 403
    removal = f"/admin/shops/sakura/import-mappings/{own.id}/removal"
    assert desk.client.post(removal, data={"csrf_token": token}).status_code == 403
    assert "列の対応を直す" not in desk.client.get(page).text
    sign_in(desk.client, sato)
    token = csrf_token(desk.client, "/admin/shops/momiji/imports")
    assert desk.client.post(removal.replace("sakura", "momiji"), data={"csrf_token": token}).status_code == 404
    there = "/admin/shops/momiji/imports"
    desk_there = Desk(desk.client, desk.session, other)
    answer = desk.client.post(there, data={"csrf_token": token})
    assert answer.status_code == 422
    assert "自社カート" not in answer.text
    desk.session.rollback()
    assert desk_there.session.scalars(select(ShopMapping)).one().version == 1


@pytest.mark.parametrize(
    ("name", "without_header", "key"),
    [("orders-colorme", False, "colorme"), ("shipments-yamato-b2", True, "yamato-b2")],
)
def test_a_column_that_stands_twice_and_a_file_without_a_header_can_be_mapped(
    desk: Desk, name: str, without_header: bool, key: str
) -> None:
    content = (Path(importing.__file__).parent / "channels" / f"{name}.csv").read_bytes()
    page = desk.uploaded(content.split(b"\r\n", 1)[1] if without_header else content)
    assert desk.run().mapping == key
    answer = save(desk, page, name="うちの対応表")
    assert answer.status_code == 303, answer.text
    desk.session.rollback()
    own = desk.session.scalars(select(ShopMapping)).one()
    desk.uploaded(content.split(b"\r\n", 1)[1] if without_header else content)
    assert desk.run().mapping_id == own.id
