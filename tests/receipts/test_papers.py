"""What stands on statement and delivery note, drafted from the order as it is."""

import json
from typing import Any

import pytest

from portal.access.rules.contact import full_contact
from portal.receipts.papers import draft_delivery_note, draft_statement
from tests.cast import Cast

PRICES = ("1080", "2200", "3280", "500", "70")
"""Every amount of the order below."""
TARO = {"recipient_name": "鈴木 太郎", "recipient_kana": "スズキ タロウ"}
ELSEWHERE = {"recipient_postcode": "060-0001", "recipient_prefecture": "北海道", "recipient_address": "札幌市中央区1-1"}


@pytest.mark.parametrize(
    ("recipient", "shop_says", "has_amounts"),
    [
        ({}, False, True),
        ({"recipient_name": "やまだ はなこ"}, False, True),
        (TARO, False, False),
        ({"recipient_name": "山田 花子"} | ELSEWHERE, False, False),
        (TARO | ELSEWHERE, True, True),
    ],
)
def test_the_delivery_note_of_a_present_names_no_amount(
    cast: Cast, recipient: dict[str, str], shop_says: bool, has_amounts: bool
) -> None:
    shop = cast.shop(gift_amounts=shop_says)
    money: dict[str, Any] = {"shipping_fee": 500, "discount": 70, "total": 3710, "points_used": 0}
    order = cast.order(shop, **recipient, **money)
    cast.shipment(order)
    note = draft_delivery_note(shop, order, full_contact(order), cast.today)
    assert [(line.name, line.quantity) for line in note.lines[:2]] == [("煎茶 やぶきた 100g", 1), ("急須 青磁", 1)]
    assert note.total == (3710 if has_amounts else None)
    said = json.dumps(note.to_dict()["lines"], ensure_ascii=False)
    assert {price for price in PRICES if price in said} == ({"1080", "2200", "500", "70"} if has_amounts else set())
    assert draft_statement(shop, order, full_contact(order), cast.today).total == 3710, "it is the buyer's own paper"
