"""Addresses that several subscriptions share: the address list, and the buyer's own address."""

from datetime import date

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import ListedAddress, Order, OutboxMail, Shop, Subscription, SubscriptionRules
from tests.cast import TARO, Cast
from tests.mypage.addresses.address_pages import PARENTS, SAPPORO, add_parents, open_and_send, press
from tests.mypage.subscribers import Subscriber, hidden


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
    assert "現在は変更できません" in shown.text
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
    assert "先ほどの画面から、お届け日や金額などが変わりました" in other.text
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
    assert "変更点はありません" in open_and_send(hanako, "/addresses/own", typed).text


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


def test_the_list_that_others_share_asks_for_their_code(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription
) -> None:
    shop.second_step = {"subscription": False, "personal_data": False}
    session.commit()
    stranger = Subscriber(app, session, shop, order, subscription, with_step=False)
    for path in ("own", "new"):
        answer = stranger.client.get(f"{stranger.page}/addresses/{path}")
        assert (answer.status_code, "second-step" in answer.location) == (303, True)
