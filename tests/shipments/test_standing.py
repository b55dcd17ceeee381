"""The headline of the order page, for every combination of states an order and its parcels can have."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from portal.orders.page import OrderPage, Parcel, ParcelEvent
from portal.orders.rules.amounts import Charges
from portal.shipments.rules.statuses import TrackingState
from portal.shipments.standing import Stage, delivered_at, refresh_seconds, stage_of, standing
from portal.values.states import OrderStatus

TODAY = date(2026, 11, 24)
PARCEL = Parcel(
    id=UUID(int=1),
    status="shipped",
    carrier="yamato",
    service="宅急便",
    tracking_number="123456789010",
    requested_on=None,
    requested_slot="",
    shipped_on=date(2026, 11, 22),
    tracking_state="",
    held_for_bundling=False,
    order_count=1,
    contents=(),
    events=(),
)
WAITING = replace(PARCEL, status="waiting", tracking_number="", shipped_on=None)
PICKING = replace(WAITING, status="picking")
CANCELED = replace(WAITING, status="cancelled")


def tracked(state: str, **changes: Any) -> Parcel:
    return replace(PARCEL, tracking_state=state, **changes)


def order(status: str = "shipped", *parcels: Parcel) -> OrderPage:
    texts = dict.fromkeys(
        (
            *("email", "email_key", "buyer_name", "phone", "postcode", "prefecture", "address", "recipient_name"),
            *("recipient_phone", "recipient_postcode", "recipient_prefecture", "recipient_address"),
            *("payment_method", "payment_state", "payment_state_words", "status_words", "payment_class"),
            *("needs_attention", "subscription_number"),
        ),
        "",
    )
    return OrderPage(
        id=UUID(int=9),
        code="A-1",
        status=status,
        ordered_at=datetime(2026, 11, 18, tzinfo=UTC),
        cancelled_at=None,
        returned_at=None,
        subscription_id=None,
        received=0,
        refunded=0,
        refunded_rates={},
        shipping_fee=0,
        handling_fee=0,
        charges=Charges(0, None, 0, 0, 0, 0, 0),
        lines=(),
        parcels=parcels,
        **texts,
    )


@pytest.mark.parametrize(
    ("status", "parcels", "stage", "step"),
    [
        ("awaiting_shipment", (), Stage.RECEIVED, 0),
        ("awaiting_shipment", (WAITING,), Stage.RECEIVED, 0),
        ("awaiting_shipment", (replace(WAITING, held_for_bundling=True),), Stage.BUNDLING, 0),
        ("picking", (), Stage.PREPARING, 1),
        ("picking", (PICKING,), Stage.PREPARING, 1),
        ("partially_shipped", (), Stage.SHIPPED, 2),
        ("shipped", (), Stage.SHIPPED, 2),
        ("shipped", (PARCEL,), Stage.SHIPPED, 2),
        ("shipped", (replace(PARCEL, shipped_on=TODAY),), Stage.REGISTERING, 2),
        ("shipped", (tracked("registered", shipped_on=TODAY),), Stage.SHIPPED, 2),
        ("shipped", (tracked("accepted"),), Stage.SHIPPED, 2),
        ("shipped", (tracked("in_transit"),), Stage.ON_THE_WAY, 2),
        ("shipped", (tracked("out_for_delivery"),), Stage.OUT_FOR_DELIVERY, 3),
        ("shipped", (tracked("attempted"),), Stage.ATTEMPTED, 3),
        ("shipped", (tracked("held"),), Stage.WAITING_THERE, 3),
        ("shipped", (tracked("exception"),), Stage.TROUBLE, 2),
        ("shipped", (tracked("delivered"),), Stage.DELIVERED, 4),
        ("shipped", (tracked("returned"),), Stage.SENT_BACK, None),
        ("cancelled", (CANCELED,), Stage.CANCELED, None),
        ("returned", (tracked("delivered"),), Stage.RETURNED, None),
        ("return_pending", (tracked("delivered"),), Stage.RETURN_PENDING, None),
        ("on_hold", (), Stage.ON_HOLD, 0),
        ("on_hold", (WAITING,), Stage.ON_HOLD, 0),
        # A parcel that is on its way can no longer be held back.
        ("on_hold", (tracked("in_transit"), WAITING), Stage.ON_THE_WAY, 2),
    ],
)
def test_each_state_has_its_headline_and_its_step(
    status: str, parcels: tuple[Parcel, ...], stage: Stage, step: int | None
) -> None:
    found = standing(order(status, *parcels), TODAY)

    assert (found.stage, found.step) == (stage, step)


def test_no_state_of_an_order_or_a_parcel_is_left_without_an_answer() -> None:
    for status in OrderStatus:
        assert standing(order(status), TODAY).stage
        for state in TrackingState:
            assert standing(order(status, tracked(state)), TODAY).stage


@pytest.mark.parametrize(
    ("parcels", "stage", "count", "others", "step"),
    [
        ((tracked("delivered"), tracked("out_for_delivery")), Stage.OUT_FOR_DELIVERY, 1, ((Stage.DELIVERED, 1),), 3),
        ((tracked("out_for_delivery"), tracked("attempted")), Stage.ATTEMPTED, 1, ((Stage.OUT_FOR_DELIVERY, 1),), 3),
        ((tracked("delivered"), tracked("delivered"), PICKING), Stage.DELIVERED, 2, ((Stage.PREPARING, 1),), 2),
        ((tracked("in_transit"), WAITING, CANCELED), Stage.ON_THE_WAY, 1, ((Stage.RECEIVED, 1),), 2),
        ((tracked("delivered"), tracked("delivered")), Stage.DELIVERED, 2, (), 4),
    ],
)
def test_of_several_parcels_the_one_that_the_buyer_waits_for_is_spoken_of(
    parcels: tuple[Parcel, ...], stage: Stage, count: int, others: tuple[tuple[Stage, int], ...], step: int
) -> None:
    found = standing(order("partially_shipped", *parcels), TODAY)

    assert (found.stage, found.count, found.others, found.step) == (stage, count, others, step)


def test_goods_without_a_parcel_yet_are_promised() -> None:
    assert standing(order("partially_shipped", PARCEL), TODAY).more_to_come
    assert not standing(order("partially_shipped", PARCEL, WAITING), TODAY).more_to_come
    assert not standing(order("shipped", PARCEL), TODAY).more_to_come


@pytest.mark.parametrize(
    ("parcel", "on", "promised"),
    [
        (replace(WAITING, requested_on=TODAY + timedelta(days=2)), TODAY + timedelta(days=2), False),
        (replace(PARCEL, requested_on=TODAY + timedelta(days=1)), TODAY + timedelta(days=1), True),
        (tracked("held", requested_on=TODAY + timedelta(days=1)), TODAY + timedelta(days=1), True),
        (tracked("out_for_delivery"), TODAY, True),
        (tracked("out_for_delivery", requested_on=TODAY - timedelta(days=1)), TODAY, True),
    ],
)
def test_the_day_to_be_at_home_is_told(parcel: Parcel, on: date, promised: bool) -> None:
    arrival = standing(order("shipped", parcel), TODAY).arrival

    assert arrival is not None
    assert (arrival.on, arrival.is_promise) == (on, promised)


@pytest.mark.parametrize(
    "parcel",
    [
        PARCEL,
        replace(PARCEL, requested_on=TODAY - timedelta(days=1)),
        tracked("attempted", requested_on=TODAY),
        tracked("exception", requested_on=TODAY),
        tracked("delivered", requested_on=TODAY),
    ],
)
def test_no_day_is_told_that_has_passed_or_will_not_be_kept(parcel: Parcel) -> None:
    assert standing(order("shipped", parcel), TODAY).arrival is None


def test_an_old_wish_is_not_shown_as_the_slot_of_todays_delivery() -> None:
    late = tracked("out_for_delivery", requested_on=TODAY - timedelta(days=1), requested_slot="1416")

    arrival = standing(order("shipped", late), TODAY).arrival

    assert arrival is not None
    assert arrival.slot == ""


def test_attention_is_asked_for_only_where_there_is_something_to_know_or_do() -> None:
    def asks(parcel: Parcel) -> bool:
        return standing(order("shipped", parcel), TODAY).needs_attention

    assert asks(tracked("attempted"))
    assert asks(tracked("held"))
    assert not asks(tracked("held", requested_on=TODAY + timedelta(days=1)))
    assert not asks(tracked("in_transit"))
    assert not asks(tracked("delivered"))


def test_the_partial_asks_often_at_first_and_then_more_rarely() -> None:
    page = order("shipped", tracked("in_transit"))

    assert [refresh_seconds(page, TODAY, n) for n in (0, 9, 10, 29, 30, 500)] == [60, 60, 180, 180, 600, 600]


@pytest.mark.parametrize(
    "page",
    [
        order("awaiting_shipment"),
        order("picking", PICKING),
        order("shipped"),
        order("shipped", tracked("delivered")),
        order("shipped", tracked("returned")),
        order("returned", tracked("in_transit")),
        order("cancelled", tracked("in_transit")),
        order("shipped", replace(PARCEL, tracking_number="")),
        order("shipped", replace(PARCEL, carrier="japanpost", service="ゆうメール")),
        order("shipped", tracked("in_transit", shipped_on=TODAY - timedelta(days=15))),
    ],
)
def test_the_partial_stops_asking_when_no_news_will_come(page: OrderPage) -> None:
    assert refresh_seconds(page, TODAY, 0) is None


def test_one_parcel_under_way_keeps_the_partial_asking() -> None:
    assert refresh_seconds(order("shipped", tracked("delivered"), tracked("attempted")), TODAY, 0) == 60


def test_a_service_without_tracking_is_never_being_registered() -> None:
    assert stage_of(replace(PARCEL, service="クロネコゆうメール", shipped_on=TODAY), TODAY) is Stage.SHIPPED


def test_the_time_of_the_delivery_is_the_carriers() -> None:
    at = datetime(2026, 11, 23, 4, 5, tzinfo=UTC)
    events = (ParcelEvent(at, "delivered", "配達完了", ""), ParcelEvent(at + timedelta(hours=1), "in_transit", "", ""))

    assert delivered_at(tracked("delivered", events=events)) == at
    assert delivered_at(tracked("returned", events=events)) is None
