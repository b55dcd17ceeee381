"""How long an order's page stays open."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Order, SessionOrder, Shop
from portal.values.states import OrderStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.access.visits import page
from tests.mypage.signing_in import link, log_in, submit


@pytest.mark.parametrize(("days_ago", "status"), [(90, 200), (91, 410)])
def test_ninety_days_after_the_last_parcel_the_page_closes(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order, days_ago: int, status: int
) -> None:
    today = date(2026, 11, 21)
    cast.shipment(order, shipped_on=today - timedelta(days=200))
    cast.shipment(order, shipped_on=today - timedelta(days=days_ago), tracking_number="123456789021")
    cast.session.commit()
    answer = client.get(log_in(client, shop, order).location)
    assert answer.status_code == status
    assert ("075-000-0000" in answer.text) is True
    assert ("公開は終了しました" in answer.text) is (status == 410)


def test_what_has_expired_is_told_only_after_the_proof(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order
) -> None:
    cast.shipment(order, shipped_on=date(2026, 1, 1))
    cast.session.commit()
    assert "公開は終了しました" not in client.get(link(client, shop, order)).text
    assert submit(client, link(client, shop, order), {"typed": "佐藤太郎"}).status_code == 422
    assert client.get(page(order)).status_code == 303


def test_a_session_does_not_outlive_the_orders_opening(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order, clock: Clock
) -> None:
    cast.shipment(order, shipped_on=date(2026, 8, 23))
    cast.session.commit()
    clock.forward(hours=13, minutes=50)  # 23:50 in Tokyo on the last day
    log_in(client, shop, order)
    assert client.get(page(order)).status_code == 200
    clock.forward(minutes=10)
    assert client.get(page(order)).status_code == 410


def test_a_canceled_parcel_does_not_count(client: FlaskClient, cast: Cast, shop: Shop, order: Order) -> None:
    cast.shipment(order, shipped_on=date(2026, 1, 1))
    cast.shipment(order, status="cancelled", shipped_on=date(2026, 11, 20), tracking_number="123456789021")
    cast.session.commit()
    assert client.get(log_in(client, shop, order).location).status_code == 410


@pytest.mark.parametrize(("days_ago", "status"), [(90, 200), (91, 410)])
def test_a_canceled_order_opens_until_the_limit_from_its_cancellation(
    client: FlaskClient, cast: Cast, shop: Shop, days_ago: int, status: int
) -> None:
    facts: dict[str, Any] = {"status": OrderStatus.CANCELED, "cancelled_at": cast.now - timedelta(days=days_ago)}
    order = cast.order(shop, **facts)
    cast.session.commit()
    assert client.get(log_in(client, shop, order).location).status_code == status


def test_a_shop_without_a_limit_closes_nothing(client: FlaskClient, cast: Cast) -> None:
    shop = cast.shop()
    # Set only after the insert, which would take None for "not given" and write the default.
    shop.access_days = None
    order = cast.order(shop)
    cast.shipment(order, shipped_on=date(2015, 1, 1))
    cast.session.commit()
    assert client.get(log_in(client, shop, order).location).status_code == 200


def test_an_old_order_that_was_never_shipped_is_open(client: FlaskClient, cast: Cast, shop: Shop) -> None:
    order = cast.order(shop, ordered_at=cast.now - timedelta(days=1000))
    cast.session.commit()
    assert client.get(log_in(client, shop, order).location).status_code == 200


def test_an_order_proved_twice_is_proved_once(client: FlaskClient, session: Session, shop: Shop, order: Order) -> None:
    log_in(client, shop, order)
    submit(client, "/sakura/", {"code": "A-10234", "typed": "山田花子"})
    assert session.scalars(select(SessionOrder.order_id)).all() == [order.id]
