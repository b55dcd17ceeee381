from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.orders.rules.states import MOVES, SETTLED, MoveRefusedError, derived, moved
from portal.values.states import OrderStatus, ShipmentStatus

S = OrderStatus
WAITING, PICKING, SHIPPED, GONE = ShipmentStatus


def test_every_state_says_where_it_may_go() -> None:
    assert set(MOVES) == set(OrderStatus)


@pytest.mark.parametrize("wanted", [status for status in OrderStatus if status != S.CANCELED])
def test_a_canceled_order_does_not_come_back(wanted: OrderStatus) -> None:
    with pytest.raises(MoveRefusedError):
        moved(S.CANCELED, wanted)


@pytest.mark.parametrize("current", [S.AWAITING_SHIPMENT, S.PICKING, S.ON_HOLD, S.PARTIALLY_SHIPPED, S.CANCELED])
def test_only_what_was_shipped_can_be_returned(current: OrderStatus) -> None:
    for wanted in (S.RETURN_PENDING, S.RETURNED):
        with pytest.raises(MoveRefusedError):
            moved(current, wanted)


@pytest.mark.parametrize("current", [S.PARTIALLY_SHIPPED, S.SHIPPED, S.RETURN_PENDING, S.RETURNED])
def test_what_has_left_cannot_be_canceled(current: OrderStatus) -> None:
    with pytest.raises(MoveRefusedError):
        moved(current, S.CANCELED)


@pytest.mark.parametrize("status", list(OrderStatus))
def test_staying_where_one_is_is_no_move(status: OrderStatus) -> None:
    assert moved(status, status) == status


@pytest.mark.parametrize(
    ("current", "parcels", "then"),
    [
        (S.AWAITING_SHIPMENT, [], S.AWAITING_SHIPMENT),
        (S.AWAITING_SHIPMENT, [WAITING], S.AWAITING_SHIPMENT),
        (S.AWAITING_SHIPMENT, [WAITING, PICKING], S.PICKING),
        (S.PICKING, [WAITING], S.PICKING),
        (S.PICKING, [SHIPPED, PICKING], S.PARTIALLY_SHIPPED),
        (S.PARTIALLY_SHIPPED, [SHIPPED, SHIPPED], S.SHIPPED),
        (S.AWAITING_SHIPMENT, [SHIPPED, GONE], S.SHIPPED),
        (S.AWAITING_SHIPMENT, [GONE], S.AWAITING_SHIPMENT),
        (S.SHIPPED, [SHIPPED, WAITING], S.PARTIALLY_SHIPPED),
        (S.ON_HOLD, [WAITING], S.ON_HOLD),
        (S.ON_HOLD, [SHIPPED], S.SHIPPED),
        (S.RETURNED, [SHIPPED], S.RETURNED),
        (S.CANCELED, [SHIPPED], S.CANCELED),
    ],
)
def test_parcels_make_the_order_what_it_is(
    current: OrderStatus, parcels: list[ShipmentStatus], then: OrderStatus
) -> None:
    assert derived(current, parcels) == then


@given(st.sampled_from(OrderStatus), st.lists(st.sampled_from(ShipmentStatus)))
def test_parcels_never_force_a_move_that_no_real_order_makes(
    current: OrderStatus, parcels: list[ShipmentStatus]
) -> None:
    then = derived(current, parcels)
    moved(current, then)
    assert derived(then, parcels) == then


def test_settled_orders_ignore_their_parcels() -> None:
    for status, parcels in product(SETTLED, ([SHIPPED], [WAITING], [SHIPPED, WAITING])):
        assert derived(status, parcels) == status
