"""A change is described as its buyer would: what it was, what it is now, and nothing technical."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect

from portal.models import Subscription
from portal.subscriptions.rules.allowances import Change
from portal.words.change import COLUMNS, change_lines, change_name

TODAY = date(2026, 11, 21)
JAPANESE_ONLY = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NOT_FOR_BUYERS = {
    *("anchor_on", "next_creation_on", "next_ship_on", "cycle_fixed", "email_key", "skips_in_a_row", "needs_attention"),
    *("attention_reason", "resumed", "suspended_at", "canceled_at", "cycle_number", "memo", "note_1", "note_2"),
    *("customer_number", "wallet_agreement", "source_address", "points_balance", "orders_made", "version"),
}


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@JAPANESE_ONLY
@pytest.mark.parametrize(
    ("facts", "lines"),
    [
        ({"cycle": ["months:1@15", "months:2@15"]}, [("お届け間隔", "毎月15日", "2か月ごとの15日")]),
        (
            {"next_delivery_on": ["2026-12-15", "2027-01-08"]},
            [("次回のお届け予定日", "12月15日(火)", "2027年1月8日(金)")],
        ),
        ({"next_skipped": [False, True]}, [("次回のお届け", "お届けする", "お休みする")]),
        ({"time_slot": ["", "午前中"]}, [("お届け時間帯", "指定なし", "午前中")]),
        (
            {
                "state": ["active", "suspended"],
                "resume_on": [None, "2027-02-01"],
                "suspended_at": [None, "2026-11-21T01:00:00+00:00"],
                "next_delivery_on": ["2026-12-15", "2026-12-16"],
            },
            [("定期購入", "お届け中", "一時停止中"), ("再開日", "未定", "2027年2月1日(月)")],
        ),
        (
            {"state": ["suspended", "active"], "resume_on": ["2027-02-01", None], "stop_reason": ["旅行", ""]},
            [("定期購入", "一時停止中", "お届け中")],
        ),
        ({"points_use": ["none", "always"], "points_each": [0, 1200]}, None),
        ({"shipping_fee": [500, 0]}, [("送料", "¥500", "¥0")]),
        ({"card_id": ["0" * 32, "1" * 32]}, []),
        (
            {"card_id": ["0" * 32, "1" * 32], "card": ["Visa •••• 4242", "JCB •••• 1881"]},
            [("カード", "Visa •••• 4242", "JCB •••• 1881")],
        ),
        ({"cards": ["Visa •••• 4242", ""]}, [("登録したカード", "Visa •••• 4242", "—")]),
        ({"instalments": [1, 3]}, [("お支払い回数", "1回払い", "3回払い")]),
    ],
)
def test_each_kind_of_change_is_said_in_the_buyers_words(
    facts: dict[str, Any], lines: list[tuple[str, str, str]] | None
) -> None:
    expected = [
        ("ポイントの利用方法", "利用しない", "毎回利用する"),
        ("利用するポイント", "0ポイント", "1,200ポイント"),
    ]
    assert [tuple(line) for line in change_lines(facts, TODAY)] == (expected if lines is None else lines)


@JAPANESE_ONLY
def test_of_the_items_only_those_that_differ_are_told() -> None:
    tea = "TEA-1 | 煎茶 100g | {} × 980/1080円 | 8%"
    cup = "湯のみ | 1 × 0/0円 | gift"
    jam = "J | いちご | とちおとめ | 1 × 500/500円 | remaining 3"
    before = "\n".join([tea.format(1), cup, jam])
    after = "\n".join([tea.format(2), cup])
    assert change_lines({"items": [before, after]}, TODAY) == [
        ("商品", "煎茶 100g × 1（1個 ¥1,080）、いちご | とちおとめ × 1（1個 ¥500）", "煎茶 100g × 2（1個 ¥1,080）")
    ]
    assert change_lines({"items": [cup, tea.format(1)]}, TODAY)[0].before == "湯のみ × 1（おまけ）"
    assert change_lines({"items": [tea.format(1), tea.format(1) + " | remaining 2"]}, TODAY) == []


@JAPANESE_ONLY
def test_who_and_where_are_masked_and_a_change_that_the_mask_hides_is_still_told() -> None:
    facts = {
        "delivery_to": ["buyer", "own"],
        "recipient_name": ["", "山田 次郎"],
        "recipient_address": ["", "大阪市北区梅田1-2-3"],
        "email": ["hanako@example.jp", "yamada@example.com"],
        "phone": ["090-1234-5678", "090-9999-5678"],
    }
    said = {line.label: (line.before, line.after) for line in change_lines(facts, TODAY)}
    assert said == {
        "お届け先": ("お客さまのご住所", "別のご住所"),
        "お届け先のお名前": ("—", "山••"),
        "お届け先のご住所": ("—", "大阪市…"),
        "メールアドレス": ("h•••••@example.jp", "y•••••@example.com"),
        "お電話番号": ("090-••••-5678", "090-••••-5678（変更あり）"),
    }
    full = {line.label: line.after for line in change_lines(facts, TODAY, full=True)}
    assert full["お届け先のお名前"] == "山田 次郎"
    assert full["お電話番号"] == "090-9999-5678"


@JAPANESE_ONLY
def test_columns_of_another_address_that_went_away_are_not_told() -> None:
    facts = {"delivery_to": ["own", "buyer"], "recipient_name": ["山田 次郎", ""]}
    assert [line.label for line in change_lines(facts, TODAY)] == ["お届け先"]


@JAPANESE_ONLY
def test_bookkeeping_is_not_told() -> None:
    assert {column.key for column in inspect(Subscription).column_attrs} >= NOT_FOR_BUYERS
    assert change_lines({column: ["1", "2"] for column in NOT_FOR_BUYERS}, TODAY) == []


@JAPANESE_ONLY
def test_every_column_that_is_told_exists() -> None:
    known = {column.key for column in inspect(Subscription).column_attrs} | {"items", "card", "cards", "listed_address"}
    assert COLUMNS.keys() <= known


@JAPANESE_ONLY
def test_every_change_has_a_name() -> None:
    names = {change_name(change) for change in Change}
    assert len(names) == len(Change)
    assert names.isdisjoint(Change)
    assert change_name("next_date") == "お届け日の変更"


@JAPANESE_ONLY
def test_another_language_than_the_pages_can_be_asked_for() -> None:
    facts = {"next_delivery_on": ["2026-12-15", "2027-01-08"]}
    assert change_lines(facts, TODAY, language="en")[0].after == "Fri 8 Jan 2027"
    assert change_lines(facts, TODAY)[0].after == "2027年1月8日(金)"


@JAPANESE_ONLY
def test_pages_can_say_them(app: Flask) -> None:
    template = app.jinja_env.from_string("{{ change_name(k) }}{% for l in change_lines(f) %}:{{ l.after }}{% endfor %}")
    assert template.render(k="skip", f={"next_skipped": [False, True]}) == "次回お届けのお休み:お休みする"
