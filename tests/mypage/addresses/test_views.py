"""Where a subscription is sent: choosing an address, changing one, the address list, and shared addresses."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import ListedAddress, Order, OutboxMail, Shop, Subscription, SubscriptionRules
from tests.admin.settings.forms_as_sent import fields_of
from tests.cast import TARO, Cast
from tests.mypage.subscribers import Subscriber, hidden
from tests.page_text import text_of

SAPPORO = {
    "recipient_name": "山田 一郎",
    "recipient_kana": "",
    "recipient_phone": "０９０－９９９９－８８８８",
    "recipient_postcode": "０６０００４２",
    "recipient_prefecture": "北海道",
    "recipient_address": "札幌市中央区大通西1-2",
}
PARENTS = SAPPORO | {"label": "実家"}


@pytest.fixture
def rules(cast: Cast, shop: Shop) -> SubscriptionRules:
    return cast.rules(shop, shipping_fees={"": 500, "北海道": 1200})


@pytest.fixture
def subscription(cast: Cast, shop: Shop, rules: SubscriptionRules) -> Subscription:
    return cast.subscription(shop)


def open_and_send(hanako: Subscriber, path: str, fields: dict[str, str]) -> TestResponse:
    """Open a page of the address list, fill in its form and send it."""
    sent = {name: value for name, value in hidden(hanako.client.get(hanako.page + path)).items() if name != "fill"}
    return hanako.client.post(hanako.page + path, data=sent | fields)


def press(hanako: Subscriber, path: str, previewed: TestResponse, **changes: Any) -> TestResponse:
    sent = hidden(previewed) | changes
    sent.pop("again", None)
    return hanako.client.post(f"{hanako.page}{path}/confirm", data=sent)


def add_parents(hanako: Subscriber) -> UUID:
    answer = open_and_send(hanako, "/addresses/new", PARENTS)
    assert answer.status_code == 303, answer.text
    assert "リストに追加しました" in hanako.client.get(answer.location).text
    hanako.session.rollback()
    listed = hanako.session.scalars(select(ListedAddress.id)).one()
    hanako.session.rollback()
    return listed


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
    assert "次のお届け日に間に合いません" in answer.text
    assert hanako.now().delivery_to == "buyer"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"recipient_postcode": "0600"}, "7けたの数字"),
        ({"recipient_postcode": ""}, "7けたの数字"),
        ({"recipient_prefecture": ""}, "都道府県を選んで"),
        ({"recipient_prefecture": "大阪府"}, "この郵便番号は北海道のものです"),
        ({"recipient_name": " 　"}, "お名前を入力"),
        ({"recipient_address": ""}, "番地・建物名まで"),
        ({"recipient_address": "札幌市中央区大通西（１〜１９丁目）"}, None),
        ({"recipient_phone": "12"}, "市外局番から"),
        ({"to": "buyer", "recipient_address": "どこか1-1"}, "下にご住所の入力があります"),
        ({"to": ""}, "お届け先を選んで"),
        ({"to": "00000000-0000-0000-0000-000000000007"}, "お届け先を選んで"),
    ],
)
def test_what_is_missing_is_asked_for_kindly(hanako: Subscriber, typed: dict[str, str], said: str | None) -> None:
    answer = hanako.preview("address", SAPPORO | {"to": "own"} | typed)
    assert answer.status_code == (422 if said else 200)
    assert said is None or said in answer.text
    assert hanako.now().delivery_to == "buyer"


# --- the postcode ----------------------------------------------------------------------------------------------------
def test_without_javascript_a_button_fills_in_what_is_empty(hanako: Subscriber) -> None:
    page = hanako.preview("address", {"fill": "1", "recipient_postcode": "５３０－０００１", "to": "buyer"})
    assert page.status_code == 200
    assert 'value="大阪市北区梅田"' in page.text
    assert '<option selected value="大阪府">' in page.text
    kept = hanako.preview(
        "address", {"fill": "1", "recipient_postcode": "530-0001", "recipient_address": "北区のどこか", "to": "own"}
    )
    assert 'value="北区のどこか"' in kept.text
    unfinished = hanako.preview(
        "address",
        SAPPORO
        | {
            "to": "own",
            "recipient_postcode": "530-0001",
            "recipient_prefecture": "大阪府",
            "recipient_address": "大阪市北区梅田",
        },
    )
    assert "番地と建物名を入力" in unfinished.text


def test_a_corrected_postcode_takes_along_what_the_first_one_filled_in(hanako: Subscriber) -> None:
    first = hanako.preview("address", {"fill": "1", "recipient_postcode": "530-0001", "to": "own"})
    sent = fields_of(first.text) | {"fill": "1", "recipient_postcode": "100-0301"}
    second = fields_of(hanako.client.post(f"{hanako.page}/changes/address", data=sent).text)
    assert (second["recipient_prefecture"], second["recipient_address"]) == ("東京都", "利島村")
    touched = second | {"fill": "1", "recipient_postcode": "530-0001", "recipient_address": "利島村248"}
    third = fields_of(hanako.client.post(f"{hanako.page}/changes/address", data=touched).text)
    assert (third["recipient_prefecture"], third["recipient_address"]) == ("大阪府", "利島村248")


def test_several_towns_are_there_to_choose_from(hanako: Subscriber) -> None:
    page = hanako.preview("address", {"fill": "1", "recipient_postcode": "498-0000", "to": "own"})
    assert "町を選んでください" in page.text
    assert 'value="弥富市"' in page.text
    chosen = hanako.preview("address", {"town": "弥富市", "recipient_postcode": "498-0000", "to": "own"})
    assert '<option selected value="愛知県">' in chosen.text


def test_the_partial_says_what_the_script_fills_in(hanako: Subscriber) -> None:
    token = hidden(hanako.form("address"))["csrf_token"]
    path = f"{hanako.page}/addresses/places"
    answer = hanako.client.post(path, data={"csrf_token": token, "recipient_postcode": "5300001"})
    assert 'data-prefecture="大阪府" data-address="大阪市北区梅田"' in answer.text
    assert "<html" not in answer.text
    unknown = hanako.client.post(path, data={"csrf_token": token, "recipient_postcode": "999-9999"})
    assert "見つかりませんでした" in unknown.text


# --- the address list ------------------------------------------------------------------------------------------------
def test_an_entry_is_added_once_and_chosen(hanako: Subscriber) -> None:
    page = hidden(hanako.client.get(f"{hanako.page}/addresses/new"))
    for _ in range(2):
        assert hanako.client.post(f"{hanako.page}/addresses/new", data=page | PARENTS).status_code == 303
    listed = hanako.session.scalars(select(ListedAddress)).one()
    assert (listed.label, listed.postcode) == ("実家", "060-0042")
    hanako.carry_out("address", {"to": str(listed.id)})
    assert (hanako.now().delivery_to, hanako.now().listed_address_id) == ("listed", listed.id)
    assert hanako.now().shipping_fee == 1200
    hanako.carry_out("address", {"to": "buyer"})
    assert (hanako.now().delivery_to, hanako.now().shipping_fee) == ("buyer", 500)


def test_editing_an_entry_names_and_moves_all_that_go_there(hanako: Subscriber, cast: Cast, shop: Shop) -> None:
    listed = add_parents(hanako)
    hanako.carry_out("address", {"to": str(listed)})
    other = cast.subscription(shop, "0000000002", delivery_to="listed", listed_address_id=listed, shipping_fee=1200)
    hanako.session.commit()
    path = f"/addresses/{listed}"
    assert "0000000002" in hanako.client.get(hanako.page + path).text
    tokyo = PARENTS | {
        "recipient_postcode": "100-0001",
        "recipient_prefecture": "東京都",
        "recipient_address": "千代田1-1",
    }
    shown = open_and_send(hanako, path, tokyo)
    assert shown.status_code == 200
    assert "札幌市中央区" in shown.text
    assert "¥1,200" in shown.text
    assert "0000000001" in shown.text
    done = press(hanako, path, shown)
    assert done.status_code == 303, done.text
    assert "受付番号" in hanako.client.get(done.location).text
    now = hanako.now()
    assert [one.shipping_fee for one in (now, other)] == [500, 500]
    assert [one.next_ship_on for one in (now, other)] == [date(2026, 12, 11)] * 2
    assert hanako.receipts()[-1].facts["listed_address"][1].startswith("東京都千代田1-1")
    again = press(hanako, path, shown)
    assert again.location == done.location, "pressed twice it is one change"
    assert len(hanako.receipts()) == 2


def test_an_entry_that_moves_one_too_late_moves_none(hanako: Subscriber, cast: Cast, shop: Shop) -> None:
    listed = add_parents(hanako)
    hanako.carry_out("address", {"to": str(listed)})
    cast.subscription(
        shop, "0000000002", delivery_to="listed", listed_address_id=listed, next_delivery_on=date(2026, 11, 26)
    )
    hanako.session.commit()
    shown = open_and_send(hanako, f"/addresses/{listed}", PARENTS | {"recipient_address": "札幌市中央区大通西9-9"})
    assert "いまは変更できません" in shown.text
    assert "締め切りました" in shown.text
    assert "once" not in hidden(shown)


def test_a_stale_page_moves_nothing_and_keeps_what_was_typed(hanako: Subscriber, cast: Cast, shop: Shop) -> None:
    listed = add_parents(hanako)
    hanako.carry_out("address", {"to": str(listed)})
    path = f"/addresses/{listed}"
    shown = open_and_send(hanako, path, PARENTS | {"recipient_address": "札幌市中央区大通西9-9"})
    hanako.session.get_one(ListedAddress, listed).address = "札幌市中央区大通西3-3"
    hanako.session.commit()
    stale = press(hanako, path, shown)
    assert stale.status_code == 409
    assert "ほかの画面で変更されています" in stale.text
    assert "大通西3-3" in stale.text
    assert "大通西9-9" in stale.text
    hanako.now()
    assert hanako.session.get_one(ListedAddress, listed).address.endswith("3-3")
    assert press(hanako, path, stale).status_code == 303, "confirming once more is a decision of one's own"


def test_a_fee_that_rose_since_the_page_was_shown_is_seen_first(
    hanako: Subscriber, rules: SubscriptionRules, session: Session
) -> None:
    listed = add_parents(hanako)
    hanako.carry_out("address", {"to": str(listed)})
    path = f"/addresses/{listed}"
    chiyoda = {
        "recipient_postcode": "100-0001",
        "recipient_prefecture": "東京都",
        "recipient_address": "千代田区千代田1-1",
    }
    shown = open_and_send(hanako, path, PARENTS | chiyoda)
    session.rollback()
    rules.shipping_fees = {"": 500, "東京都": 1500}
    session.commit()
    other = press(hanako, path, shown)
    assert other.status_code == 409
    assert "先ほどの画面から、お届けの日や金額などが変わりました" in other.text
    assert "¥1,500" in other.text
    assert hanako.now().shipping_fee == 1200
    done = press(hanako, path, other)
    assert (done.status_code, hanako.now().shipping_fee) == (303, 1500)
    assert press(hanako, path, other).location == done.location, "pressed twice it is one change"


def test_an_entry_is_deleted_unless_something_goes_there(hanako: Subscriber) -> None:
    listed = add_parents(hanako)
    path = f"{hanako.page}/addresses/{listed}/removal"
    hanako.carry_out("address", {"to": str(listed)})
    assert "使われています" in hanako.client.get(path).text
    token = hidden(hanako.form("address"))["csrf_token"]
    assert hanako.client.post(path, data={"csrf_token": token, "version": "1"}).status_code == 409
    hanako.carry_out("address", {"to": "buyer"})
    assert hanako.client.post(path, data=hidden(hanako.client.get(path))).status_code == 303
    assert "実家" not in hanako.form("address").text
    assert hanako.client.get(path).status_code == 404


# --- the buyer's own address -----------------------------------------------------------------------------------------
def test_the_own_address_is_one_for_all_her_subscriptions(hanako: Subscriber, cast: Cast, shop: Shop) -> None:
    second = cast.subscription(shop, "0000000002")
    elsewhere = cast.subscription(shop, "0000000003", address="別のところ1-1")
    taros = cast.subscription(shop, "0000000004", **TARO)
    hanako.session.commit()
    typed = {name: value for name, value in SAPPORO.items() if name != "recipient_phone"}
    shown = open_and_send(hanako, "/addresses/own", typed)
    assert "0000000002" in shown.text
    assert "0000000003" not in shown.text
    done = press(hanako, "/addresses/own", shown)
    assert done.status_code == 303, done.text
    hanako.now()
    for one in (hanako.subscription, second):
        assert (one.buyer_name, one.prefecture, one.shipping_fee) == ("山田 一郎", "北海道", 1200)
    assert (elsewhere.address, taros.address) == ("別のところ1-1", TARO["address"])
    told = hanako.session.scalars(select(OutboxMail.recipient).where(OutboxMail.message == "subscription_changed"))
    assert list(told) == ["hanako@example.jp"] * 2, "each has its receipt"


def test_the_same_address_is_no_change(hanako: Subscriber) -> None:
    page = hanako.client.get(f"{hanako.page}/addresses/own")
    assert 'value="大阪市北区梅田1-2-3 メゾン桜 405"' in page.text
    typed = {
        "recipient_name": "山田 花子",
        "recipient_kana": "ヤマダ ハナコ",
        "recipient_postcode": "530-0001",
        "recipient_prefecture": "大阪府",
        "recipient_address": "大阪市北区梅田1-2-3 メゾン桜 405",
    }
    assert "変わるところはありません" in open_and_send(hanako, "/addresses/own", typed).text


# --- permissions -----------------------------------------------------------------------------------------------------
def test_another_buyers_entry_is_not_there(hanako: Subscriber, cast: Cast, shop: Shop) -> None:
    taros = ListedAddress(
        shop_id=shop.id, email_key=TARO["email_key"], recipient_name="佐藤", address="秘密1-1", created_at=cast.now
    )
    hanako.session.add(taros)
    hanako.session.commit()
    for path in ("", "/removal"):
        assert hanako.client.get(f"{hanako.page}/addresses/{taros.id}{path}").status_code == 404
    assert "秘密" not in hanako.form("address").text
    assert hanako.preview("address", {"to": str(taros.id)}).status_code == 422


def test_where_the_shop_does_it_itself_its_pages_lead_to_why(
    hanako: Subscriber, rules: SubscriptionRules, session: Session
) -> None:
    rules.changes = {"address": None}
    session.commit()
    answer = hanako.client.get(f"{hanako.page}/addresses/own")
    assert answer.status_code == 303
    assert answer.location.endswith("/changes/address")
    assert "このページからは変更できません" in hanako.client.get(answer.location).text


def test_the_list_that_others_share_asks_for_their_code(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription
) -> None:
    shop.second_step = {"subscription": False, "personal_data": False}
    session.commit()
    stranger = Subscriber(app, session, shop, order, subscription, with_step=False)
    for path in ("own", "new"):
        answer = stranger.client.get(f"{stranger.page}/addresses/{path}")
        assert (answer.status_code, "second-step" in answer.location) == (303, True)


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
