"""Parcels of several orders, and numbers that only look like that."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import (
    Shipment,
    Shop,
)
from portal.values.states import OrderStatus, ShipmentStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import (
    CREATED,
    outcomes,
    refusals,
    shipped,
    the_order,
)
from tests.importing.shipments.results import take


@pytest.mark.parametrize("together", [{"同梱": "同梱"}, {"出荷管理番号": "S-7"}])
def test_a_bundled_parcel_belongs_to_both_orders(
    shop: Shop, session: Session, clock: Clock, together: dict[str, str]
) -> None:
    rows = [shipped(**together), shipped(受注コード="A-1002", **together)]
    assert outcomes(take(session, shop, clock, *rows)) == {"created": 2}
    (parcel,) = session.scalars(select(Shipment))
    assert {order.code for order in parcel.orders} == {"A-1001", "A-1002"}
    assert the_order(session).status == the_order(session, "A-1002").status == OrderStatus.SHIPPED
    assert outcomes(take(session, shop, clock, *rows)) == {"unchanged": 2}


def test_an_order_that_travels_in_anothers_parcel_needs_its_own_no_more(
    shop: Shop, cast: Cast, session: Session, clock: Clock
) -> None:
    for code in ("A-1001", "A-1002"):
        waiting = {"status": ShipmentStatus.WAITING, "tracking_number": "", "shipped_on": None}
        cast.shipment(the_order(session, code), **waiting)
    session.commit()
    rows = [shipped(同梱="同梱"), shipped(受注コード="A-1002", 同梱="同梱")]
    assert outcomes(take(session, shop, clock, *rows)) == {"updated": 2}
    assert the_order(session).status == the_order(session, "A-1002").status == OrderStatus.SHIPPED
    assert sorted(session.scalars(select(Shipment.status))) == [ShipmentStatus.CANCELED, ShipmentStatus.SHIPPED]
    assert outcomes(take(session, shop, clock, *rows)) == {"unchanged": 2}


def test_an_order_can_join_a_parcel_that_is_known(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, shipped())
    take(session, shop, clock, shipped(受注コード="A-1002", 同梱="○"))
    (parcel,) = session.scalars(select(Shipment))
    assert {order.code for order in parcel.orders} == {"A-1001", "A-1002"}


def test_one_number_on_two_orders_without_a_mark_is_a_mistake(shop: Shop, session: Session, clock: Clock) -> None:
    report = take(session, shop, clock, shipped(), shipped(受注コード="A-1002"))
    assert outcomes(report) == {"refused": 2}
    assert refusals(report) == [(2, "送り状番号"), (3, "送り状番号")]
    assert "同梱" in report.refused[0].problems[0].reason
    assert session.scalars(select(Shipment.id)).all() == []


def test_a_number_that_the_carrier_gave_out_again_is_another_parcel(
    shop: Shop, cast: Cast, session: Session, clock: Clock
) -> None:
    old = cast.order(shop, "A-0001")
    cast.shipment(old, shipped_on=date(2025, 11, 20))
    session.commit()
    assert outcomes(take(session, shop, clock, shipped(同梱="同梱"))) == CREATED
    assert session.scalar(select(func.count()).select_from(Shipment)) == 2
