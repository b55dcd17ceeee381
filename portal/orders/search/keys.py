"""Orders by the beginnings of their keys, on PostgreSQL: the table of migration 0004."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    Text,
    Uuid,
    any_,
    column,
    literal,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import Session

from portal.models import Order
from portal.models.base import UtcDateTime
from portal.orders.search.places import Place, Stretch

PERIOD = 28 * 24 * 3600
"""Length of a period in seconds, the same as in the migration's trigger."""
_ROUNDS = (1, 8)
"""Periods searched in the first and second round; a third takes all that are left. Frequent keys end in the first."""

_key = table(
    "order_key",
    column("shop_id", Uuid),
    column("period", Integer),
    column("key", Text),
    column("ordered_at", UtcDateTime),
    column("order_id", Uuid),
).c


def rounds(session: Session, shops: Sequence[UUID], stretch: Stretch) -> Iterator[range]:
    """Yield the periods of this stretch in which there are orders, nearest first, in a few portions."""
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


@dataclass(frozen=True)
class Range:
    """Places of the orders in some periods that have a key with one of these beginnings, each once."""

    shops: Sequence[UUID]
    beginnings: Sequence[str]
    periods: range
    stretch: Stretch

    def nearest(self, count: int) -> Select[datetime, UUID]:
        within = tuple(self.stretch.conditions(_key.ordered_at, _key.order_id))
        each = (_beginning(self.shops, self.periods, beginning).where(*within) for beginning in self.beginnings)
        hits = union_all(*each).subquery().c
        # An order may be found by both its buyer and its recipient.
        once = select(hits.ordered_at, hits.order_id).group_by(hits.ordered_at, hits.order_id)
        return once.order_by(*self.stretch.order(hits.ordered_at, hits.order_id)).limit(count)


def nearest(
    session: Session, range_: Range, count: int, conditions: Sequence[ColumnElement[bool]], most: int
) -> list[Place]:
    """Return the nearest places, at most `count`.

    `conditions` on the order are checked for no more than the `most` nearest.
    """
    if not range_.beginnings:
        return []
    found = range_.nearest(count)
    if conditions:
        looked_at = range_.nearest(most).subquery().c
        passing = select(looked_at.ordered_at, looked_at.order_id).join(Order, Order.id == looked_at.order_id)
        order = range_.stretch.order(looked_at.ordered_at, looked_at.order_id)
        found = passing.where(*conditions).order_by(*order).limit(count)
    return [Place(*row) for row in session.execute(found)]


def place_number(session: Session, range_: Range, number: int) -> Place | None:
    """Return the place with this number, counted from 1, or None if there are fewer."""
    if not range_.beginnings:
        return None
    row = session.execute(range_.nearest(number).offset(number - 1).limit(1)).first()
    return Place(*row) if row else None


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
    """Return the periods of the oldest and the newest order, or None if there are no orders."""
    of_each = [
        select(Order.ordered_at).where(Order.shop_id == shop_id).order_by(order).limit(1)
        for shop_id in shops
        for order in (Order.ordered_at.asc(), Order.ordered_at.desc())
    ]
    instants = list(session.scalars(union_all(*of_each))) if of_each else []
    return (period_of(min(instants)), period_of(max(instants))) if instants else None


def _after(beginning: str) -> str:
    """Return the first text in byte order after all texts with this beginning."""
    following = ord(beginning[-1]) + 1
    # There are no characters between these two.
    return beginning[:-1] + chr(0xE000 if following == 0xD800 else min(following, 0x10FFFF))
