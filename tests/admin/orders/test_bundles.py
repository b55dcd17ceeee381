"""同梱の候補: how staff see and decide them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import jobs
from portal.models import BundleCandidate, Order, Shop
from portal.values.roles import Role
from portal.values.states import ShipmentStatus
from tests.admin.signing_in import sign_in, signed_in
from tests.cast import Cast
from tests.mypage.signing_in import sign_in as sign_in_buyer
from tests.mypage.signing_in import submit

PAGE = "/admin/shops/sakura/bundles"


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop(bundling=True)


@pytest.fixture
def orders(app: Flask, cast: Cast, shop: Shop) -> list[Order]:
    orders = [cast.order(shop, code=code) for code in ("A-1", "A-2")]
    for order in orders:
        cast.shipment(order, status=ShipmentStatus.WAITING, tracking_number="", shipped_on=None)
    cast.session.commit()
    with app.app_context():
        jobs.orders.refresh_bundles()
    return orders


def candidate(cast: Cast) -> BundleCandidate:
    cast.session.rollback()
    return cast.session.scalars(select(BundleCandidate)).one()


@pytest.fixture
def suzuki(client: FlaskClient, cast: Cast, shop: Shop) -> FlaskClient:
    return signed_in(client, cast, shop)


def test_staff_bundle_and_both_buyers_see_the_joint_parcel(
    app: Flask, suzuki: FlaskClient, cast: Cast, shop: Shop, orders: list[Order]
) -> None:
    page = suzuki.get(PAGE).text
    assert all(text in page for text in ("山田 花子", "A-1", "A-2", "梅田1-2-3"))
    fields = {"order": [str(order.id) for order in orders]}
    answer = submit(suzuki, f"{PAGE}/{candidate(cast).id}/parcel", fields, form_on=PAGE, follow_redirects=True)
    assert "1つの荷物にまとめました" in answer.text
    assert "A-1" not in suzuki.get(PAGE).text
    for order in orders:
        buyer = app.test_client()
        sign_in_buyer(buyer, shop, order)
        assert "同梱" in buyer.get(f"/sakura/orders/{order.id}").text


def test_staff_let_them_go_alone(suzuki: FlaskClient, cast: Cast, orders: list[Order]) -> None:
    answer = submit(suzuki, f"{PAGE}/{candidate(cast).id}/decline", {}, form_on=PAGE, follow_redirects=True)
    assert "別々に出荷します" in answer.text
    assert candidate(cast).state == "declined"


def test_one_order_alone_is_no_parcel_to_share(suzuki: FlaskClient, cast: Cast, orders: list[Order]) -> None:
    fields = {"order": [str(orders[0].id), "nonsense"]}
    answer = submit(suzuki, f"{PAGE}/{candidate(cast).id}/parcel", fields, form_on=PAGE, follow_redirects=True)
    assert "2件以上" in answer.text
    assert candidate(cast).state == "open"


def test_who_comes_second_is_told(suzuki: FlaskClient, cast: Cast, orders: list[Order]) -> None:
    address = f"{PAGE}/{candidate(cast).id}"
    submit(suzuki, f"{address}/decline", {}, form_on=PAGE)
    fields = {"order": [str(order.id) for order in orders]}
    answer = submit(suzuki, f"{address}/parcel", fields, form_on="/admin/account", follow_redirects=True)
    assert "ほかの人が先に決めた" in answer.text


def test_a_viewer_looks_and_another_shops_staff_find_nothing(
    app: Flask, client: FlaskClient, cast: Cast, shop: Shop, orders: list[Order]
) -> None:
    looks = cast.staff(shop, role=Role.VIEWER)
    sato = cast.staff(cast.shop(slug="momiji"), name="佐藤 次郎", email="sato@example.jp")
    cast.session.commit()
    sign_in(client, looks)
    assert "同梱しない" not in client.get(PAGE).text
    address = f"{PAGE}/{candidate(cast).id}/decline"
    assert submit(client, address, {}, form_on="/admin/account").status_code == 403
    stranger = app.test_client()
    sign_in(stranger, sato)
    for path in (address, address.replace("sakura", "momiji")):
        assert submit(stranger, path, {}, form_on="/admin/account").status_code == 404
    assert candidate(cast).state == "open"
