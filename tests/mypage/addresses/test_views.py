"""Where a subscription is sent: choosing another address, and who may."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.models import Order, Shop, Subscription, SubscriptionRules
from tests.mypage.addresses.address_pages import SAPPORO
from tests.mypage.subscribers import Subscriber
from tests.page_text import text_of


# --- choosing --------------------------------------------------------------------------------------------------------
def test_another_address_shows_its_fee_and_keeps_the_promised_day(hanako: Subscriber) -> None:
    shown = hanako.preview("address", SAPPORO | {"to": "own"})
    assert shown.status_code == 200
    assert "¥500" in shown.text
    assert "¥1,200" in shown.text
    assert "¥2,280" in shown.text, "the sum of one order"
    assert hanako.now().delivery_to == "buyer", "nothing is stored before it is confirmed"
    done = hanako.confirm("address", shown)
    assert done.status_code == 303
    now = hanako.now()
    assert (now.delivery_to, now.recipient_prefecture, now.shipping_fee) == ("own", "北海道", 1200)
    assert (now.recipient_postcode, now.recipient_phone) == ("060-0042", "090-9999-8888")
    assert now.next_delivery_on == date(2026, 12, 15)
    assert now.next_ship_on == date(2026, 12, 9), "two days more on the way"
    assert [one.kind for one in hanako.receipts()] == ["address"]


def test_the_confirmation_shows_the_address_now_and_then_as_two_blocks(hanako: Subscriber) -> None:
    text = text_of(hanako.preview("address", SAPPORO | {"to": "own"}).text)
    assert re.search(
        "現在のお届け先 山田 花子 〒530-0001 大阪府大阪市北区梅田1-2-3 メゾン桜 405 090-1234-5678 変更後の", text
    )
    assert "変更後のお届け先 山田 一郎 〒060-0042 北海道札幌市中央区大通西1-2 090-9999-8888" in text
    assert "—" not in text
    done = text_of(hanako.carry_out("address", SAPPORO | {"to": "own"}).text)
    assert "お届け先のご住所 札幌市中央区大通西1-2" in done
    assert "—" not in done


def test_what_was_typed_is_not_hidden_from_who_typed_it(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription
) -> None:
    shop.second_step = {"subscription": False}
    session.commit()
    stranger = Subscriber(app, session, shop, order, subscription, with_step=False)
    text = text_of(stranger.preview("address", SAPPORO | {"to": "own"}).text)
    assert "変更後のお届け先 山田 一郎 〒060-0042 北海道札幌市中央区大通西1-2" in text
    assert "梅田1-2-3" not in text


@pytest.mark.parametrize("change", ["points", "time_slot", "payment", "address"])
def test_no_plan_stands_between_the_fields_and_the_button(hanako: Subscriber, change: str) -> None:
    hanako.subscription.customer_number, hanako.subscription.points_balance = "C-1", 1200
    hanako.session.commit()
    page = hanako.form(change).text
    assert "次へ（変更後の内容を確認）" in page
    assert 'id="following"' not in page


def test_the_way_to_the_list_stands_below_the_fields(hanako: Subscriber) -> None:
    page = hanako.form("address").text
    assert page.index('name="recipient_address"') < page.index("お届け先一覧に追加する")


def test_a_perk_takes_off_the_new_fee_and_never_more(hanako: Subscriber, session: Session) -> None:
    hanako.subscription.perk_off = 5000
    session.commit()
    shown = hanako.preview("address", SAPPORO | {"to": "own"})
    assert "¥-" not in shown.text
    assert hanako.confirm("address", shown).status_code == 303
    assert hanako.now().shipping_fee == 1200
    assert "¥1,080" in hanako.client.get(hanako.page).text


def test_a_shop_without_a_table_leaves_the_fee_as_it_is(
    hanako: Subscriber, rules: SubscriptionRules, session: Session
) -> None:
    rules.shipping_fees = {}
    session.commit()
    hanako.carry_out("address", SAPPORO | {"to": "own"})
    assert hanako.now().shipping_fee == 500


def test_too_far_for_the_next_delivery_is_said_with_what_to_do(hanako: Subscriber) -> None:
    hanako.subscription.next_delivery_on = hanako.subscription.anchor_on = date(2026, 12, 4)
    hanako.subscription.next_ship_on, hanako.subscription.next_creation_on = date(2026, 11, 30), date(2026, 11, 23)
    hanako.session.commit()
    answer = hanako.preview("address", SAPPORO | {"to": "own"})
    assert answer.status_code == 422
    assert "次回のお届け日に間に合いません" in answer.text
    assert hanako.now().delivery_to == "buyer"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"recipient_postcode": "0600"}, "7桁の数字"),
        ({"recipient_postcode": ""}, "7桁の数字"),
        ({"recipient_prefecture": ""}, "都道府県を選んで"),
        ({"recipient_prefecture": "大阪府"}, "この郵便番号は北海道のものです"),
        ({"recipient_name": " 　"}, "お名前を入力"),
        ({"recipient_address": ""}, "番地・建物名まで"),
        ({"recipient_address": "札幌市中央区大通西（１〜１９丁目）"}, None),
        ({"recipient_phone": "12"}, "市外局番から"),
        ({"to": "buyer", "recipient_address": "どこか1-1"}, "下にご住所が入力されています"),
        ({"to": ""}, "お届け先を選んで"),
        ({"to": "00000000-0000-0000-0000-000000000007"}, "お届け先を選んで"),
    ],
)
def test_what_is_missing_is_asked_for_kindly(hanako: Subscriber, typed: dict[str, str], said: str | None) -> None:
    answer = hanako.preview("address", SAPPORO | {"to": "own"} | typed)
    assert answer.status_code == (422 if said else 200)
    assert said is None or said in answer.text
    assert hanako.now().delivery_to == "buyer"


# --- permissions -----------------------------------------------------------------------------------------------------
def test_where_the_shop_does_it_itself_its_pages_lead_to_why(
    hanako: Subscriber, rules: SubscriptionRules, session: Session
) -> None:
    rules.changes = {"address": None}
    session.commit()
    answer = hanako.client.get(f"{hanako.page}/addresses/own")
    assert answer.status_code == 303
    assert answer.location.endswith("/changes/address")
    assert "このページからは変更できません" in hanako.client.get(answer.location).text


def test_without_the_code_addresses_are_masked_and_not_edited(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription
) -> None:
    shop.second_step = {"subscription": False}
    session.commit()
    stranger = Subscriber(app, session, shop, order, subscription, with_step=False)
    page = stranger.form("address").text
    assert "530-••••" in page
    assert "梅田1-2-3" not in page
    answer = stranger.client.get(f"{stranger.page}/addresses/own")
    assert (answer.status_code, "second-step" in answer.location) == (303, True)
