"""Orders read along an index of their table, newest first: for lists without a search, and on SQLite for any search."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, Select, select, union_all
from sqlalchemy.orm import Session

from portal.models import Order
from portal.orders.search.filters import Filters
from portal.orders.search.places import Place, Stretch

_AT_ONCE = 100
"""Branches in one statement; SQLite takes 500."""


def nearest(
    session: Session,
    shops: Sequence[UUID],
    filters: Filters,
    stretch: Stretch,
    count: int,
    fits: Sequence[ColumnElement[bool]] = (),
) -> list[Place]:
    """Return the nearest places; each branch walks an index of its own and stops as soon as it has enough."""
    within = [*stretch.conditions(Order.ordered_at.expression, Order.id.expression), *fits]
    branches = (
        select(Order.ordered_at, Order.id)
        .where(Order.shop_id == shop_id, *branch, *within)
        .order_by(*stretch.order(Order.ordered_at.expression, Order.id.expression))
        .limit(count)
        for shop_id in shops
        for branch in filters.branches(shop_id)
    )
    found: set[Place] = set()
    while some := list(islice(branches, _AT_ONCE)):
        found.update(Place(*row) for row in session.execute(_together(some)))
    return stretch.nearest(found, count)


def _together(branches: Sequence[Select[datetime, UUID]]) -> Executable:
    if len(branches) == 1:
        return branches[0]
    return union_all(*(select(*branch.subquery().c) for branch in branches))
