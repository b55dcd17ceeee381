"""An order that goes to somebody else: what name and code open, and how its buyer sees the rest."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.models import Order, Shop
from tests.cast import Cast
from tests.mypage.access.second_step import Buyer
from tests.mypage.access.visits import page
from tests.mypage.signing_in import log_in, prove_mail, sign_in, submit

TO_TARO = {
    "recipient_name": "佐藤 太郎",
    "recipient_postcode": "100-0001",
    "recipient_prefecture": "東京都",
    "recipient_address": "千代田区千代田9-9-9",
}


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop(delivery_notes_allowed=True)


@pytest.fixture
def gift(cast: Cast, shop: Shop) -> Order:
    order = cast.order(shop, **TO_TARO)
    cast.shipment(order)
    cast.session.commit()
    return order


def type_code(client: FlaskClient, order: Order) -> None:
    assert submit(client, "/sakura/", {"code": order.code, "typed": order.buyer_name}).status_code == 303


def sees_amounts(client: FlaskClient, order: Order) -> bool:
    return "3,280" in client.get(page(order)).text


def test_name_and_code_show_where_the_parcel_is_and_say_why_not_more(client: FlaskClient, gift: Order) -> None:
    type_code(client, gift)
    text = client.get(page(gift)).text
    assert "1234-5678-9010" in text
    assert "ご注文者とお届け先が異なるため、お荷物の状況だけを表示しています" in text
    assert "確認コードで、すべて表示する" in text
    for secret in ("3,280", "煎茶", "千代田", "佐藤", "領収書を発行", "クレジットカード", "/statement", "/receipt"):
        assert secret not in text, secret


def test_the_mailed_code_shows_everything(app: Flask, session: Session, shop: Shop, gift: Order) -> None:
    hanako = Buyer(app, session, shop, gift)
    assert not sees_amounts(hanako.client, gift)
    hanako.ask()
    assert hanako.type(hanako.code()).location == page(gift)
    assert sees_amounts(hanako.client, gift)
    assert hanako.client.get(f"{page(gift)}/receipt").status_code == 200


def test_the_link_of_the_mail_shows_everything_also_after_the_code_was_typed(
    client: FlaskClient, shop: Shop, gift: Order
) -> None:
    type_code(client, gift)
    assert not sees_amounts(client, gift)
    log_in(client, shop, gift)
    assert sees_amounts(client, gift)


def test_the_link_after_the_code_in_one_session_opens_the_rest(client: FlaskClient, shop: Shop, gift: Order) -> None:
    sign_in(client, shop, gift)
    assert not sees_amounts(client, gift)
    sign_in(client, shop, gift, by_link=True)
    assert sees_amounts(client, gift)
    sign_in(client, shop, gift)
    assert sees_amounts(client, gift), "typing the code takes nothing away"


def test_an_order_to_the_buyers_own_door_shows_everything_by_its_code(
    client: FlaskClient, cast: Cast, shop: Shop
) -> None:
    own = cast.order(shop, recipient_name="山田花子", recipient_address="大阪市北区梅田１－２－３ メゾン桜405")
    cast.session.commit()
    type_code(client, own)
    assert sees_amounts(client, own)


def test_a_paper_of_a_gift_leads_to_the_code_and_back(client: FlaskClient, gift: Order) -> None:
    type_code(client, gift)
    for paper in ("statement", "delivery-note", "receipt"):
        answer = client.get(f"{page(gift)}/{paper}")
        assert answer.status_code == 303
        assert answer.location == f"/sakura/second-step?order={gift.id}&back={page(gift)}/{paper}"


def test_a_gift_opens_no_other_order_where_the_shop_asks_no_code_for_them(
    client: FlaskClient, cast: Cast, shop: Shop, gift: Order
) -> None:
    shop.second_step = {"other_orders": False, "personal_data": False}
    cast.rules(shop)
    subscription = cast.subscription(shop)
    own = cast.order(shop, code="A-2", subscription_id=subscription.id)
    cast.session.commit()
    type_code(client, gift)
    assert client.get(page(own)).status_code == 404
    assert client.get(f"/sakura/subscriptions/{subscription.id}").status_code == 404
    assert "0000000001" not in client.get("/sakura/subscriptions").text
    type_code(client, own)
    assert client.get(f"/sakura/subscriptions/{subscription.id}").status_code == 200
    assert sees_amounts(client, gift), "whose own order is proved has the gift among the other orders"


def test_the_gifts_of_a_subscription_open_it_only_to_its_buyer(
    client: FlaskClient, cast: Cast, shop: Shop, gift: Order
) -> None:
    cast.rules(shop)
    subscription = cast.subscription(shop)
    gift.subscription_id = subscription.id
    cast.session.commit()
    type_code(client, gift)
    assert "定期購入" not in client.get(page(gift)).text
    path = f"/sakura/subscriptions/{subscription.id}"
    assert client.get(path).status_code == 404
    prove_mail(client, shop, gift.email_key)
    assert client.get(path).status_code == 200


def test_an_unpaid_gift_on_hold_says_nothing_of_its_payment(
    client: FlaskClient, cast: Cast, shop: Shop, gift: Order
) -> None:
    cast.rules(shop)
    subscription = cast.subscription(shop, payment_method="クレジットカード")
    held = cast.refused_order(subscription, cast.card(shop))
    for column, value in TO_TARO.items():
        setattr(held, column, value)
    cast.session.commit()
    type_code(client, held)
    for path, headers in ((page(held), {}), (f"{page(held)}/tracking", {"HX-Request": "true"})):
        text = client.get(path, headers=headers).text
        assert "出荷を見合わせています" in text
        assert "お支払い" not in text
        assert "1,580" not in text


def test_without_an_address_for_the_code_the_shop_is_asked(client: FlaskClient, cast: Cast, gift: Order) -> None:
    gift.email = gift.email_key = ""
    cast.session.commit()
    type_code(client, gift)
    text = client.get(page(gift)).text
    assert "当店へお問い合わせください" in text
    assert "/requests/new?" in text
    assert "second-step" not in text


@pytest.mark.parametrize(
    ("policy", "by_link", "is_asked"), [("once", False, True), ("once", True, False), ("reissue", False, False)]
)
def test_a_receipt_given_only_once_needs_the_code_unless_the_link_came_by_mail(
    client: FlaskClient, cast: Cast, shop: Shop, policy: str, by_link: bool, is_asked: bool
) -> None:
    shop.receipt_policy = policy
    order = cast.order(shop)
    cast.shipment(order)
    cast.session.commit()
    sign_in(client, shop, order, by_link=by_link)
    answer = client.get(f"{page(order)}/receipt")
    assert answer.status_code == (303 if is_asked else 200)
    if is_asked:
        assert answer.location.startswith("/sakura/second-step?")
        prove_mail(client, shop, order.email_key)
        assert client.get(f"{page(order)}/receipt").status_code == 200
