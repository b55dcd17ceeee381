"""English: every text has its translation, and a page in English shows no Japanese but the shop's own words."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from portal.models import Order, Shipment, Shop
from portal.notifications import letters, login_code, receipt_file
from portal.shipments.rules.statuses import TrackingState
from tests.cast import Cast
from tests.mypage.signing_in import sign_in

ROOT = Path(__file__).parents[2]
ENGLISH = ROOT / "portal/translations/en/LC_MESSAGES/messages.po"
JAPANESE = re.compile("[\u3041-\u30ff\u3400-\u9fff【】「」（）：。、〜]")
STAFFS_SIDE = ("admin/", "templates/admin/", "templates/layouts/admin", "portal/shops/rules/declarations.py")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
BOTH_WRITINGS = {"様", "御中"}
NAMES_OF_MENUS = {"「注文履歴」から", "「購入履歴」にある"}
"""Parts of texts that name a menu of a mall's page, which is in Japanese, with its meaning behind it."""
"""Words that Japanese papers print after a name: the English page shows them too, beside their meaning."""
TODAY = date(2026, 11, 21)
MEND = "`make translations` collects and compiles the texts"

A_SHOP = {"name": "Sakura Tea", "contact_hours": "Mon–Fri 10:00–17:00", "delivery_notes_allowed": True}
AN_ORDER = {
    "buyer_name": "Hanako Yamada",
    "buyer_kana": "",
    "prefecture": "",
    "address": "1-2-3 Umeda, Osaka",
    "payment_method": "Credit card",
    "shipping_fee": 500,
    "points_used": 500,
    "lines": [{"name": "Green tea", "quantity": 1, "unit_price": 1080, "amount": 1080, "tax_rate": 8}],
}


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Return the texts that `make translations` would find now."""
    template = tmp_path_factory.mktemp("texts") / "messages.pot"
    keywords = re.findall(r"--keyword \S+", (ROOT / "Makefile").read_text("utf-8"))
    options = " ".join(["--mapping-file", "pyproject.toml", *keywords]).split()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        CommandLineInterface().run(["pybabel", "--quiet", "extract", *options, "--output-file", str(template), "."])
    return read(template)


@pytest.fixture(scope="module")
def english() -> Catalog:
    return read(ENGLISH)


def read(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened)


def messages(catalog: Catalog) -> dict[str, Message]:
    return {str(message.id): message for message in catalog if message.id}


def test_every_text_of_templates_and_code_has_an_english_translation(extracted: Catalog, english: Catalog) -> None:
    asked, given = messages(extracted), messages(english)
    assert "ヤマト運輸" in asked, "carriers are texts too"
    assert asked.keys() == given.keys(), MEND
    missing = {text for text, message in given.items() if not str(message.string).strip() or message.fuzzy}
    assert missing & {text for text, message in asked.items() if not is_staffs(message)} == set()


def is_staffs(message: Message) -> bool:
    """Return whether a text stands only on pages of the staff, which are in Japanese."""
    return all(file.startswith(STAFFS_SIDE) for file, _line in message.locations)


def test_a_translation_has_the_same_gaps_to_be_filled_in(english: Catalog) -> None:
    for text, message in messages(english).items():
        if message.string:
            assert sorted(PLACEHOLDER.findall(str(message.string))) == sorted(PLACEHOLDER.findall(text)), text


def test_translations_are_english(english: Catalog) -> None:
    left = {text for text, message in messages(english).items() if JAPANESE.search(str(message.string))}
    left = {text for text in left if not any(name in text for name in NAMES_OF_MENUS)}
    assert left == BOTH_WRITINGS


def foreign(html: str) -> list[str]:
    """Return the lines with Japanese, except the link to the page in Japanese."""
    return [line for line in html.splitlines() if JAPANESE.search(line.replace("日本語", ""))]


class Visitor:
    """Hanako, who reads no Japanese and orders from a shop whose own words are English."""

    def __init__(self, client: FlaskClient, cast: Cast) -> None:
        self.client, self.cast = client, cast
        self.shop: Shop = cast.shop(**A_SHOP)

    def order(self, **changes: Any) -> Order:
        return self.cast.order(self.shop, **(AN_ORDER | changes))

    def page(self, path: str, order: Order | None = None) -> str:
        self.cast.session.commit()
        if order:
            sign_in(self.client, self.shop, order)
            path = path.replace("ORDER", str(order.id))
        answer = self.client.get(f"/{self.shop.slug}{path}", headers={"Accept-Language": "en-GB,en;q=0.9"})
        assert answer.status_code == 200
        assert '<html lang="en">' in answer.text
        return answer.text


@pytest.fixture
def hanako(client: FlaskClient, cast: Cast) -> Visitor:
    return Visitor(client, cast)


@pytest.mark.parametrize("path", ["/", "/resend", "/resend?sent=1", "/?note=timeout"])
def test_the_way_in_is_all_english(hanako: Visitor, path: str) -> None:
    html = hanako.page(path)
    assert foreign(html) == [], MEND
    assert ">Contact<" in html


@pytest.mark.parametrize("state", ["", *TrackingState])
def test_the_order_page_is_all_english(hanako: Visitor, state: str) -> None:
    order = hanako.order()
    slot = {"requested_on": date(2026, 11, 24), "requested_slot": "午前中"}
    hanako.cast.shipment(order, tracking_state=state, **slot)
    html = hanako.page("/orders/ORDER", order)
    assert foreign(html) == [], MEND
    for words in ("Yamato Transport", "Takkyubin", "Tue 24 Nov", "before noon", "Total (incl. tax)"):
        assert words in html


@pytest.mark.parametrize("path", ["/second-step?order=ORDER", "/requests/new?order=ORDER"])
def test_the_pages_behind_it_are_all_english(hanako: Visitor, path: str) -> None:
    assert foreign(hanako.page(path, hanako.order())) == [], MEND


def test_the_form_of_the_receipt_is_english_but_for_the_words_it_prints(hanako: Visitor) -> None:
    order = hanako.order()
    hanako.cast.shipment(order)
    html = hanako.page("/orders/ORDER/receipt", order)
    before_preview = html.partition('id="receipt-preview"')[0]
    printed = ("様", "御中", "お品代として")
    assert [line for line in foreign(before_preview) if not any(words in line for words in printed)] == []


def test_a_carriers_service_that_nobody_knows_stays_as_it_came(hanako: Visitor) -> None:
    order = hanako.order()
    parcel: Shipment = hanako.cast.shipment(order, service="お届け便 50%引き <b>")
    html = hanako.page("/orders/ORDER", order)
    assert parcel.service not in html, "as text, not as markup"
    assert '<span class="service" lang="ja">お届け便 50%引き &lt;b&gt;</span>' in html


def test_japanese_words_of_the_shop_are_marked_as_japanese(client: FlaskClient, cast: Cast) -> None:
    """Unmarked words would be read aloud as English and drawn with Chinese glyphs."""
    shop = cast.shop()
    order = cast.order(shop)
    cast.session.commit()
    sign_in(client, shop, order)
    english, japanese = (
        client.get(f"/{shop.slug}/orders/{order.id}?lang={language}").text for language in ("en", "ja")
    )
    for words in ("煎茶 やぶきた 100g", "さくら茶舗</span>", "山田 花子"):
        assert f'lang="ja">{words}' in english
        assert f'lang="ja">{words}' not in japanese


def test_a_mail_in_english_is_all_english() -> None:
    shop = Shop(slug="sakura", accent="#1f5f8b", login_element="name", contact_phone="", contact_email="", **A_SHOP)
    written = (
        letters.write("login_code", "en", shop, login_code.context(code="482913", order_code="A-1"), TODAY),
        letters.write("receipt_file", "en", shop, receipt_file.context(order_code="A-1", number="00000012"), TODAY),
        letters.write(
            "order_link",
            "en",
            shop,
            {"links": [{"order_code": "A", "ordered_on": date(2026, 11, 18), "url": "/"}]},
            TODAY,
        ),
    )
    for letter in written:
        assert foreign(f"{letter.subject}\n{letter.text}\n{letter.html}") == [], MEND
    assert "Wed 18 Nov" in written[2].text
