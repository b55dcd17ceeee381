"""Counts of a subscription that are computed from its orders."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Update, event, func, inspect, or_, select, update
from sqlalchemy.orm import Mapper, Session

from portal.models.order import Order
from portal.models.subscription import Subscription
from portal.values.states import OrderStatus

PURCHASED = frozenset({OrderStatus.SHIPPED, OrderStatus.RETURN_PENDING})
"""States of an order that counts as purchased: shipped and not returned. Goods expected back still count."""


def recount(executor: Connection | Session, subscription_ids: Collection[UUID]) -> None:
    """Recompute `orders_made` and `purchase_count` from the orders that refer to each subscription.

    `version` stays, so that open forms are not outdated. Objects already in a session must be refreshed. Concurrent
    transactions wait for each other on the rows: the second counts what the first has written.
    """
    mine = Subscription.id.in_(subscription_ids)
    executor.execute(select(Subscription.id).where(mine).order_by(Subscription.id).with_for_update(key_share=True))
    executor.execute(_counting().where(mine), execution_options={"synchronize_session": False})


def _counting() -> Update:
    since = or_(Subscription.counted_from.is_(None), Order.ordered_at >= Subscription.counted_from)
    return update(Subscription).values(
        orders_made=Subscription.orders_before + _orders(since),
        purchase_count=Subscription.purchases_before + _orders(since, Order.status.in_(sorted(PURCHASED))),
        version=Subscription.version,
    )


def _orders(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    count = select(func.count()).select_from(Order).where(Order.subscription_id == Subscription.id, *conditions)
    return count.correlate(Subscription).scalar_subquery()


@event.listens_for(Order, "after_update")
def _follow_status(_mapper: Mapper[Order], connection: Connection, order: Order) -> None:
    """Recount the order's subscription if the order has begun or ceased to count as purchased."""
    moved = inspect(order).attrs["status"].history
    if order.subscription_id is None or not moved.added:
        return
    # The old status is unknown if it was never loaded.
    before = moved.deleted[0] in PURCHASED if moved.deleted else None
    if before != (moved.added[0] in PURCHASED):
        recount(connection, [order.subscription_id])
