"""The receipt's form, without JavaScript: what it is filled in with, the preview, and what it refuses."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Order, Receipt, Shop
from tests.cast import Cast
from tests.mypage.receipts.receipt_pages import FIELDS, issue, page
from tests.mypage.signing_in import sign_in, submit
from tests.shipments.shipped import order

__all__ = ["order"]


@pytest.mark.parametrize(
    ("typed", "printed"), [("お品代として", "green tea"), ("会議用のお茶として", "会議用のお茶として")]
)
def test_an_english_receipt_is_for_what_the_shop_says_in_english(
    hanako: FlaskClient, order: Order, shop: Shop, session: Session, typed: str, printed: str
) -> None:
    shop.provisos = {"en": "green tea"}
    session.commit()
    assert 'value="お品代として"' in hanako.get(page(order, "/receipt")).text
    fields = FIELDS | {"proviso": typed, "language": "en"}
    preview = submit(hanako, page(order, "/receipt/preview"), fields, form_on=page(order, "/receipt")).text
    assert f'value="{printed}"' in preview
    assert re.search(rf"Description</span>\s*{printed}", preview)
    issue(hanako, order, proviso=typed, language="en")
    session.rollback()
    assert session.scalars(select(Receipt)).one().snapshot["proviso"] == printed


def test_who_reads_english_finds_the_english_words_in_the_form(hanako: FlaskClient, order: Order) -> None:
    form = hanako.get(page(order, "/receipt?lang=en")).text
    assert 'value="goods purchased"' in form
    back = submit(
        hanako,
        page(order, "/receipt/preview"),
        FIELDS | {"proviso": "goods purchased"},
        form_on=page(order, "/receipt"),
    )
    assert 'value="お品代として"' in back.text


def test_a_shop_that_speaks_only_japanese_issues_only_in_japanese(
    hanako: FlaskClient, order: Order, shop: Shop, session: Session
) -> None:
    assert 'name="language"' in hanako.get(page(order, "/receipt")).text
    shop.languages = ["ja"]
    session.commit()
    assert 'name="language"' not in hanako.get(page(order, "/receipt")).text
    preview = submit(
        hanako, page(order, "/receipt/preview"), FIELDS | {"language": "en"}, form_on=page(order, "/receipt")
    )
    assert preview.status_code == 200
    issue(hanako, order, language="en")
    session.rollback()
    assert session.scalars(select(Receipt)).one().snapshot["language"] == "ja"


def test_the_form_comes_filled_in_and_shows_the_receipt_as_it_will_be(hanako: FlaskClient, order: Order) -> None:
    text = hanako.get(page(order, "/receipt")).text
    assert 'value="山田 花子"' in text
    assert 'value="お品代として"' in text
    assert "3,280" in text


def test_the_preview_follows_what_is_typed(hanako: FlaskClient, order: Order, session: Session) -> None:
    path = page(order, "/receipt")
    answer = submit(hanako, f"{path}/preview", FIELDS, form_on=path, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "株式会社アクメ" in answer.text
    assert "<html" not in answer.text
    assert session.scalars(select(Receipt)).all() == [], "a preview issues nothing"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"addressee": " 　"}, "宛名を入力してください"),
        ({"proviso": ""}, "但し書きを入力してください"),
        ({"addressee": "花子😀"}, "この文字は印刷できません: 😀"),
        ({"addressee": "あ" * 101}, "長すぎて"),
        ({"addressee": "山" + "\ufe00" * 5000}, "長すぎて"),
    ],
)
def test_what_cannot_be_printed_is_refused_before_issuing(
    hanako: FlaskClient, order: Order, session: Session, changes: dict[str, str], sentence: str
) -> None:
    answer = submit(hanako, page(order, "/receipt"), FIELDS | changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(select(Receipt)).all() == []


def test_an_order_on_its_way_says_when_the_receipt_comes(app: Flask, cast: Cast, shop: Shop, session: Session) -> None:
    waiting = cast.order(shop, code="A-2")
    session.commit()
    client = app.test_client()
    sign_in(client, shop, waiting)
    answer = client.get(page(waiting, "/receipt"))
    assert answer.status_code == 409
    assert "すべての商品が出荷されたあとに発行できます" in answer.text


def test_a_long_receipt_is_folded_after_five_lines_with_its_total_in_sight(
    app: Flask, cast: Cast, shop: Shop, session: Session
) -> None:
    lines = [
        {"name": f"煎茶 {at:02}番", "quantity": 1, "unit_price": 100, "amount": 100, "tax_rate": 8}
        for at in range(1, 61)
    ]
    order = cast.order(shop, "A-60", lines=lines, total=6000)
    cast.shipment(order)
    session.commit()
    client = app.test_client()
    sign_in(client, shop, order)
    text = client.get(page(order, "/receipt")).text
    first, folded = text.split('<details class="more">')[0], text.split('<details class="more">')[1]
    assert "煎茶 05番" in first
    assert "煎茶 06番" not in first
    assert "残り55行を表示" in folded
    inside, after = folded.split("</details>", 1)
    assert "煎茶 60番" in inside
    assert re.search(r"合計（税込）</th>\s*<td[^>]*><strong>¥6,000", after)


def test_an_empty_addressee_is_never_drawn_as_a_lone_title(hanako: FlaskClient, order: Order) -> None:
    path = page(order, "/receipt")
    for typed in ("", "　", "\u202e\u202c"):
        answer = submit(hanako, f"{path}/preview", FIELDS | {"addressee": typed}, form_on=path)
        assert "（宛名は空欄です）" in answer.text
        assert "paper-honorific" not in answer.text
    assert "株式会社アクメ<span" in submit(hanako, f"{path}/preview", FIELDS, form_on=path).text


def test_a_mark_that_turns_the_writing_is_gone_from_page_form_and_receipt(
    hanako: FlaskClient, order: Order, session: Session
) -> None:
    session.get_one(Order, order.id).buyer_name = "\u202e山田 花子\u202c"
    session.commit()
    assert "\u202e" not in hanako.get(page(order)).text
    form = hanako.get(page(order, "/receipt")).text
    assert 'value="山田 花子"' in form
    assert "\u202e" not in form
    issue(hanako, order, addressee="\u202e山田 \u2067花子\u2069", honorific="様")
    session.rollback()
    assert session.scalars(select(Receipt)).one().addressee == "山田 花子"


@pytest.mark.parametrize(
    ("name", "addressed"), [("株式会社アクメ", "御中"), ("株式会社アクメ 山田花子", "様"), ("山田 花子", "様")]
)
def test_the_form_and_the_page_choose_the_same_title(
    hanako: FlaskClient, order: Order, session: Session, name: str, addressed: str
) -> None:
    session.get_one(Order, order.id).buyer_name = name
    session.commit()
    assert re.search(
        rf'value="{addressed}"[^>]*checked|checked[^>]*value="{addressed}"', hanako.get(page(order, "/receipt")).text
    )
    assert f"{name} {addressed}" in hanako.get(page(order)).text
