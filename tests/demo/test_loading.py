"""The demo: one of everything there is to see, loaded by the same import, with the same result every time."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, Order, OrderLine, OutboxMail, Shipment, Shop, Staff, TrackingEvent
from portal.payments.rules.methods import PaymentClass, classify
from portal.payments.rules.payment_states import ALL_TROUBLES, PaymentState
from portal.shipments.rules.carrier_table import CARRIERS
from portal.shipments.rules.carriers import check_digit_ok
from portal.shipments.rules.statuses import TrackingState
from portal.values.registration import registration_number_warning
from portal.values.states import OrderStatus, ShipmentStatus
from tests.conftest import Clock
from tests.importing.files import everything
from tests.mypage.signing_in import log_in, submit


@pytest.fixture
def loaded(app: Flask, session: Session) -> Session:
    result = app.test_cli_runner().invoke(args=["load-demo"])
    assert result.exit_code == 0, result.output
    return session


def test_the_demo_shows_everything_there_is(loaded: Session) -> None:
    orders = loaded.scalars(select(Order)).all()
    parcels = loaded.scalars(select(Shipment)).all()
    assert len(orders) >= 60
    assert {order.status for order in orders} == set(OrderStatus)
    assert {order.payment_state for order in orders} == set(PaymentState)
    assert {order.payment_state_words for order in orders} == {"", "ZEUS完了", "確認中"}
    assert {classify(order.payment_method) for order in orders} == set(PaymentClass)
    assert {order.needs_attention for order in orders} == {
        *("", "rates_unknown", "amounts_do_not_add_up", "changed_after_receipt", "deferred_ng"),
        *ALL_TROUBLES,
    }
    assert {parcel.carrier for parcel in parcels} >= {carrier.code for carrier in CARRIERS}
    assert {parcel.status for parcel in parcels} == set(ShipmentStatus)
    assert {parcel.tracking_state for parcel in parcels} == {"", *TrackingState}
    assert "" in loaded.scalars(select(TrackingEvent.state)).all()
    assert max(len(order.shipments) for order in orders) >= 3
    assert max(len(parcel.orders) for parcel in parcels) == 2
    assert any(parcel.items for parcel in parcels)
    assert max(len(order.lines) for order in orders) == 60
    assert {0, 12_345_678} <= {order.total for order in orders}
    assert {line.tax_rate for line in loaded.scalars(select(OrderLine))} >= {8, 10, None}
    assert any(order.points_used for order in orders)
    assert any(order.coupon for order in orders)
    assert any(order.recipient_name for order in orders)
    names = "".join(order.buyer_name for order in orders)
    assert all(letters in names for letters in ("髙", "﨑", "𠮷", "邉", "株式会社", "Smith", "김민준"))
    assert max(len(order.buyer_name) for order in orders) == 40
    assert any(not order.buyer_kana for order in orders)
    assert any(not order.email for order in orders)


def test_demo_numbers_are_such_as_carriers_give_out(loaded: Session) -> None:
    for parcel in loaded.scalars(select(Shipment)):
        assert check_digit_ok(parcel.carrier, parcel.tracking_number) is not False
    numbers = loaded.scalars(select(Shop.registration_number)).all()
    assert [registration_number_warning(number) for number in numbers if number] == [None] * 3


def test_loading_again_on_another_day_changes_nothing(loaded: Session, app: Flask, clock: Clock) -> None:
    models = (Shop, Staff, Order, OrderLine, Shipment, TrackingEvent, OutboxMail, AuditEntry)
    before = everything(loaded, *models)
    clock.forward(days=3, hours=5)
    assert app.test_cli_runner().invoke(args=["load-demo"]).exit_code == 0
    assert everything(loaded, *models) == before


def test_nothing_of_the_demo_lies_in_the_future(loaded: Session, clock: Clock) -> None:
    assert max(loaded.scalars(select(TrackingEvent.occurred_at))) <= clock()
    assert max(loaded.scalars(select(Order.ordered_at))) <= clock()


def test_each_shop_has_a_link_that_opens_with_what_is_printed_beside_it(loaded: Session, app: Flask) -> None:
    output = app.test_cli_runner().invoke(args=["demo-links"]).output
    found = re.findall(r"^Buyer  http://localhost(/\S+)   (\S.*)$", output, re.MULTILINE)
    assert [path.split("/")[1] for path, _ in found] == ["sakura", "hinata", "aozora", "yorozu"]
    assert [line.split()[0] for line in output.splitlines()] == [*["Buyer"] * 4, "Staff"]
    for path, typed in found:
        client = app.test_client()
        page = client.get(path).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token
        answer = client.post(path, data={"typed": typed, "csrf_token": token[1]}, follow_redirects=True)
        assert "配達中" in answer.text or "輸送中" in answer.text


def test_the_printed_login_lets_the_manager_into_every_demo_shop(loaded: Session, app: Flask) -> None:
    line = app.test_cli_runner().invoke(args=["demo-links"]).output.splitlines()[-1]
    word, url, email, password = line.split()
    assert (word, url) == ("Staff", "http://localhost/admin/")
    client = app.test_client()
    answer = submit(client, "/admin/login", {"email": email, "password": password})
    assert (answer.status_code, answer.location) == (303, "/admin/")
    page = client.get("/admin/").text
    assert all(name in page for name in loaded.scalars(select(Shop.name)))


def test_a_production_takes_no_demo_whose_password_everybody_knows(app: Flask, session: Session) -> None:
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"mypage_env": "production"})
    result = app.test_cli_runner().invoke(args=["load-demo"])
    assert result.exit_code == 1
    assert "not in production" in result.output
    assert session.scalars(select(Staff)).all() == []


def test_without_the_demo_there_are_no_links(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["demo-links"]).output == ""


def test_every_order_opens_with_its_own_name(loaded: Session, app: Flask) -> None:
    shops = {shop.id: shop for shop in loaded.scalars(select(Shop))}
    closed = set()
    for order in loaded.scalars(select(Order)).all():
        client = app.test_client()
        answer = client.get(log_in(client, shops[order.shop_id], order).headers["Location"])
        if answer.status_code == 410:
            closed.add(order.code)
        else:
            assert (answer.status_code, order.code in answer.text) == (200, True), order.code
    # The name fits, but these orders have expired.
    assert closed == {"A-09871", "A-09872", "A-09873", "300123-20261118-0007654314"}
