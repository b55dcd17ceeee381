from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, AuditValue, Order
from portal.orders import verbs
from portal.orders.rules.states import MoveRefusedError
from portal.values.states import OrderStatus, ShipmentStatus
from tests.cast import Cast
from tests.conftest import Clock

SUZUKI = "staff:suzuki"


def actions(session: Session, order: Order) -> list[str]:
    entries = select(AuditEntry.action).where(AuditEntry.subject_id == order.id).order_by(AuditEntry.id)
    return list(session.scalars(entries))


def test_a_canceled_order_tells_when_and_who(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(cast.shop())
    verbs.cancel(session, order, allow_code_again=False, actor=SUZUKI, now=clock())
    assert (order.status, order.cancelled_at, order.code_live) == (OrderStatus.CANCELED, clock(), True)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.actor, entry.action, entry.fields) == (SUZUKI, "order.cancelled", ["status"])
    value = session.scalars(select(AuditValue)).one()
    assert (value.before, value.after) == ("awaiting_shipment", "cancelled")


def test_canceling_twice_is_one_cancellation(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(cast.shop())
    first = clock()
    verbs.cancel(session, order, allow_code_again=False, actor=SUZUKI, now=first)
    verbs.cancel(session, order, allow_code_again=False, actor=SUZUKI, now=first + timedelta(hours=1))
    assert order.cancelled_at == first
    assert actions(session, order) == ["order.cancelled"]


def test_the_code_can_be_given_free_afterwards_but_not_taken_back(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(cast.shop())
    for allow in (False, True, False):
        verbs.cancel(session, order, allow_code_again=allow, actor=SUZUKI, now=clock())
    assert not order.code_live
    assert len(actions(session, order)) == 2


def test_what_has_left_cannot_be_canceled(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(cast.shop())
    cast.shipment(order)
    with pytest.raises(MoveRefusedError):
        verbs.cancel(session, order, allow_code_again=False, actor=SUZUKI, now=clock())
    assert order.status == OrderStatus.SHIPPED
    assert actions(session, order) == []


def test_a_bundled_parcel_outlives_the_cancellation_of_one_of_its_orders(
    cast: Cast, session: Session, clock: Clock
) -> None:
    shop = cast.shop()
    hanako, other = cast.order(shop), cast.order(shop, "A-2")
    alone = cast.shipment(hanako, status=ShipmentStatus.WAITING, shipped_on=None)
    together = cast.shipment(hanako, other, status=ShipmentStatus.WAITING, shipped_on=None)
    verbs.cancel(session, hanako, allow_code_again=False, actor=SUZUKI, now=clock())
    assert (alone.status, together.status) == (ShipmentStatus.CANCELED, ShipmentStatus.WAITING)


def test_a_return_goes_through_waiting_to_done(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(cast.shop())
    cast.shipment(order)
    verbs.await_return(session, order, actor=SUZUKI, now=clock())
    assert order.returned_at is None
    for _ in range(2):
        verbs.mark_returned(session, order, actor=SUZUKI, now=clock())
    assert (order.status, order.returned_at) == (OrderStatus.RETURNED, clock())
    assert actions(session, order) == ["order.return_awaited", "order.returned"]


def test_a_held_order_can_be_put_back(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(cast.shop())
    verbs.hold(session, order, actor=SUZUKI, now=clock())
    assert order.status == OrderStatus.ON_HOLD
    verbs.put_back(session, order, actor=SUZUKI, now=clock())
    assert order.status == OrderStatus.AWAITING_SHIPMENT


def test_an_order_follows_its_parcels(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(cast.shop())
    shipment = cast.shipment(order, status=ShipmentStatus.WAITING, shipped_on=None)
    verbs.follow_parcels(session, order, actor="cli", now=clock())
    assert actions(session, order) == []
    shipment.status = ShipmentStatus.SHIPPED
    verbs.follow_parcels(session, order, actor="cli", now=clock())
    assert order.status == OrderStatus.SHIPPED


def test_after_a_hold_the_order_is_where_its_parcels_are(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(cast.shop())
    cast.shipment(order, status=ShipmentStatus.PICKING, shipped_on=None)
    session.refresh(order)
    verbs.hold(session, order, actor=SUZUKI, now=clock())
    for _ in range(2):
        verbs.resume(session, order, actor=SUZUKI, now=clock())
    assert order.status == OrderStatus.PICKING
    assert actions(session, order) == ["order.held", "order.put_back", "order.status_derived"]


def test_goods_that_the_buyer_keeps_are_shipped_goods_again(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(cast.shop())
    cast.shipment(order)
    verbs.await_return(session, order, actor=SUZUKI, now=clock())
    for _ in range(2):
        verbs.withdraw_return(session, order, actor=SUZUKI, now=clock())
    assert order.status == OrderStatus.SHIPPED
    assert actions(session, order) == ["order.return_awaited", "order.return_withdrawn"]


@pytest.mark.parametrize("status", ["awaiting_shipment", "partially_shipped", "cancelled", "returned", "on_hold"])
def test_a_return_that_nobody_waits_for_is_not_withdrawn(
    cast: Cast, session: Session, clock: Clock, status: str
) -> None:
    order = cast.order(cast.shop(), status=status)
    with pytest.raises(MoveRefusedError):
        verbs.withdraw_return(session, order, actor=SUZUKI, now=clock())
    assert order.status == status
