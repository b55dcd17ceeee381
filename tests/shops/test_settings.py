"""portal.shops.rules: the allowed values of a shop's settings, one by one and together."""

from datetime import date
from typing import Any

import pytest

from portal.models import Shop
from portal.shops.rules.checks import Facts
from portal.shops.rules.declarations import DECLARED
from portal.shops.rules.problems import Advice, Problem
from portal.shops.rules.settings import RULES, SETTINGS, advice

tidy, problems = RULES.tidy, RULES.problems
FACTS = Facts(today=date(2026, 11, 21), actor_has_app=False)
SETTINGS_NOW: dict[str, Any] = {
    "name": "さくら茶舗",
    "platform": "own",
    "login_element": "name",
    "derive_readings": True,
    "given_first": False,
    "access_days": 90,
    "second_step": {},
    "receipts_allowed": True,
    "receipt_policy": "reissue",
    "marketplace_receipts": False,
    "delivery_notes_allowed": False,
    "gift_amounts": False,
    "receipt_copies": None,
    "receipt_months": None,
    "fiscal_month": None,
    "ten_years": False,
    "default_proviso": "お品代として",
    "provisos": {"en": "Japanese tea"},
    "rounding": "down",
    "points_mode": "discount",
    "default_tax_rate": 10,
    "fee_tax_rate": 10,
    "payment_words": {},
    "payment_state_words": {},
    "receipt_answers": {},
    "carrier_words": {},
    "status_words": {},
    "issuer_name": "株式会社さくら茶舗",
    "issuer_postcode": "600-8001",
    "issuer_address": "京都府京都市下京区四条通9-9",
    "issuer_phone": "075-000-0000",
    "issuer_email": "shop@example.jp",
    "registration_number": "T6000012070001",
    "logo_key": None,
    "seal_key": None,
    "accent": "#8a3a55",
    "contact_phone": "075-000-0000",
    "contact_hours": "平日 10時〜17時",
    "contact_email": "shop@example.jp",
    "contact_url": "",
    "site_url": "",
    "notice_addresses": [],
    "mail_from": "shop@example.jp",
    "prepay_account": "さくら銀行 本店\n普通 1234567",
    "prepay_days": 7,
    "languages": ["ja", "en"],
    "bundling": False,
    "totp_demanded": False,
}


def refused(facts: Facts = FACTS, **changes: Any) -> dict[str, Problem]:
    wanted = tidy(changes)
    return problems(SETTINGS_NOW | wanted, wanted, facts)


def test_every_setting_is_a_column_and_has_its_rule() -> None:
    assert set(SETTINGS_NOW) == SETTINGS
    assert {column.key for column in Shop.__table__.columns} >= SETTINGS
    # The application makes the keys of pictures; nobody types them.
    assert SETTINGS - DECLARED.keys() == {"logo_key", "seal_key"}


def test_settings_that_stand_are_taken_as_they_are() -> None:
    changes = tidy(SETTINGS_NOW)
    assert changes == SETTINGS_NOW
    assert problems(SETTINGS_NOW, changes, FACTS) == {}


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("name", "  さくら茶舗　 ", "さくら茶舗"),
        ("platform", "rakuten", "rakuten"),
        ("access_days", None, None),
        ("access_days", 365, 365),
        ("second_step", {"personal_data": True, "receipt": True}, {"receipt": True}),
        ("second_step", {"personal_data": False, "receipt": False}, {"personal_data": False}),
        ("receipt_policy", "once", "once"),
        ("default_proviso", "お茶代として ", "お茶代として"),
        ("rounding", "half_up", "half_up"),
        ("points_mode", "means", "means"),
        ("default_tax_rate", None, None),
        ("default_tax_rate", 8, 8),
        ("fee_tax_rate", 0, 0),
        ("payment_words", {"店頭でお支払い": "shop"}, {"店頭でお支払い": "shop"}),
        ("issuer_name", "", ""),
        ("issuer_name", "髙﨑𠮷邉商店", "髙﨑𠮷邉商店"),
        ("issuer_postcode", "〒６００－８００１", "600-8001"),
        ("issuer_postcode", "", ""),
        ("issuer_phone", "０７５ー０００ー０００１", "075-000-0001"),
        ("issuer_phone", "0120-000-001", "0120-000-001"),
        ("issuer_email", " Shop@Example.jp", "shop@example.jp"),
        ("registration_number", "t ６０００-０１２０-７０００１", "T6000012070001"),
        ("registration_number", "", ""),
        ("accent", "#8A3A55", "#8a3a55"),
        ("contact_url", "www.example.jp/contact", "https://www.example.jp/contact"),
        ("site_url", "https://example.jp:8443/a?b=c#d", "https://example.jp:8443/a?b=c#d"),
        ("notice_addresses", ["a@example.jp", "", " A@example.jp "], ["a@example.jp"]),
        ("mail_from", "", ""),
        ("prepay_account", " さくら銀行\n普通 1234567 ", "さくら銀行\n普通 1234567"),
        ("prepay_days", None, None),
        ("languages", ["en", "ja", "fr"], ["ja", "en"]),
        ("languages", ["ja"], ["ja"]),
    ],
)
def test_what_is_right_is_stored_in_its_usual_form(field: str, typed: object, stored: object) -> None:
    assert refused(**{field: typed}) == {}
    assert tidy({field: typed}) == {field: stored}


