"""The values of the placeholders, and the letters made of them."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.models import Order, Shop, Subscription
from portal.notifications import card_expiry, letters, request_answered, shipped
from portal.notifications.fillings import OF_MAIL, OF_MEMBER, OF_ORDER, OF_SHOP, Fillings
from portal.notifications.own_letters import UnfillableError, draft, write
from portal.notifications.rules.messages import MESSAGES
from portal.notifications.rules.placeholders import PLACEHOLDERS
from portal.notifications.rules.texts import Text, problems
from tests.cast import HANAKO

URL = "https://mypage.example.jp/sakura/o/abc.def"
TODAY = date(2026, 11, 21)


def a_shop(**changes: Any) -> Shop:
    facts = {"slug": "sakura", "name": "さくら茶舗", "accent": "#1f5f8b", "login_element": "name"}
    facts |= {"contact_phone": "075-000-0000", "contact_hours": "", "contact_email": "", "contact_url": ""}
    return Shop(**(facts | {"site_url": "https://sakura.example.jp/"} | changes))


def an_order(**changes: Any) -> Order:
    facts = HANAKO | {"code": "A-10234", "ordered_at": datetime(2026, 11, 18, 3, 0, tzinfo=UTC), "total": 3280}
    return Order(**(facts | {"payment_method": "クレジットカード"} | changes))


def fillings(language: str = "ja", order: Order | None = None, **context: Any) -> Fillings:
    given_context = context or shipped.context(order_url=URL, carrier="")
    return Fillings(a_shop(), order or an_order(), URL, language, given_context, TODAY)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("memberName", "山田 花子"),
        ("memberLastName", "山田"),
        ("memberFirstName", "花子"),
        ("memberNameFri", "ヤマダ ハナコ"),
        ("memberLastNameFri", "ヤマダ"),
        ("memberFirstNameFri", "ハナコ"),
        ("memberEmail", "hanako@example.jp"),
        ("memberZipcode", "530-0001"),
        ("memberPref", "大阪府"),
        ("memberCity", "大阪市"),
        ("memberAddress", "北区梅田1-2-3"),
        ("memberBuilding", "メゾン桜 405"),
        ("memberTel", "090-1234-5678"),
        ("memberFax", ""),
        ("memberPoint", ""),
        ("birthYear", ""),
        ("orderCode", "A-10234"),
        ("orderDate", "2026年11月18日"),
        ("orderTotal", "¥3,280"),
        ("shopName", "さくら茶舗"),
        ("shopUrl", "https://sakura.example.jp/"),
        ("myPageUrl", URL),
        ("trackingNumber", ""),
    ],
)
def test_what_a_placeholder_says(name: str, said: str) -> None:
    assert fillings()(name) == said


def test_a_name_in_one_piece_stands_whole_where_the_family_name_is_asked_for() -> None:
    undivided = fillings(order=an_order(buyer_name="株式会社さくら"))
    assert (undivided("memberLastName"), undivided("memberFirstName")) == ("株式会社さくら", "")


def test_a_day_is_told_in_the_readers_language() -> None:
    context = shipped.context(order_url=URL, carrier="", requested_on=date(2026, 11, 24), requested_slot="14時〜16時")
    assert fillings("ja", **context)("requestedDelivery") == "11月24日(火) 14時〜16時"
    assert fillings("en", **context)("requestedDelivery") == "Tue 24 Nov 14時〜16時"
    assert fillings("en")("orderDate") == "November 18, 2026"


def test_every_placeholder_is_either_filled_by_somebody_or_known_to_be_empty() -> None:
    filled = {*OF_SHOP, *OF_ORDER, *OF_MEMBER, *OF_MAIL}
    assert filled == {name for name, each in PLACEHOLDERS.items() if each.has_data}


def test_a_mail_about_no_order_names_the_buyer_of_the_subscription() -> None:
    taro = Subscription(
        buyer_name="佐藤 太郎", email="taro@example.jp", prefecture="東京都", address="千代田区千代田9-9-9"
    )
    facts = {"brand": "Visa", "last4": "4242", "expires": "2026-12", "numbers": ["0000000001"]}
    context = card_expiry.context(buyer=taro, **facts, page_url=f"{URL}/page", language="ja")
    fill = Fillings(a_shop(), None, "", "ja", context, TODAY)
    assert (fill("memberName"), fill("memberCity"), fill("memberEmail")) == ("佐藤 太郎", "千代田区", "taro@example.jp")
    assert (fill("cardName"), fill("cardExpires")) == ("Visa •••• 4242", "2026年12月")
    assert (fill("subscriptionNumbers"), fill("myPageUrl"), fill("orderCode")) == ("0000000001", f"{URL}/page", "")


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_our_own_words_could_be_saved_as_a_shops(message: str, language: str) -> None:
    text = letters.as_own(message, language)
    assert problems(text, message) == []


# --- the HTML form --------------------------------------------------------------------------------------------------------
def html(body: str, **changes: Any) -> str:
    order = an_order(**changes)
    whole = draft(Text("件名", body), "ja", a_shop(), fillings(order=order)).html
    return whole.partition("<div>")[2].rpartition("</div>\n</div>")[0]


def test_links_end_where_the_words_go_on() -> None:
    made = html(
        "詳しくは https://sakura.example.jp/a?b=1&c=2。（https://sakura.example.jp/x）です。See http://a.example/."
    )
    assert 'href="https://sakura.example.jp/a?b=1&amp;c=2"' in made
    assert 'href="https://sakura.example.jp/x"' in made
    assert 'href="http://a.example/"' in made


def test_a_link_of_ours_is_never_longer_than_it_is() -> None:
    for rest in ("abc", ".", "?x=1", "https://a.example/"):
        assert f">{URL}</a>" in html(f"## block(myPageUrl) ##{rest}")
        assert f'href="{URL}"' in html(f"## block(myPageUrl) ##{rest}")


def test_an_address_in_a_buyers_name_is_only_text() -> None:
    made = html("[MEMBER_NAME] 様 ## block(myPageUrl) ##", buyer_name="http://evil.example/?x=")
    assert made.count("<a ") == 1
    assert "http://evil.example/?x=" in made
    beside = html("[MEMBER_NAME]## block(myPageUrl) ##", buyer_name="http://evil.example/?x=")
    assert re.findall('href="([^"]*)"', beside) == [URL]


def test_line_breaks_and_runs_of_spaces_stay() -> None:
    assert html("番号  A\n\n　字下げ") == "番号&nbsp; A<br>\n<br>\n　字下げ"


@given(st.text(), st.text())
def test_no_text_and_no_name_becomes_markup(body: str, name: str) -> None:
    made = html(f"{body}[MEMBER_NAME]", buyer_name=name)
    tags = {part.partition(">")[0].partition(" ")[0] for part in made.split("<")[1:]}
    assert tags <= {"br", "a", "/a"}


def test_a_text_that_could_not_be_saved_is_not_sent() -> None:
    with pytest.raises(UnfillableError, match="ORDER_KODE"):
        write(Text("件名", "[ORDER_KODE]"), "receipt_file", "ja", a_shop(), fillings())


def test_what_a_buyer_asked_is_quoted_without_links() -> None:
    asked = "見てください\nhttp://evil.example/"
    context = request_answered.context(
        order_code="A-1", order_url=URL, kind="other", asked=asked, answer="はい https://a.example/"
    )
    letter = draft(Text("件名", "[REQUEST_ANSWER]\n[REQUEST_QUOTED]"), "ja", a_shop(), fillings(**context))
    assert "> 見てください\n> http://evil.example/" in letter.text
    assert re.findall('href="([^"]*)"', letter.html) == ["https://a.example/"]
