"""/admin/shops/<slug>/settings: each section saves, and the buyer sees the change."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import jobs
from portal.models import AuditEntry, AuditValue, Receipt, Shop
from portal.values.roles import Role
from tests.admin.settings.forms_as_sent import SETTINGS, fields_of, save
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token, link, log_in, submit
from tests.mypage.signing_in import sign_in as sign_in_buyer

SECTIONS = ("access", "documents", "issuer", "look", "contact", "prepay", "mail", "parcels")


@pytest.fixture
def browser(client: FlaskClient) -> FlaskClient:
    """Return a buyer's browser."""
    return client.application.test_client()


def fresh(session: Session, shop: Shop) -> Shop:
    session.rollback()
    return session.get_one(Shop, shop.id, populate_existing=True)


# --- looking ---------------------------------------------------------------------------------------------------------
def test_the_overview_says_how_everything_stands_and_which_address_to_hand_out(suzuki: FlaskClient) -> None:
    page = suzuki.get(SETTINGS).text
    assert "http://localhost/sakura/" in page
    assert "block(" not in page, "no cart replaces it: nothing hands out the link of an order"
    assert "カートや受注管理システムのメールには、その注文だけのリンクを入れられません。" in page
    for words in ("購入者名", "出荷から90日", "株式会社さくら茶舗", "T6000012070001", "切り捨て", "10%"):
        assert words in page


@pytest.mark.parametrize("section", [*SECTIONS, "pictures", "payments", "tax"])
def test_every_section_opens_and_saving_it_as_it_is_changes_nothing(
    suzuki: FlaskClient, session: Session, shop: Shop, section: str
) -> None:
    page = suzuki.get(f"{SETTINGS}/{section}")
    assert page.status_code == 200
    if section == "pictures":
        return
    answer = save(suzuki, section, {})
    assert answer.status_code == 303, answer.text
    assert "変わったところはありません。" in suzuki.get(answer.location).text
    assert fresh(session, shop).settings_version == 1
    assert session.scalars(select(AuditEntry).where(AuditEntry.action == "shop.settings_changed")).all() == []


def test_every_change_is_audited_field_by_field(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    assert save(suzuki, "documents", {"rounding": "up", "default_proviso": "お茶代として"}).status_code == 303
    session.rollback()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "shop.settings_changed")).one()
    assert entry.actor.startswith("staff:")
    assert entry.fields == ["default_proviso", "rounding"]
    values = session.scalars(select(AuditValue).where(AuditValue.entry_id == entry.id).order_by(AuditValue.field))
    assert [(value.before, value.after) for value in values] == [("お品代として", "お茶代として"), ("down", "up")]


# --- what the buyer then sees ----------------------------------------------------------------------------------------
def test_phone_instead_of_name_changes_what_the_buyer_is_asked(
    suzuki: FlaskClient, browser: FlaskClient, cast: Cast, shop: Shop
) -> None:
    order = cast.order(shop)
    cast.session.commit()
    assert save(suzuki, "access", {"login_element": "phone"}).status_code == 303
    shop.login_element = "phone"
    assert "電話番号" in browser.get("/sakura/").text
    assert log_in(browser, shop, order).status_code == 303


