"""Counts that follow from the orders, whoever moves them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.models import OrderStatus, Shop, Subscription
from portal.orders import verbs as orders
from portal.subscriptions import counting
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


def test_a_cancelled_order_changes_no_count(session: Session, cast: Cast, subscription: Subscription) -> None:
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
            status = OrderStatus.SHIPPED if m == 0 else OrderStatus.CANCELLED
            cast.order(shop, f"A-{n}{m}", subscription_id=subscription.id, status=status)
    counting.recount_many(session, [subscription.id for subscription in many])
    for subscription in many:
        session.refresh(subscription)
    assert [(one.orders_made, one.purchase_count) for one in many] == [(0, 0), (1, 1), (2, 1)]


def purchases(session: Session, subscription: Subscription) -> int:
    session.refresh(subscription)
    return subscription.purchase_count


def shop_of(session: Session, subscription: Subscription) -> Shop:
    return session.get_one(Shop, subscription.shop_id)
