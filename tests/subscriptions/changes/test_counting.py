"""Counts that follow from the orders, whoever changes their state."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import AuditEntry, Order, Shop, Subscription
from portal.orders import verbs as orders
from portal.subscriptions.changes import counting
from portal.subscriptions.record.facts import facts_of, frame_of
from portal.subscriptions.schedule import Delivery, plan
from portal.values.states import OrderStatus
from tests.cast import Cast

SUZUKI = "staff:suzuki"


@pytest.fixture
def subscription(cast: Cast) -> Subscription:
    return cast.subscription(cast.shop(), orders_made=0)


def test_shipping_counts_a_purchase_and_returning_takes_it_back(
    session: Session, cast: Cast, subscription: Subscription
) -> None:
    order = cast.order(shop_of(session, subscription), subscription_id=subscription.id)
    counting.recount(session, subscription)
    version = subscription.version
    assert (subscription.orders_made, subscription.purchase_count) == (1, 0)

    cast.shipment(order)
    assert purchases(session, subscription) == 1
    orders.await_return(session, order, actor=SUZUKI, now=cast.now)
    session.flush()
    assert purchases(session, subscription) == 1, "the goods are not back yet"
    orders.mark_returned(session, order, actor=SUZUKI, now=cast.now)
    session.flush()
    assert purchases(session, subscription) == 0
    assert (subscription.orders_made, subscription.version) == (1, version)


def test_a_canceled_order_changes_no_count(session: Session, cast: Cast, subscription: Subscription) -> None:
    order = cast.order(shop_of(session, subscription), subscription_id=subscription.id)
    counting.recount(session, subscription)
    orders.cancel(session, order, allow_code_again=False, actor=SUZUKI, now=cast.now)
    counting.recount(session, subscription)
    assert (subscription.orders_made, subscription.purchase_count) == (1, 0)


def test_orders_of_the_former_system_stay_counted_and_are_not_counted_twice(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    moved = cast.subscription(shop, orders_made=12, purchase_count=11, counted_from=cast.now)
    old = cast.order(shop, "OLD-12", subscription_id=moved.id, ordered_at=cast.now - timedelta(days=30))
    new = cast.order(shop, "NEW-13", subscription_id=moved.id, ordered_at=cast.now)
    for order in (old, new):
        cast.shipment(order, tracking_number="")
    counting.recount(session, moved)
    assert (moved.orders_made, moved.purchase_count) == (13, 12)


def test_many_are_recounted_at_once(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    many = [cast.subscription(shop, f"{n:010d}", orders_made=0) for n in range(3)]
    for n, subscription in enumerate(many):
        for m in range(n):
            status = OrderStatus.SHIPPED if m == 0 else OrderStatus.CANCELED
            cast.order(shop, f"A-{n}{m}", subscription_id=subscription.id, status=status)
    counting.recount_many(session, [subscription.id for subscription in many])
    for subscription in many:
        session.refresh(subscription)
    assert [(one.orders_made, one.purchase_count) for one in many] == [(0, 0), (1, 1), (2, 1)]


def test_orders_that_ship_at_the_same_moment_are_all_counted(
    app: Flask, session: Session, cast: Cast, subscription: Subscription
) -> None:
    shop = shop_of(session, subscription)
    order_ids = [cast.order(shop, f"A-{n}", subscription_id=subscription.id).id for n in range(4)]
    session.commit()
    together = Barrier(4)

    def ship(order_id: UUID) -> None:
        together.wait()
        with app.app_context(), Session(db.engine) as own, own.begin():
            own.get_one(Order, order_id).status = OrderStatus.SHIPPED

    with ThreadPoolExecutor(4) as threads:
        for future in [threads.submit(ship, order_id) for order_id in order_ids]:
            future.result()
    session.rollback()
    assert purchases(session, subscription) == 4


def purchases(session: Session, subscription: Subscription) -> int:
    session.refresh(subscription)
    return subscription.purchase_count


def shop_of(session: Session, subscription: Subscription) -> Shop:
    return session.get_one(Shop, subscription.shop_id)


# --- what an order, or a skip that became final, does ----------------------------------------------------------------
def test_after_an_order_the_counts_go_up_and_the_dates_move_on(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop, resumed=True, skips_in_a_row=1, remaining_orders=5)
    ordered(session, cast, subscription)
    session.commit()
    session.refresh(subscription)
    assert (subscription.orders_made, subscription.cycle_number, subscription.remaining_orders) == (2, 3, 4)
    assert (subscription.resumed, subscription.skips_in_a_row) == (False, 0)
    assert (subscription.previous_ship_on, subscription.previous_delivery_on) == (
        date(2026, 12, 11),
        date(2026, 12, 15),
    )
    assert (subscription.anchor_on, subscription.next_delivery_on) == (date(2027, 1, 15), date(2027, 1, 15))
    assert (subscription.next_ship_on, subscription.next_creation_on) == (date(2027, 1, 11), date(2027, 1, 4))


def test_a_date_moved_once_does_not_move_those_after_it(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop, next_delivery_on=date(2026, 12, 20), anchor_on=date(2026, 12, 15))
    ordered(session, cast, subscription)
    assert (subscription.previous_delivery_on, subscription.next_delivery_on) == (date(2026, 12, 20), date(2027, 1, 15))


def test_items_with_a_limit_count_down_and_drop_out_and_the_last_one_ends_it(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop)
    items = [{"name": "お試し", "remaining": 1}, {"name": "煎茶", "remaining": 2}, {"name": "袋", "bundled_gift": True}]
    subscription = cast.subscription(shop, items=items)
    assert [item.name for item in ordered(session, cast, subscription).items] == ["お試し", "煎茶", "袋"]
    assert [item.remaining for item in subscription.items] == [0, 1, None]
    assert [item.name for item in ordered(session, cast, subscription).items] == ["煎茶", "袋"]
    assert (subscription.state, subscription.stop_reason) == ("finished", "all_delivered")
    assert subscription.finished_at == cast.now


def test_the_last_automatic_order_ends_it_and_the_reason_stays(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop, remaining_orders=1)
    ordered(session, cast, subscription)
    session.commit()
    assert (subscription.state, subscription.stop_reason) == ("finished", "no_orders_left")
    assert (subscription.remaining_orders, subscription.orders_made) == (0, 2)
    assert session.scalars(select(AuditEntry.action)).all() == ["subscription.finished"]


@pytest.mark.parametrize(
    ("use", "each", "balance", "after"),
    [
        ("next", 200, 500, ("none", 0, 300)),
        ("next", 900, 500, ("none", 0, 500)),
        ("always", 200, 500, ("always", 200, 300)),
        ("all", 0, 500, ("all", 0, 0)),
        ("none", 0, 500, ("none", 0, 500)),
    ],
)
def test_points_are_used_by_their_rule_and_next_is_over(
    use: str, each: int, balance: int, after: tuple[str, int, int], session: Session, cast: Cast
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(
        shop, customer_number="M-1", points_use=use, points_each=each, points_balance=balance
    )
    ordered(session, cast, subscription)
    assert (subscription.points_use, subscription.points_each, subscription.points_balance) == after


def test_a_final_skip_moves_the_dates_and_no_count(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(
        shop, next_skipped=True, remaining_orders=3, items=[{"name": "煎茶", "remaining": 2}]
    )
    facts = facts_of(session, subscription, frame_of(session, subscription.shop_id))
    counting.after_skip(session, subscription, facts, plan(facts, 1)[0], actor="job", now=cast.now)
    session.commit()
    session.refresh(subscription)
    assert (subscription.orders_made, subscription.cycle_number, subscription.remaining_orders) == (1, 2, 3)
    assert subscription.items[0].remaining == 2
    assert (subscription.next_skipped, subscription.skips_in_a_row) == (False, 1)
    assert (subscription.anchor_on, subscription.next_delivery_on) == (date(2027, 1, 15), date(2027, 1, 15))


def ordered(session: Session, cast: Cast, subscription: Subscription) -> Delivery:
    facts = facts_of(session, subscription, frame_of(session, subscription.shop_id))
    (delivery,) = plan(facts, 1)
    counting.after_order(session, subscription, facts, delivery, actor="job", now=cast.now)
    return delivery
