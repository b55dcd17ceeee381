"""The contents of a made order: prices, fees, points, address, notes, dates, payment."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import ListedAddress, PaymentAttempt
from portal.values.states import OrderStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.subscriptions.generation.days import CREATION, orders_of, run, run_of


def test_the_first_order_has_the_first_price(app: Flask, session: Session, cast: Cast, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop, cycle_number=1, orders_made=0)
    run(app, session, clock, shop, CREATION)
    (order,) = orders_of(session, subscription)
    assert (order.code, order.lines[0].unit_price, order.total) == ("0000000001-1", 980, 1480)


def test_everything_that_is_charged_or_taken_off_stands_in_the_order(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(
        shop,
        items=[
            {"name": "煎茶", "quantity": 2, "later_price": 1000, "tax_rate": None, "product_code": "T-100"},
            {"name": "お試しの一煎", "quantity": 1, "later_price": 0, "bundled_gift": True},
        ],
        shipping_fee=700,
        perk_off=200,
        cool_fee=220,
        payment_fee=330,
        coupon=100,
        coupon_code="HARU",
        points_use="always",
        points_each=50,
        points_balance=120,
        customer_number="M-1",
    )
    run(app, session, clock, shop, CREATION)
    (order,) = orders_of(session, subscription)
    assert (order.shipping_fee, order.other_fee, order.payment_fee) == (500, 220, 330)
    assert (order.coupon, order.points_used, order.total) == (100, 50, 2900)
    # An item without a rate gets the shop's own; the sum is right, so staff need not look at it.
    assert [(line.name, line.amount, line.tax_rate) for line in order.lines] == [
        ("煎茶", 2000, 10),
        ("お試しの一煎", 0, 8),
    ]
    assert (order.fee_rate, order.needs_attention) == (10, "")
    assert subscription.points_balance == 70


@pytest.mark.parametrize(
    ("changes", "used"),
    [
        ({"points_balance": 500}, 300),
        ({"points_balance": 299}, 0),  # fewer points than asked for: the full price
        ({"points_balance": 500, "customer_number": ""}, 0),  # a guest
        ({"points_balance": 500, "points_expire_on": CREATION - timedelta(days=1)}, 0),
        ({"points_balance": 500, "points_expire_on": CREATION}, 300),
    ],
    ids=str,
)
def test_points_pay_when_there_are_enough_that_are_still_good(
    app: Flask, session: Session, cast: Cast, clock: Clock, changes: dict[str, object], used: int
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    usual = {"points_use": "next", "points_each": 300, "customer_number": "M-1"}
    subscription = cast.subscription(shop, **(usual | changes))
    run(app, session, clock, shop, CREATION)
    (order,) = orders_of(session, subscription)
    assert (order.points_used, order.total) == (used, 1580 - used)
    assert (subscription.points_use, subscription.points_balance) == ("none", changes["points_balance"] - used)  # type: ignore[operator]


def test_items_and_orders_that_are_limited_count_down_to_the_end(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    items = [{"name": "煎茶", "remaining": 2}, {"name": "茶さじ", "remaining": 1, "later_price": 500}]
    subscription = cast.subscription(shop, items=items)
    other = cast.subscription(shop, "0000000002", remaining_orders=1)
    run(app, session, clock, shop, CREATION)
    assert [item.remaining for item in subscription.items] == [1, 0]
    assert (other.state, other.remaining_orders, other.stop_reason) == ("finished", 0, "no_orders_left")
    assert orders_of(session, other)[0].next_delivery_on is None
    run(app, session, clock, shop, date(2027, 1, 4))
    first, second = orders_of(session, subscription)
    assert [line.name for line in first.lines] == ["煎茶", "茶さじ"]
    assert [line.name for line in second.lines] == ["煎茶"]
    assert (subscription.state, subscription.stop_reason) == ("finished", "all_delivered")
    assert len(orders_of(session, other)) == 1


@pytest.mark.parametrize("kind", ["listed", "own"])
def test_it_goes_where_the_subscription_says(app: Flask, session: Session, cast: Cast, clock: Clock, kind: str) -> None:
    shop = cast.shop()
    cast.rules(shop)
    to = {"recipient_name": "山田 母", "postcode": "060-0001", "prefecture": "北海道", "address": "札幌市中央区1-1"}
    listed = ListedAddress(
        shop_id=shop.id, email_key="hanako@example.jp", phone="011-000-0000", created_at=clock(), **to
    )
    session.add(listed)
    session.flush()
    own = {f"recipient_{name.removeprefix('recipient_')}": value for name, value in to.items()}
    where = {"listed_address_id": listed.id} if kind == "listed" else {"recipient_phone": "011-000-0000", **own}
    subscription = cast.subscription(shop, delivery_to=kind, **where)
    run(app, session, clock, shop, CREATION)
    (order,) = orders_of(session, subscription)
    assert (order.recipient_name, order.recipient_prefecture, order.recipient_address) == (
        "山田 母",
        "北海道",
        "札幌市中央区1-1",
    )
    assert (order.recipient_phone, order.prefecture) == ("011-000-0000", "大阪府")


def test_notes_wrapping_and_slot_go_with_it(app: Flask, session: Session, cast: Cast, clock: Clock) -> None:
    shop, other = cast.shop(), cast.shop("momiji")
    cast.rules(shop)
    cast.rules(other, carries_slot=False)
    facts = {
        "note_1": "玄関先へ",
        "note_2": "領収書不要",
        "memo": "常連",
        "wrapping": "のし",
        "time_slot": "14時〜16時",
    }
    subscription, without = cast.subscription(shop, **facts), cast.subscription(other, **facts)
    run(app, session, clock, shop, CREATION)
    run(app, session, clock, other, CREATION)
    (order,), (slotless,) = orders_of(session, subscription), orders_of(session, without)
    assert (order.note_1, order.note_2, order.memo, order.wrapping) == ("玄関先へ", "領収書不要", "常連", "のし")
    assert (order.time_slot, order.shipments[0].requested_slot) == ("14時〜16時", "14時〜16時")
    assert (slotless.time_slot, slotless.shipments[0].requested_slot) == ("", "")


@pytest.mark.parametrize(
    ("rules", "slot"),
    [({}, "12時〜14時"), ({}, "2021"), ({"time_slots_refused": ["14時〜16時"]}, "14:00～16:00")],
    ids=["ended", "ended as a code", "taken away"],
)
def test_a_slot_that_is_no_longer_offered_is_not_asked_for_and_stays_with_the_subscription(
    app: Flask, session: Session, cast: Cast, clock: Clock, rules: dict[str, Any], slot: str
) -> None:
    shop = cast.shop()
    cast.rules(shop, **rules)
    subscription = cast.subscription(shop, carrier="yamato", delivery_method="宅急便", time_slot=slot)
    run(app, session, clock, shop, CREATION)
    (order,) = orders_of(session, subscription)
    assert (order.time_slot, order.shipments[0].requested_slot) == ("", "")
    assert order.requested_on == date(2026, 12, 15)
    assert subscription.time_slot == slot


def test_a_method_without_a_date_asks_for_none(app: Flask, session: Session, cast: Cast, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop, delivery_method="ネコポス")
    run(app, session, clock, shop, CREATION)
    (order,) = orders_of(session, subscription)
    assert (order.requested_on, order.shipments[0].requested_on) == (None, None)
    # The delivery is four business days after the ship date.
    assert (order.next_delivery_on, subscription.next_ship_on) == (date(2027, 1, 15), date(2027, 1, 8))


# --- payment -----------------------------------------------------------------------------------------------------------
def test_an_order_by_card_is_on_hold_until_the_payment_is_authorised(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    card = cast.card(shop)
    subscription = cast.subscription(shop, payment_method="クレジットカード", card_id=card.id)
    run(app, session, clock, shop, CREATION)
    (order,) = orders_of(session, subscription)
    assert (order.status, order.authorised, order.payment_state) == (OrderStatus.ON_HOLD, "held", "unpaid")
    attempt = session.scalars(select(PaymentAttempt)).one()
    assert (attempt.order_id, attempt.kind, attempt.state, attempt.amount) == (order.id, "authorise", "asked", 1580)
    assert (attempt.card_id, attempt.gateway) == (card.id, "sandbox")
    assert run_of(session, CREATION).held == 1


def test_an_order_by_a_wallet_without_consent_is_on_hold_and_unpaid(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop, payment_method="Amazon Pay")
    run(app, session, clock, shop, CREATION)
    (order,) = orders_of(session, subscription)
    assert (order.status, order.authorised, order.payment_state) == (OrderStatus.ON_HOLD, "none", "unpaid")
    assert run_of(session, CREATION).held == 1


@pytest.mark.parametrize(
    ("changes", "authorised"),
    [
        ({"payment_method": "クレジットカード", "coupon": 9999}, "none"),  # nothing to pay
        ({"payment_method": "代金引換"}, ""),
    ],
    ids=str,
)
def test_nothing_is_asked_where_nothing_can_be_charged(
    app: Flask, session: Session, cast: Cast, clock: Clock, changes: dict[str, object], authorised: str
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop, **changes)
    run(app, session, clock, shop, CREATION)
    (order,) = orders_of(session, subscription)
    assert (order.status, order.authorised) == (OrderStatus.AWAITING_SHIPMENT, authorised)
    assert session.scalar(select(func.count(PaymentAttempt.id))) == 0
