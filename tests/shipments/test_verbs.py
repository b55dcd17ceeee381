from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Shipment, TrackingEvent
from portal.shipments.parcels import ParcelRefusedError, Said
from portal.shipments.rules.statuses import Event, TrackingState
from portal.shipments.verbs import Outcome, put_parcel, record_events, ship_rest
from portal.values.states import OrderStatus, ShipmentStatus
from tests.audit_trail import actions
from tests.cast import Cast
from tests.conftest import Clock

SAID = Said(tracking_number="123456789010", carrier="yamato", service="宅急便", shipped_on=date(2026, 11, 20))
DELIVERED = Event(datetime(2026, 11, 21, 1, 0, tzinfo=UTC), TrackingState.DELIVERED, "配達完了", "大阪")


def test_a_parcel_put_twice_is_one_parcel_and_leaves_once(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(cast.shop())
    first = put_parcel(session, [order], SAID, actor="cli", now=clock())
    again = put_parcel(session, [order], SAID, actor="cli", now=clock.forward(hours=1))
    assert (first.outcome, again.outcome) == (Outcome.CREATED, Outcome.UNCHANGED)
    assert (first.now_shipped, again.now_shipped) == (True, False)
    assert order.status == OrderStatus.SHIPPED
    assert actions(session) == ["shipment.created", "order.status_derived"]


def test_it_is_the_same_for_who_reads_it_from_the_database(cast: Cast, session: Session, clock: Clock) -> None:
    one, other = (cast.order(shop := cast.shop(), "A-1"), cast.order(shop, "A-2"))
    put = put_parcel(session, [one, other], SAID, actor="cli", now=clock())
    seen = {order.code for order in put.shipment.orders}
    session.commit()
    session.expire_all()
    assert {order.code for order in put.shipment.orders} == seen == {"A-1", "A-2"}
    assert one.shipments == other.shipments == [put.shipment]


def test_a_canceled_order_gets_no_parcel(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(cast.shop(), status=OrderStatus.CANCELED)
    with pytest.raises(ParcelRefusedError):
        put_parcel(session, [order], SAID, actor="cli", now=clock())
    assert session.scalars(select(Shipment)).all() == []


def test_the_same_event_twice_is_one(cast: Cast, session: Session) -> None:
    shipment = cast.shipment(cast.order(cast.shop()))
    assert record_events(shipment, [DELIVERED, DELIVERED])
    session.commit()
    assert not record_events(shipment, [DELIVERED])
    late = Event(datetime(2026, 11, 21, 3, 0, tzinfo=UTC), TrackingState.IN_TRANSIT, "輸送中")
    assert record_events(shipment, [late])
    session.commit()
    assert len(session.scalars(select(TrackingEvent)).all()) == 2
    assert shipment.tracking_state == TrackingState.DELIVERED


def test_the_rest_is_shipped_at_once(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(cast.shop())
    cast.shipment(order, status=ShipmentStatus.CANCELED)
    cast.shipment(order, status=ShipmentStatus.WAITING, shipped_on=None)
    assert ship_rest(session, order, actor="cli", now=clock())
    assert order.status == OrderStatus.SHIPPED
    assert sorted(shipment.status for shipment in order.shipments) == [ShipmentStatus.CANCELED, ShipmentStatus.SHIPPED]
    assert not ship_rest(session, order, actor="cli", now=clock())


def test_an_order_that_was_shipped_without_a_parcel_gets_one(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(cast.shop())
    assert ship_rest(session, order, actor="cli", now=clock())
    assert [(shipment.status, shipment.shipped_on) for shipment in order.shipments] == [(ShipmentStatus.SHIPPED, None)]
    assert order.status == OrderStatus.SHIPPED
