"""Orders are made on their creation date, once, and their subscription moves on."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, Order, Subscription
from portal.subscriptions.generation import generating
from portal.subscriptions.record import attention
from portal.subscriptions.record.refusals import RefusedError, StaleError
from portal.values.states import ShipmentStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.subscriptions.generation.days import CREATION, in_tokyo, orders_of, outcomes, run, run_of


def test_an_order_is_made_on_its_creation_date_and_not_before(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop)
    run(app, session, clock, shop, CREATION - timedelta(days=1), "23:59")
    assert orders_of(session, subscription) == []
    run(app, session, clock, shop, CREATION, "00:01")
    (order,) = orders_of(session, subscription)
    assert (order.code, order.code_key) == ("0000000001-2", "0000000001-2")
    assert order.ordered_at == in_tokyo(CREATION, "00:01")
    assert (order.subscription_number, order.cycle_number) == ("0000000001", 2)
    assert (order.requested_on, order.next_delivery_on) == (date(2026, 12, 15), date(2027, 1, 15))
    # The order has the later price and the subscription's shipping fee.
    assert [(line.name, line.amount, line.tax_rate) for line in order.lines] == [("煎茶 やぶきた 100g", 1080, 8)]
    assert (order.shipping_fee, order.total, order.needs_attention) == (500, 1580, "")
    assert (order.buyer_name, order.email_key, order.payment_method) == ("山田 花子", "hanako@example.jp", "代金引換")
    (parcel,) = order.shipments
    assert (parcel.status, parcel.carrier, parcel.service) == (ShipmentStatus.WAITING, "yamato", "宅急便")
    assert parcel.requested_on == date(2026, 12, 15)
    # Its search keys have the number, as those of imported orders do.
    assert "\nw00000000012\n" in order.search_keys


def test_the_subscription_moves_on_to_its_next_delivery(app: Flask, session: Session, cast: Cast, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop, resumed=True, skips_in_a_row=1)
    run(app, session, clock, shop, CREATION)
    assert (subscription.next_delivery_on, subscription.anchor_on) == (date(2027, 1, 15), date(2027, 1, 15))
    assert (subscription.next_ship_on, subscription.next_creation_on) == (date(2027, 1, 11), date(2027, 1, 4))
    assert (subscription.previous_ship_on, subscription.previous_delivery_on) == (
        date(2026, 12, 11),
        date(2026, 12, 15),
    )
    assert (subscription.cycle_number, subscription.orders_made, subscription.purchase_count) == (3, 2, 0)
    assert (subscription.resumed, subscription.skips_in_a_row) == (False, 0)
    assert outcomes(session, subscription) == [(date(2026, 12, 15), "ordered")]
    # The new version makes forms opened before stale.
    assert subscription.version == 2
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.actor == "job:generate_orders"))
    assert set(actions) == {"order.created", "subscription.ordered"}


def test_running_again_makes_nothing_twice(app: Flask, session: Session, cast: Cast, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop)
    for at in ("00:01", "00:02", "12:00"):
        run(app, session, clock, shop, CREATION, at)
    assert len(orders_of(session, subscription)) == 1
    of_day = run_of(session, CREATION)
    assert (of_day.state, of_day.due, of_day.ordered, of_day.skipped, of_day.failed) == ("done", 1, 1, 0, 0)
    assert of_day.finished_at is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "suspended"},
        {"state": "canceled"},
        {"state": "finished"},
        {"deleted_at": in_tokyo(date(2026, 11, 21))},
    ],
    ids=str,
)
def test_only_active_subscriptions_make_orders(
    app: Flask, session: Session, cast: Cast, clock: Clock, changes: dict[str, object]
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop, **changes)
    run(app, session, clock, shop, CREATION)
    assert orders_of(session, subscription) == []


@pytest.mark.parametrize("changes", [{"generates": "them"}, {"enabled": False}], ids=str)
def test_nothing_is_made_for_a_shop_whose_cart_makes_the_orders(
    app: Flask, session: Session, cast: Cast, clock: Clock, changes: dict[str, object]
) -> None:
    shop = cast.shop()
    cast.rules(shop, **changes)
    subscription = cast.subscription(shop)
    run(app, session, clock, shop, CREATION)
    assert orders_of(session, subscription) == []


def test_a_shop_that_takes_no_new_subscriptions_goes_on_with_the_running_ones(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop, takes_new=False)
    subscription = cast.subscription(shop)
    run(app, session, clock, shop, CREATION)
    assert len(orders_of(session, subscription)) == 1


def test_a_skip_makes_no_order_and_counts_nothing_up(app: Flask, session: Session, cast: Cast, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop, next_skipped=True, remaining_orders=5)
    run(app, session, clock, shop, CREATION)
    run(app, session, clock, shop, CREATION, "12:00")
    assert orders_of(session, subscription) == []
    assert (subscription.next_skipped, subscription.skips_in_a_row) == (False, 1)
    assert (subscription.cycle_number, subscription.orders_made, subscription.remaining_orders) == (2, 1, 5)
    assert (subscription.next_delivery_on, subscription.previous_delivery_on) == (date(2027, 1, 15), None)
    assert outcomes(session, subscription) == [(date(2026, 12, 15), "skipped")]
    assert (run_of(session, CREATION).skipped, run_of(session, CREATION).ordered) == (1, 0)


def test_a_moved_delivery_takes_the_cycles_with_it_that_it_passes(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(
        shop, cycle="weeks:1", anchor_on=date(2026, 12, 3), next_delivery_on=date(2026, 12, 15)
    )
    run(app, session, clock, shop, CREATION)
    assert outcomes(session, subscription) == [(date(2026, 12, 3), "ordered"), (date(2026, 12, 10), "merged")]
    assert (subscription.anchor_on, subscription.next_delivery_on) == (date(2026, 12, 17), date(2026, 12, 17))


# --- one bad one among many ----------------------------------------------------------------------------------------------
def test_a_code_that_another_order_has_needs_attention_and_the_others_are_made(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    cast.order(shop, "0000000001-2")
    subscription, other = cast.subscription(shop), cast.subscription(shop, "0000000002")
    run(app, session, clock, shop, CREATION)
    assert (subscription.needs_attention, subscription.attention_reason) == (True, "code_taken")
    assert (orders_of(session, subscription), len(orders_of(session, other))) == ([], 1)
    assert (run_of(session, CREATION).failed, run_of(session, CREATION).state) == (1, "done")
    # Once staff have settled it, the order is made.
    session.scalars(select(Order).filter_by(code="0000000001-2")).one().code_live = False
    attention.clear(session, subscription, actor="staff:1", now=clock())
    run(app, session, clock, shop, CREATION, "12:00")
    assert [order.code for order in orders_of(session, subscription)] == ["0000000001-2"]
    assert subscription.needs_attention is False
    assert (run_of(session, CREATION).ordered, run_of(session, CREATION).state) == (2, "done")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"cycle": "sometimes"}, "not_made"),
        ({"items": [{"name": "煎茶", "remaining": 0}]}, "nothing_left"),
    ],
    ids=str,
)
def test_whatever_is_wrong_with_one_spoils_no_other(
    app: Flask, session: Session, cast: Cast, clock: Clock, changes: dict[str, object], reason: str
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    good = [cast.subscription(shop, f"00000000{n}") for n in (11, 12)]
    bad = cast.subscription(shop, **changes)
    good += [cast.subscription(shop, f"00000000{n}") for n in (13, 14)]
    run(app, session, clock, shop, CREATION)
    assert [len(orders_of(session, one)) for one in good] == [1, 1, 1, 1]
    assert bad.attention_reason == reason


def test_what_the_database_refuses_of_one_is_found_one_by_one(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    good, bad = cast.subscription(shop), cast.subscription(shop, "0000000002")
    run(app, session, clock, shop, CREATION)
    # Somebody sets the date back to a cycle whose order was made.
    bad.anchor_on = bad.next_delivery_on = date(2026, 12, 15)
    bad.next_creation_on = good.next_creation_on = CREATION
    run(app, session, clock, shop, CREATION, "12:00")
    assert (bad.needs_attention, bad.attention_reason, len(orders_of(session, bad))) == (True, "cycle_done", 1)
    assert [order.cycle_number for order in orders_of(session, good)] == [2, 3]
    assert (good.cycle_number, good.orders_made) == (4, 3)


# --- by hand -------------------------------------------------------------------------------------------------------------
def test_staff_make_the_next_order_now(app: Flask, session: Session, cast: Cast, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop)
    session.commit()
    order_id = generating.make_now(session, subscription, seen_version=1, actor="staff:1", now=clock())
    session.commit()
    order = session.get_one(Order, order_id)
    assert (order.code, order.requested_on) == ("0000000001-2", date(2026, 12, 15))
    assert subscription.next_delivery_on == date(2027, 1, 15)
    with pytest.raises(StaleError):
        generating.make_now(session, subscription, seen_version=1, actor="staff:1", now=clock())


@pytest.mark.parametrize("changes", [{"state": "suspended"}, {"state": "canceled"}, {"next_skipped": True}], ids=str)
def test_not_even_by_hand_is_an_order_made_of_one_that_is_stopped(
    app: Flask, session: Session, cast: Cast, clock: Clock, changes: dict[str, object]
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription: Subscription = cast.subscription(shop, **changes)
    with pytest.raises(RefusedError):
        generating.make_now(session, subscription, seen_version=None, actor="staff:1", now=clock())
    assert orders_of(session, subscription) == []