@pytest.mark.parametrize(
    ("field", "typed", "problem"),
    [
        ("name", " ", Problem.EMPTY),
        ("name", "あ" * 101, Problem.TOO_LONG),
        ("name", "さくら\r\nBcc: a@example.jp", Problem.CONTROL),
        ("platform", "amazon-fr", Problem.CHOICE),
        ("login_element", "email", Problem.CHOICE),
        ("access_days", 45, Problem.CHOICE),
        ("access_days", 0, Problem.CHOICE),
        ("receipt_policy", "twice", Problem.CHOICE),
        ("default_proviso", "", Problem.EMPTY),
        ("default_proviso", "あ" * 101, Problem.TOO_LONG),
        ("default_proviso", "お品代🍵", Problem.UNPRINTABLE),
        ("rounding", "bankers", Problem.CHOICE),
        ("points_mode", "", Problem.CHOICE),
        ("default_tax_rate", 5, Problem.RATE),
        ("fee_tax_rate", 3, Problem.RATE),
        ("payment_words", {"  ": "shop"}, Problem.EMPTY),
        ("payment_state_words", {"確定": "unread"}, Problem.CHOICE),
        ("payment_words", {"PayPay": "shop", "ＰＡＹＰＡＹ": "card"}, Problem.WORD_TWICE),
        ("payment_words", {"PayPay": "cash"}, Problem.CHOICE),
        ("payment_words", {"あ" * 101: "shop"}, Problem.TOO_LONG),
        ("payment_words", {f"払い方{n}": "shop" for n in range(101)}, Problem.TOO_MANY),
        ("issuer_name", "さくら🌸", Problem.UNPRINTABLE),
        ("issuer_address", "京" * 201, Problem.TOO_LONG),
        ("issuer_postcode", "600-80", Problem.POSTCODE),
        ("prepay_account", "あ" * 1001, Problem.TOO_LONG),
        ("prepay_account", "普通\x0b1234567", Problem.CONTROL),
        ("prepay_days", 0, Problem.DAYS),
        ("prepay_days", 61, Problem.DAYS),
        ("issuer_phone", "075", Problem.PHONE),
        ("issuer_phone", "0000000000", Problem.PHONE),
        ("issuer_email", "shop@example", Problem.EMAIL),
        ("registration_number", "T600001207000", Problem.REGISTRATION),
        ("registration_number", "6000012070001", Problem.REGISTRATION),
        ("registration_number", "未登録", Problem.REGISTRATION),
        ("accent", "red", Problem.COLOUR),
        ("accent", "#12345", Problem.COLOUR),
        ("contact_hours", "あ" * 61, Problem.TOO_LONG),
        ("contact_url", "javascript:alert(1)", Problem.URL),
        ("contact_url", "ftp://example.jp/", Problem.URL),
        ("contact_url", "https://staff:secret@example.jp/", Problem.URL),
        ("contact_url", "https://example.jp/a b", Problem.URL),
        ("contact_url", "https://[example.jp/", Problem.URL),
        ("site_url", "https://example.jp/" + "a" * 300, Problem.URL),
        ("notice_addresses", ["a@example.jp", "b@"], Problem.EMAIL),
        ("notice_addresses", [f"a{n}@example.jp" for n in range(11)], Problem.TOO_MANY),
        ("mail_from", "shop@example.jp\nBcc: x@example.jp", Problem.EMAIL),
        ("languages", ["en"], Problem.JAPANESE),
        ("languages", [], Problem.JAPANESE),
    ],
)
def test_what_is_wrong_is_refused_beside_its_field(field: str, typed: object, problem: Problem) -> None:
    assert refused(**{field: typed}) == {field: problem}


@pytest.mark.parametrize(
    "changes",
    [{"platform": "rakuten", "login_element": "phone"}, {"login_element": "phone"}, {"platform": "rakuten"}],
)
def test_rakuten_and_the_phone_do_not_go_together_whichever_is_changed(changes: dict[str, str]) -> None:
    """Rakuten hides real numbers, so a phone number proves nothing there."""
    wanted = tidy(changes)
    settings = SETTINGS_NOW | {"platform": "rakuten", "login_element": "phone"} | wanted
    assert problems(settings, wanted, FACTS) == {"login_element": Problem.RAKUTEN_BY_PHONE}


def test_leaving_rakuten_makes_room_for_the_phone() -> None:
    assert refused(platform="own", login_element="phone") == {}


def test_who_demands_the_app_has_it_first() -> None:
    assert refused(totp_demanded=True) == {"totp_demanded": Problem.OWN_APP_FIRST}
    assert refused(Facts(FACTS.today, actor_has_app=True), totp_demanded=True) == {}
    assert refused(totp_demanded=False) == {}


def test_a_buyer_must_find_a_way_to_ask() -> None:
    nothing = {"contact_phone": "", "contact_email": "", "contact_url": ""}
    assert refused(**nothing) == {"contact_phone": Problem.NOBODY_TO_ASK}
    assert refused(**nothing | {"contact_url": "https://example.jp/contact"}) == {}


def test_what_stood_wrong_before_is_no_reason_to_refuse_something_else() -> None:
    settings = SETTINGS_NOW | {"access_days": 45, "issuer_postcode": "600"}
    assert problems(settings | {"accent": "#000000"}, {"accent": "#000000"}, FACTS) == {}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("registration_number", "T1000012070001", Advice.CHECK_DIGIT),
        ("issuer_name", "", Advice.ISSUER_MISSING),
        ("accent", "#ffe680", Advice.PALE),
        ("mail_from", "sakura-shop@gmail.com", Advice.FREE_MAIL),
        ("default_tax_rate", None, Advice.RATE_UNKNOWN),
    ],
)
def test_what_is_allowed_but_should_be_known_is_said(field: str, value: object, said: Advice) -> None:
    assert advice(SETTINGS_NOW) == {}
    assert refused(**{field: value}) == {}
    assert advice(SETTINGS_NOW | {field: value}) == {field: said}
