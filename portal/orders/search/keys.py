"""Orders by the beginnings of their keys, on PostgreSQL: the table of migration 0004."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Select, Text, Uuid, any_, column, literal, or_, select, table, union_all
from sqlalchemy.orm import Session

from portal.models import Order
from portal.models.base import UtcDateTime
from portal.orders.search.places import Place, Stretch

PERIOD = 28 * 24 * 3600
"""Seconds. As in the migration's trigger."""
_ROUNDS = (1, 8)
"""Periods looked through at once: what is frequent is found in the first, all that are left come third."""

_key = table(
    "order_key",
    column("shop_id", Uuid),
    column("period", Integer),
    column("key", Text),
    column("ordered_at", UtcDateTime),
    column("order_id", Uuid),
).c


def rounds(session: Session, shops: Sequence[UUID], stretch: Stretch) -> Iterator[range]:
    """The periods of this stretch in which there are orders, nearest first, in a few portions."""
    edges = _edges(session, shops)
    if edges is None:
        return
    low, high = edges
    if stretch.since:
        low = max(low, period_of(stretch.since))
    if stretch.until:
        high = min(high, period_of(stretch.until))
    if stretch.cursor:
        at = period_of(stretch.cursor.place.ordered_at)
        low, high = (max(low, at), high) if stretch.upwards else (low, min(high, at))
    periods = range(low, high + 1) if stretch.upwards else range(high, low - 1, -1)
    start = 0
    for count in (*_ROUNDS, len(periods)):
        if portion := periods[start : start + count]:
            yield portion
        start += count


def period_of(instant: datetime) -> int:
    return int(instant.timestamp() // PERIOD)


def nearest(
    session: Session, shops: Sequence[UUID], beginnings: Sequence[str], periods: range, stretch: Stretch, count: int
) -> list[Place]:
    if not beginnings:
        return []
    within = tuple(stretch.conditions(_key.ordered_at, _key.order_id))
    hits = union_all(*(_beginning(shops, periods, beginning).where(*within) for beginning in beginnings)).subquery()
    # An order may be found by its buyer and by its recipient.
    once = select(hits.c.ordered_at, hits.c.order_id).group_by(hits.c.ordered_at, hits.c.order_id)
    order = stretch.order(hits.c.ordered_at, hits.c.order_id)
    return [Place(*row) for row in session.execute(once.order_by(*order).limit(count))]


def exist(session: Session, shops: Sequence[UUID], beginnings: Sequence[str]) -> bool:
    edges = _edges(session, shops)
    if edges is None or not beginnings:
        return False
    periods = range(edges[1], edges[0] - 1, -1)
    return bool(session.scalar(select(or_(*(_beginning(shops, periods, one).exists() for one in beginnings)))))


def _beginning(shops: Sequence[UUID], periods: range, beginning: str) -> Select[datetime, UUID]:
    return select(_key.ordered_at, _key.order_id).where(
        _key.shop_id == any_(literal(list(shops), ARRAY(Uuid))),
        _key.period == any_(literal(list(periods), ARRAY(Integer))),
        _key.key >= beginning,
        _key.key < _after(beginning),
    )


def _edges(session: Session, shops: Sequence[UUID]) -> tuple[int, int] | None:
    """The periods of the oldest and the newest order."""
    of_each = [
        select(Order.ordered_at).where(Order.shop_id == shop_id).order_by(order).limit(1)
        for shop_id in shops
        for order in (Order.ordered_at.asc(), Order.ordered_at.desc())
    ]
    instants = list(session.scalars(union_all(*of_each))) if of_each else []
    return (period_of(min(instants)), period_of(max(instants))) if instants else None


def _after(beginning: str) -> str:
    """The first text in byte order that does not begin so."""
    following = ord(beginning[-1]) + 1
    # There are no characters between these two.
    return beginning[:-1] + chr(0xE000 if following == 0xD800 else min(following, 0x10FFFF))
