"""The texts of the mails."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
from jinja2 import UndefinedError

from portal.models import Order, Shop
from portal.notifications import (
    card_expiry,
    letters,
    login_code,
    order_generated,
    payment_failed,
    receipt_file,
    request_answered,
    shipped,
    staff_invitation,
    staff_notice,
    staff_password,
    subscription_canceled,
    subscription_changed,
    upcoming_delivery,
)
from portal.notifications.outbox import Mailroom
from portal.notifications.subscription_canceled import Canceled
from portal.notifications.subscription_canceled import Coming as ComingOrder
from portal.notifications.subscription_changed import Coming, Done
from portal.values.links import LinkRing
from portal.words import change

TODAY = date(2026, 11, 21)
LINK = "https://mypage.example.jp/sakura/o/abc.def"
ORDER = Order(code="A-10234", buyer_name="山田 花子")
MAILROOM = Mailroom("https://mypage.example.jp", LinkRing(["of this test"]), "mypage@example.jp", change)
CARD = card_expiry.context(
    buyer=ORDER,
    brand="Visa",
    last4="4242",
    expires="2026-12",
    numbers=["0000000001", "0000000002"],
    page_url=LINK,
    language="ja",
)
DONE = Done(
    change="お届け間隔の変更",
    lines=[("お届け間隔", "毎月15日", "2か月ごとの15日")],
    number="261121-7KQ2MX",
    at=datetime(2026, 11, 21, 1, 5, tzinfo=UTC),
)
NEXT = Coming(date(2026, 12, 15), date(2026, 12, 7))
CANCELED = Canceled(
    number="261121-7KQ2MX",
    at=datetime(2026, 11, 21, 1, 5, tzinfo=UTC),
    subscription="0000000001",
    items=["煎茶 × 2"],
    cause="",
    coming=[ComingOrder("A-10234", 1580, is_paid=False, delivery_on=date(2026, 12, 15))],
    bound_to=0,
    to_go=0,
    to_pay=0,
    possible_from=None,
    next_on=date(2026, 12, 15),
    deadline=date(2026, 12, 3),
)
ASKED = replace(
    CANCELED, cause="commitment", coming=[], bound_to=4, to_go=2, to_pay=3160, possible_from=date(2027, 1, 5)
)
CONTEXTS: dict[str, dict[str, Any]] = {
    "subscription_canceled": subscription_canceled.context(
        buyer=ORDER, canceled=CANCELED, page_url=LINK, not_me_url=LINK + "n"
    ),
    "subscription_canceled_staff": subscription_canceled.context_for_staff(
        buyer_name="山田 花子",
        canceled=CANCELED,
        reason="飲みきれない",
        is_proved=True,
        reply_to="h•••••@example.jp",
        for_cart=False,
        url=LINK,
    ),
    "payment_failed": payment_failed.context(
        order_url=LINK, amount=1580, method="Amazon Pay", code="expired_card", agreement="C01-123", is_shipped=False
    ),
    "card_expiring": CARD,
    "card_expired": CARD,
    "order_generated": order_generated.context(
        order_url=LINK, subscription="0000000001", delivery_on=date(2026, 12, 15), next_on=date(2027, 1, 15)
    ),
    "upcoming_delivery": upcoming_delivery.context(
        buyer=ORDER,
        subscription="0000000001",
        delivery_on=date(2026, 12, 15),
        items=["煎茶 × 2"],
        change_until=date(2026, 12, 3),
        page_url=LINK,
    ),
    "subscription_changed": subscription_changed.context(
        buyer=ORDER, subscription="0000000001", done=DONE, coming=NEXT, page_url=LINK, not_me_url=LINK + "n"
    ),
    "subscription_changed_staff": subscription_changed.context_for_staff(
        buyer_name="山田 花子", subscription="0000000001", done=DONE, for_cart=False, url=LINK
    ),
    "login_code": login_code.context(code="482913", order_code="A-10234"),
    "order_link": {
        "links": [
            {"order_code": "A-10234", "ordered_on": date(2026, 11, 18), "url": LINK},
            {"order_code": "A-10299", "ordered_on": date(2026, 11, 20), "url": LINK + "x"},
        ]
    },
    "shipped": shipped.context(
        order_url=LINK,
        carrier="ヤマト運輸",
        service="宅急便",
        tracking_number="1234-5678-9010",
        tracking_url="https://carrier.example.jp/?n=123456789010",
        requested_on=date(2026, 11, 24),
        requested_slot="14時〜16時",
    ),
    "receipt_file": receipt_file.context(order_code="A-10234", number="00000012"),
    "return_invoice": receipt_file.context(order_code="A-10234", number="00000012-R1"),
    "request_answered": request_answered.context(
        order_code="A-10234",
        order_url=LINK,
        kind="details",
        asked="建物の名前が抜けています。\nメゾン桜 405です。",
        answer="お問い合わせいただき、ありがとうございます。\n建物の名前を直しました。",
    ),
    "staff_notice": staff_notice.context(MAILROOM, Shop(slug="sakura"), order_code="A-10234", request_id=UUID(int=1)),
    "staff_password": staff_password.context(MAILROOM, name="田中 葵", token="a-token"),
    "staff_invitation": staff_invitation.context(
        MAILROOM, name="田中 葵", email="tanaka@example.jp", by="鈴木 一郎", token="a-token"
    ),
}


def a_shop(**changes: Any) -> Shop:
    facts = {
        "slug": "sakura",
        "name": "さくら茶舗",
        "accent": "#1f5f8b",
        "login_element": "name",
        "contact_phone": "075-000-0000",
        "contact_hours": "平日 10時〜17時",
        "contact_email": "shop@example.jp",
        "contact_url": "",
    }
    return Shop(**(facts | changes))


def letter(message: str, language: str = "ja", shop: Shop | None = None, **changes: Any) -> letters.Letter:
    return letters.write(message, language, shop or a_shop(), {**CONTEXTS[message], "order": ORDER, **changes}, TODAY)


def test_a_generated_order_says_when_it_comes_and_when_the_next_one_does() -> None:
    for body in (letter("order_generated").text, letter("order_generated").html):
        assert "12月15日(火)" in body
        assert "2027年1月15日(金)" in body
    last = letter("order_generated", delivery_on=None, next_on=None).text
    assert "お届け予定日" not in last
    assert "今回が最後のお届けです。" in last


def test_an_upcoming_delivery_says_until_when_it_can_be_changed() -> None:
    for body in (letter("upcoming_delivery").text, letter("upcoming_delivery").html):
        assert "煎茶 × 2" in body
        assert "12月3日(木) 23:59まで" in body
    made = letter("upcoming_delivery", change_until=None).text
    assert "すでに確定しています" in made
    assert LINK not in letter("upcoming_delivery", page_url="").text


def test_a_change_is_told_with_old_and_new_its_number_and_until_when_the_next_one_can_be_changed() -> None:
    for body in (letter("subscription_changed").text, letter("subscription_changed").html):
        for words in ("毎月15日", "2か月ごとの15日", "261121-7KQ2MX", "0000000001", "11月21日(土) 10:05", LINK + "n"):
            assert words in body
        assert "次回のお届けは12月15日(火)です。" in body
        assert "12月7日(月) 23:59まで変更できます。" in body
    assert letter("subscription_changed").subject == "【さくら茶舗】お届け間隔の変更を承りました"


@pytest.mark.parametrize(
    ("coming", "words"),
    [
        (Coming(date(2026, 12, 15)), "すでに確定しています。"),
        (Coming(resumes_on=date(2027, 2, 1), is_paused=True), "2027年2月1日(月)に再開します。"),
        (Coming(is_paused=True), "再開するまで、お届けはありません。"),
    ],
)
def test_after_a_change_it_is_said_what_comes_or_that_nothing_does(coming: Coming, words: str) -> None:
    written = letter("subscription_changed", coming=coming, not_me_url="")
    for body in (written.text, written.html):
        assert words in body
        assert "23:59" not in body
        assert "心当たりがないことを知らせる" not in body


def test_a_cancellation_is_proved_by_number_and_time_and_says_what_still_comes() -> None:
    for body in (letter("subscription_canceled").text, letter("subscription_canceled").html):
        for words in (
            "山田 花子 様",
            "261121-7KQ2MX",
            "2026年11月21日(土) 10:05",
            "0000000001",
            "煎茶 × 2",
            LINK + "n",
        ):
            assert words in body
        assert "定期購入を解約しました。「これから届くもの」のほかに、新しいお届けとお支払いはありません。" in body
        for words in ("A-10234", "¥1,580", "12月15日(火)"):
            assert words in body
        assert "担当者が回答します" not in body
    assert letter("subscription_canceled").subject == "【さくら茶舗】定期購入を解約しました (261121-7KQ2MX)"


def test_a_request_to_cancel_is_not_told_as_a_cancellation() -> None:
    written = letter("subscription_canceled", **ASKED.said(), not_me_url="")
    for body in (written.text, written.html):
        assert "解約のお申し込みを、下の日時に受け付けました。" in body
        assert "4回のお約束のうち、あと2回残っています。" in body
        assert "12月15日(火)のお届けは、まだ止まっていません。" in body
        assert "あと2回で ¥3,160" in body
        assert "2027年1月5日(火)から" in body
        for words in ("ありません\n", ">ありません", "解約しました", "心当たりがないことを知らせる"):
            assert words not in body


def test_staff_read_who_cancels_why_and_whether_anybody_proved_it() -> None:
    for body in (letter("subscription_canceled_staff").text, letter("subscription_canceled_staff").html):
        for words in ("山田 花子 様", "0000000001", "261121-7KQ2MX", "飲みきれない", "すでに反映されています", LINK):
            assert words in body
        assert "本人確認はしていません" not in body
    asked = letter("subscription_canceled_staff", **ASKED.said(), is_proved=False, reason="")
    assert "お客さまが解約を申し込みました" in asked.subject
    for body in (asked.text, asked.html):
        for words in ("返信をお願いします", "本人確認はしていません", "あと2回で ¥3,160", "回答なし"):
            assert words in body
        for words in ("12月15日(火)（変更の締め切りは12月3日(木) 23:59）", "h•••••@example.jp", "次のページから"):
            assert words in body


def test_an_answer_quotes_what_was_asked() -> None:
    text = letter("request_answered").text
    assert "建物の名前を直しました。" in text.split("ご注文番号")[0]
    assert "> 住所・電話番号の変更\n> 建物の名前が抜けています。\n> メゾン桜 405です。\n" in text
    assert LINK in text


def test_who_has_to_pay_otherwise_reads_why_how_much_and_where() -> None:
    for body in (letter("payment_failed").text, letter("payment_failed").html):
        for words in ("お支払いの確認後に発送します", "有効期限が切れて", "¥1,580", "A-10234", "C01-123", LINK):
            assert words in body
    shipped_already = letter("payment_failed", is_shipped=True, cause="other", agreement="")
    for body in (shipped_already.text, shipped_already.html):
        assert "お荷物は発送しましたが" in body
        for words in ("お待ちしています", "有効期限", "契約"):
            assert words not in body


@pytest.mark.parametrize("message", ["card_expiring", "card_expired"])
def test_a_card_is_named_with_its_expiry_and_what_it_pays(message: str) -> None:
    for body in (letter(message).text, letter(message).html):
        for words in ("山田 花子 様", "Visa •••• 4242", "2026年12月", "0000000001、0000000002", LINK):
            assert words in body


def test_the_code_and_how_long_it_counts_stand_in_the_first_lines() -> None:
    first = letter("login_code").text.splitlines()[:4]
    assert "482913" in first[0]
    assert any("10分" in line for line in first)
    assert "お尋ねすることはありません" in letter("login_code").text


def test_the_subject_does_not_hold_the_code() -> None:
    """The subject is kept when the body is deleted, and locked screens show it."""
    assert "482913" not in letter("login_code").subject


def test_every_order_has_its_link_and_its_date() -> None:
    for body in (letter("order_link").text, letter("order_link").html):
        for words in ("A-10234", "A-10299", LINK, LINK + "x", "11月18日(水)", "11月20日(金)"):
            assert words in body


@pytest.mark.parametrize("message", ["order_link", "shipped"])
def test_the_buyer_is_told_what_to_type(message: str) -> None:
    assert "お名前を入力" in letter(message).text
    by_phone = letter(message, shop=a_shop(login_element="phone"))
    assert "電話番号を入力" in by_phone.text
    assert "電話番号を入力" in by_phone.html
    assert "お名前を入力" not in by_phone.text


def test_a_parcel_is_told_with_carrier_number_day_and_both_links() -> None:
    for body in (letter("shipped").text, letter("shipped").html):
        for words in (
            "山田 花子 様",
            "ヤマト運輸 宅急便",
            "1234-5678-9010",
            "11月24日(火) 14時〜16時",
            LINK,
            "carrier.example.jp",
        ):
            assert words in body


def test_a_parcel_without_number_and_carrier_says_nothing_about_them() -> None:
    sober = shipped.context(order_url=LINK, carrier="")
    for body in (letter("shipped", **sober).text, letter("shipped", **sober).html):
        for words in ("配送会社", "お問い合わせ番号（送り状番号）", "お届け希望", "None"):
            assert words not in body
        assert LINK in body


@pytest.mark.parametrize("message", ["staff_password", "staff_invitation"])
def test_who_chooses_a_password_is_led_there_and_the_subject_opens_nothing(message: str) -> None:
    for body in (letter(message).text, letter(message).html):
        for words in ("田中 葵 様", "https://mypage.example.jp/admin/password/a-token", "1回だけ"):
            assert words in body
    assert "a-token" not in letter(message).subject


def test_who_has_a_password_is_told_where_to_come_in() -> None:
    known = staff_invitation.context(MAILROOM, name="佐藤", email="sato@example.jp", by="", token=None)
    for body in (letter("staff_invitation", **known).text, letter("staff_invitation", **known).html):
        assert "https://mypage.example.jp/admin/" in body
        assert "password" not in body
        assert "あなたはさくら茶舗の担当者として登録されました。" in body


@pytest.mark.parametrize("message", CONTEXTS)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_mail_names_shop_and_contact_in_both_forms(message: str, language: str) -> None:
    written = letter(message, language)
    assert "さくら茶舗" in written.subject
    assert "\n" not in written.subject
    for body in (written.text, written.html):
        for words in ("さくら茶舗", "075-000-0000", "shop@example.jp"):
            assert words in body
        assert not re.search(r"\n{3,}", written.text)


class Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "background", "srcset")]


@pytest.mark.parametrize("message", CONTEXTS)
def test_the_html_is_plain_one_column_and_loads_nothing(message: str) -> None:
    outline = Outline()
    outline.feed(letter(message).html)
    assert not {"table", "script", "img", "form", "link", "iframe"} & set(outline.tags)
    assert outline.sources == []
    assert outline.tags.count("h1") == 1
    assert "url(" not in letter(message).html


def test_what_a_shop_or_a_buyer_is_called_never_becomes_markup() -> None:
    written = letter("shipped", shop=a_shop(name="<b>茶</b>"), order=Order(code="<i>1</i>", buyer_name="<script>花子"))
    assert not re.search(r"<(b|i|script)>", written.html)
    assert "<script>花子" in written.text, "plain text is not escaped"


def test_a_name_without_a_value_is_a_mistake_and_not_a_gap_in_the_mail() -> None:
    with pytest.raises(UndefinedError):
        letters.write("login_code", "ja", a_shop(), {"order": ORDER, "order_code": "A-1"}, TODAY)