def test_a_buyer_who_stands_at_the_old_form_is_asked_anew_and_loses_no_try(
    suzuki: FlaskClient, browser: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    order = cast.order(shop)
    cast.session.commit()
    path = link(browser, shop, order)
    form = {"typed": "山田 花子", "asks": "name", "csrf_token": csrf_token(browser, path)}
    assert save(suzuki, "access", {"login_element": "phone"}).status_code == 303
    for _ in range(6):
        answer = browser.post(path, data=form)
        assert answer.status_code == 409
        assert "お名前の代わりに、電話番号を入力してください。" in answer.text
        assert "山田 花子" not in answer.text
    assert browser.post(path, data=form | {"typed": "09012345678", "asks": "phone"}).status_code == 303


def test_once_really_ends_with_the_first_download(
    suzuki: FlaskClient, browser: FlaskClient, cast: Cast, session: Session, shop: Shop, clock: Clock
) -> None:
    order = cast.order(shop)
    cast.shipment(order)
    cast.session.commit()
    assert save(suzuki, "documents", {"receipt_policy": "once"}).status_code == 303
    sign_in_buyer(browser, shop, order, by_link=True)
    texts = {"addressee": "山田 花子", "honorific": "様", "proviso": "お品代として", "language": "ja"}
    receipt_page = submit(browser, f"/sakura/orders/{order.id}/receipt", texts).location
    session.rollback()
    receipt = session.scalars(select(Receipt)).one()
    session.rollback()
    with browser.application.app_context():
        jobs.papers.render(str(receipt.rendition_id))
    assert ".pdf" in browser.get(receipt_page).text or "/files/" in browser.get(receipt_page).text
    clock.forward(minutes=29)
    browser.get(receipt_page)
    clock.forward(minutes=2)
    assert "/files/" not in browser.get(receipt_page).text


def test_forbidding_receipts_and_allowing_delivery_notes_holds_at_once(
    suzuki: FlaskClient, browser: FlaskClient, cast: Cast, shop: Shop
) -> None:
    order = cast.order(shop)
    cast.shipment(order)
    cast.session.commit()
    sign_in_buyer(browser, shop, order)
    page = f"/sakura/orders/{order.id}"
    assert "領収書を発行する" in browser.get(page).text
    assert "納品書を開く" not in browser.get(page).text
    assert save(suzuki, "documents", {"receipts_allowed": None, "delivery_notes_allowed": "y"}).status_code == 303
    assert "領収書を発行する" not in browser.get(page).text
    assert "納品書を開く" in browser.get(page).text
    assert browser.get(f"{page}/receipt").status_code == 409


@pytest.mark.parametrize(("days", "status"), [("30", 410), ("", 200)])
def test_the_page_closes_after_the_days_that_were_chosen(
    suzuki: FlaskClient, browser: FlaskClient, cast: Cast, shop: Shop, clock: Clock, days: str, status: int
) -> None:
    order = cast.order(shop)
    cast.shipment(order)
    cast.session.commit()
    assert save(suzuki, "access", {"access_days": days}).status_code == 303
    clock.forward(days=400 if status == 200 else 31)
    sign_in_buyer(browser, shop, order)
    assert browser.get(f"/sakura/orders/{order.id}").status_code == status


def test_a_step_that_is_switched_off_is_no_longer_asked(
    suzuki: FlaskClient, browser: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    order = cast.order(shop)
    cast.session.commit()
    sign_in_buyer(browser, shop, order)
    page = f"/sakura/orders/{order.id}"
    assert "530-••••" in browser.get(page).text
    assert save(suzuki, "access", {"step_personal_data": None}).status_code == 303
    assert "530-0001" in browser.get(page).text
    assert fresh(session, shop).second_step == {"personal_data": False}


def test_the_issuer_stands_on_the_next_receipt(
    suzuki: FlaskClient, browser: FlaskClient, cast: Cast, shop: Shop
) -> None:
    order = cast.order(shop)
    cast.shipment(order)
    cast.session.commit()
    changes = {"issuer_name": "合同会社もみじ", "registration_number": "Ｔ５９９９００００００２０２"}
    assert save(suzuki, "issuer", changes).status_code == 303
    sign_in_buyer(browser, shop, order)
    receipt = browser.get(f"/sakura/orders/{order.id}/receipt").text
    assert "合同会社もみじ" in receipt
    assert "T5999000000202" in receipt


def test_name_colour_and_contact_stand_on_the_buyers_pages(suzuki: FlaskClient, browser: FlaskClient) -> None:
    assert save(suzuki, "look", {"name": "さくらとお茶", "accent": "#005544"}).status_code == 303
    assert save(suzuki, "contact", {"contact_hours": "土曜のみ", "site_url": "sakura.example.jp"}).status_code == 303
    page = browser.get("/sakura/").text
    for words in ("さくらとお茶", "#005544", "土曜のみ", "https://sakura.example.jp"):
        assert words in page


def test_a_shop_that_speaks_japanese_only_offers_no_other_language(suzuki: FlaskClient, browser: FlaskClient) -> None:
    assert ">English<" in browser.get("/sakura/").text
    assert '<html lang="en">' in browser.get("/sakura/?lang=en").text
    assert save(suzuki, "look", {"speaks_en": None}).status_code == 303
    for path in ("/sakura/", "/sakura/?lang=en", "/sakura/nowhere?lang=en"):
        page = browser.get(path, headers={"Accept-Language": "en"}).text
        assert '<html lang="ja">' in page
        assert ">English<" not in page
    # The staff's pages are always in Japanese.
    assert '<html lang="ja">' in suzuki.get(f"{SETTINGS}?lang=en").text


# --- refusals --------------------------------------------------------------------------------------------------------
def test_rakuten_and_phone_are_refused_with_the_reason_and_nothing_typed_is_lost(
    suzuki: FlaskClient, session: Session, shop: Shop
) -> None:
    changes = {"platform": "rakuten", "login_element": "phone", "access_days": "30", "derive_readings": None}
    answer = save(suzuki, "access", changes)
    assert answer.status_code == 422
    assert "楽天市場の店舗では「購入者名」しか選べません。" in answer.text
    typed = fields_of(answer.text)
    assert (typed["platform"], typed["login_element"], typed["access_days"]) == ("rakuten", "phone", "30")
    assert "derive_readings" not in typed
    standing = fresh(session, shop)
    assert (standing.platform, standing.login_element, standing.access_days) == ("own", "name", 90)


@pytest.mark.parametrize(
    ("section", "changes", "words"),
    [
        ("issuer", {"registration_number": "T123"}, "T と13桁の数字です"),
        ("issuer", {"issuer_name": "さくら🌸"}, "印刷できない文字"),
        ("issuer", {"issuer_postcode": "123"}, "郵便番号は7桁"),
        ("documents", {"default_proviso": ""}, "空欄のままにはできません"),
        ("documents", {"receipt_policy": "never"}, "この中から選んでください"),
        ("look", {"name": ""}, "空欄のままにはできません"),
        ("look", {"accent": "red"}, "色は #"),
        ("contact", {"contact_phone": "", "contact_email": ""}, "どれか1つは必要です"),
        ("contact", {"contact_url": "javascript:alert(1)"}, "https:// から始まる"),
        ("mail", {"mail_from": "shop"}, "メールアドレスとして読めません"),
        ("mail", {"notice_addresses": "a@example.jp\nb"}, "メールアドレスとして読めません"),
        ("access", {"totp_demanded": "y"}, "先に、ご自分の認証アプリを登録してください"),
        ("access", {"access_days": "45"}, "この中から選んでください"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    suzuki: FlaskClient, session: Session, shop: Shop, section: str, changes: dict[str, str], words: str
) -> None:
    answer = save(suzuki, section, changes)
    assert answer.status_code == 422
    assert re.search(rf'class="field-error"[^>]*>[^<]*{re.escape(words)}', answer.text)
    assert fresh(session, shop).settings_version == 1


def test_a_wrong_check_digit_is_a_warning_and_is_saved(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    answer = save(suzuki, "issuer", {"registration_number": "T1000012070001"})
    assert answer.status_code == 303
    assert "法人番号の検査数字と合いません" in suzuki.get(answer.location).text
    assert fresh(session, shop).registration_number == "T1000012070001"


def test_who_has_the_app_may_demand_it(
    client: FlaskClient, cast: Cast, session: Session, shop: Shop, clock: Clock
) -> None:
    staff = cast.staff(shop, role=Role.MANAGER, totp_confirmed_at=clock())
    cast.session.commit()
    sign_in(client, staff, totp=True)
    assert save(client, "access", {"totp_demanded": "y"}).status_code == 303
    assert fresh(session, shop).totp_demanded


# --- two at once -----------------------------------------------------------------------------------------------------
def other_manager(cast: Cast, client: FlaskClient, shop: Shop) -> FlaskClient:
    tanaka = cast.staff(shop, role=Role.MANAGER, name="田中 直美", email="tanaka@example.jp")
    cast.session.commit()
    other = client.application.test_client()
    sign_in(other, tanaka)
    return other


def test_the_second_of_two_tabs_is_told_what_changed_and_overwrites_nothing(
    suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    tanaka = other_manager(cast, suzuki, shop)
    old = fields_of(suzuki.get(f"{SETTINGS}/look").text)
    assert save(tanaka, "look", {"name": "田中の茶舗"}).status_code == 303

    stale = suzuki.post(f"{SETTINGS}/look", data=old | {"name": "鈴木の茶舗", "accent": "#005544"})
    assert stale.status_code == 409
    assert "田中 直美さんが「田中の茶舗」に変えました" in stale.text
    typed = fields_of(stale.text)
    assert (typed["name"], typed["accent"]) == ("鈴木の茶舗", "#005544")
    assert fresh(session, shop).name == "田中の茶舗"

    assert suzuki.post(f"{SETTINGS}/look", data=typed).status_code == 303
    assert fresh(session, shop).name == "鈴木の茶舗"


def test_what_somebody_changed_elsewhere_in_the_settings_is_no_hindrance_and_stays(
    suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    tanaka = other_manager(cast, suzuki, shop)
    old = fields_of(suzuki.get(f"{SETTINGS}/contact").text)
    assert save(tanaka, "issuer", {"issuer_name": "合同会社もみじ"}).status_code == 303
    assert suzuki.post(f"{SETTINGS}/contact", data=old | {"contact_hours": "いつでも"}).status_code == 303
    standing = fresh(session, shop)
    assert (standing.issuer_name, standing.contact_hours, standing.settings_version) == (
        "合同会社もみじ",
        "いつでも",
        3,
    )


def test_a_double_click_changes_once(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    form = fields_of(suzuki.get(f"{SETTINGS}/look").text) | {"name": "さくらとお茶"}
    assert [suzuki.post(f"{SETTINGS}/look", data=form).status_code for _ in range(2)] == [303, 303]
    assert fresh(session, shop).settings_version == 2


# --- who -------------------------------------------------------------------------------------------------------------
PATHS = [SETTINGS, *(f"{SETTINGS}/{section}" for section in (*SECTIONS, "pictures", "payments", "tax"))]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_settings_are_the_managers(client: FlaskClient, cast: Cast, shop: Shop, role: Role) -> None:
    staff = cast.staff(shop, role=role)
    cast.session.commit()
    sign_in(client, staff)
    token = csrf_token(client, "/admin/account")
    assert SETTINGS not in client.get("/admin/shops/sakura/orders").text
    for path in PATHS:
        assert client.get(path).status_code == 403, path
        if path != SETTINGS and not path.endswith("pictures"):
            assert client.post(path, data={"csrf_token": token, "name": "x"}).status_code == 403, path


def test_another_shops_settings_are_not_there(suzuki: FlaskClient, cast: Cast, session: Session) -> None:
    momiji = cast.shop(slug="momiji", name="もみじ堂")
    cast.session.commit()
    form = fields_of(suzuki.get(f"{SETTINGS}/look").text)
    for path in PATHS:
        there = path.replace("/sakura/", "/momiji/")
        assert suzuki.get(there).status_code == 404, there
    assert suzuki.post("/admin/shops/momiji/settings/look", data=form | {"name": "乗っ取り"}).status_code == 404
    assert fresh(session, momiji).name == "もみじ堂"


# --- preview ---------------------------------------------------------------------------------------------------------
def previewed(client: FlaskClient, section: str, changes: dict[str, Any], *, htmx: bool) -> TestResponse:
    form = fields_of(client.get(f"{SETTINGS}/{section}").text) | changes
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"{SETTINGS}/{section}/preview", data=form, headers=headers)


def test_the_receipt_is_drawn_with_what_is_typed_and_nothing_is_saved(
    suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    cast.order(shop)
    cast.session.commit()
    answer = previewed(suzuki, "issuer", {"issuer_name": "合同会社もみじ"}, htmx=True)
    assert answer.text.lstrip().startswith('<section id="settings-preview"')
    assert "合同会社もみじ" in answer.text
    assert "A-10234" in answer.text
    assert "山田" not in answer.text, "who bought is nobody's business here"
    assert fresh(session, shop).issuer_name == "株式会社さくら茶舗"


def test_without_javascript_the_preview_is_the_whole_page_with_what_was_typed(suzuki: FlaskClient) -> None:
    answer = previewed(suzuki, "look", {"name": "さくらとお茶", "accent": "#ffe680"}, htmx=False)
    assert fields_of(answer.text)["name"] == "さくらとお茶"
    assert "colours.css?accent=%23ffe680" in answer.text
    assert "淡い色なので" in answer.text
    assert answer.text.count("さくらとお茶") >= 3


def test_a_shop_without_orders_sees_a_sample(suzuki: FlaskClient) -> None:
    assert "見本の注文で表示しています" in suzuki.get(f"{SETTINGS}/documents").text


def test_what_cannot_be_drawn_is_named_and_the_rest_is_drawn(suzuki: FlaskClient) -> None:
    answer = previewed(suzuki, "documents", {"rounding": "bankers", "default_proviso": "お茶代として"}, htmx=True)
    assert answer.status_code == 200
    assert "この中から選んでください" in answer.text
    assert "お茶代として" in answer.text


def test_the_colours_of_the_preview_hold_only_within_it(suzuki: FlaskClient) -> None:
    answer = suzuki.get(f"{SETTINGS}/colours.css?accent=%23005544")
    assert answer.content_type == "text/css; charset=utf-8"
    assert ".mypage-preview{--accent:#005544" in answer.text
    assert ":root" not in answer.text
    assert "}body" not in suzuki.get(f"{SETTINGS}/colours.css?accent=%23}}body{{display:none").text


def test_the_postcode_fills_the_address_and_saves_nothing(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    form = fields_of(suzuki.get(f"{SETTINGS}/issuer").text) | {"issuer_postcode": "1000001", "issuer_address": ""}
    filled = suzuki.post(f"{SETTINGS}/issuer/address", data=form)
    assert fields_of(filled.text)["issuer_address"] == "東京都千代田区千代田"
    unknown = suzuki.post(f"{SETTINGS}/issuer/address", data=form | {"issuer_postcode": "999-9999"})
    assert "この郵便番号の住所が見つかりません" in unknown.text
    assert fresh(session, shop).issuer_postcode == "600-8001"
