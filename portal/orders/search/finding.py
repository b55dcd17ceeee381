"""One page of the orders that were looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, any_, false, literal, or_, select
from sqlalchemy.orm import Session

from portal.models import Order, OrderShipment, Receipt, Shipment
from portal.orders.search import keys, walking
from portal.orders.search.filters import Filters
from portal.orders.search.places import Cursor, Place, Stretch
from portal.orders.search.rows import Hit, load
from portal.orders.search.terms import Terms
from portal.values.search_keys import SEPARATOR

PAGE = 50
MOST_LOOKED_AT = 2000
"""Orders found by their keys that one page checks against the filters. Whoever wants the older ones goes on from there."""
_AT_ONCE = 500
_MOST_OF_A_NUMBER = 100
"""Orders of one tracking number."""


@dataclass(frozen=True)
class Page:
    hits: tuple[Hit, ...]
    """Newest first."""
    newer: Cursor | None = None
    older: Cursor | None = None
    stopped_at: datetime | None = None
    """As far back as this was looked, and there may be more; None: the page is full, or there is nothing else."""


def find(
    session: Session,
    shops: Sequence[UUID],
    terms: Terms | None = None,
    filters: Filters | None = None,
    cursor: Cursor | None = None,
) -> Page:
    """`shops`: those that the caller may see. Without `terms` all their orders."""
    search = _Search(session, shops, terms, filters or Filters())
    if cursor and cursor.newer:
        places, _ = search.nearest(cursor, PAGE + 1)
        if len(places) > PAGE:
            shown = places[PAGE - 1 :: -1]
            return Page(search.load(shown), Cursor(shown[0], newer=True), Cursor(shown[-1]))
        # Less than a page above: the newest page, full.
        cursor = None
    places, stopped = search.nearest(cursor, PAGE + 1)
    shown = places[:PAGE]
    older = Cursor(shown[-1]) if len(places) > PAGE else Cursor(stopped) if stopped else None
    newer = Cursor(shown[0], newer=True) if cursor and shown else None
    return Page(search.load(shown), newer, older, stopped.ordered_at if stopped and len(places) <= PAGE else None)


def exact(session: Session, shops: Sequence[UUID], terms: Terms) -> Hit | None:
    """The one order of which this is the whole code, tracking number or receipt number."""
    coded = select(Order.id).where(Order.shop_id.in_(shops), Order.code_key == terms.code).limit(2)
    ids = set(session.scalars(coded)) | {place.order_id for place in _numbered(session, shops, terms)}
    if len(ids) != 1:
        return None
    if terms.receipt and not terms.receipt_as_printed:
        # 12 may just as well be the beginning of something else.
        hits = find(session, shops, terms).hits
        return hits[0] if len(hits) == 1 else None
    return next(iter(load(session, list(ids))), None)


def _numbered(session: Session, shops: Sequence[UUID], terms: Terms) -> set[Place]:
    """The orders of a tracking number or a receipt."""
    places = select(Order.ordered_at, Order.id).limit(_MOST_OF_A_NUMBER)
    found: set[Place] = set()
    if terms.tracking:
        parcels = places.join(OrderShipment, OrderShipment.order_id == Order.id).join(Shipment)
        sought = parcels.where(Shipment.shop_id.in_(shops), Shipment.tracking_number == terms.tracking)
        found.update(Place(*row) for row in session.execute(sought))
    if terms.receipt:
        receipts = places.join(Receipt, Receipt.order_id == Order.id)
        sought = receipts.where(Receipt.shop_id.in_(shops), Receipt.number == terms.receipt)
        found.update(Place(*row) for row in session.execute(sought))
    return found


class _Search:
    def __init__(self, session: Session, shops: Sequence[UUID], terms: Terms | None, filters: Filters) -> None:
        self._session = session
        self._shops = shops
        self._filters = filters
        self._by_key_table = session.get_bind().dialect.name == "postgresql"
        self._numbered = _numbered(session, shops, terms) if terms else set()
        self._groups: tuple[tuple[str, ...], ...] = (terms.whole,) if terms else ()
        if terms and terms.words and not self._numbered and not self._something_fits():
            self._groups = terms.words
        self._everything = terms is None
        self._checks = filters.are_of_the_order or len(self._groups) > 1

    def load(self, places: Sequence[Place]) -> tuple[Hit, ...]:
        return load(self._session, [place.order_id for place in places])

    def nearest(self, cursor: Cursor | None, count: int) -> tuple[list[Place], Place | None]:
        """At most `count`; and where the looking stopped, if there may be more."""
        stretch = Stretch(self._filters.since_instant, self._filters.until_instant, cursor)
        if self._everything:
            return walking.nearest(self._session, self._shops, self._filters, stretch, count), None
        if self._by_key_table:
            return self._by_keys(stretch, count)
        numbered = Order.id.in_([place.order_id for place in self._numbered])
        fits = [or_(numbered, self._fits)]
        return walking.nearest(self._session, self._shops, self._filters, stretch, count, fits), None

    def _by_keys(self, stretch: Stretch, count: int) -> tuple[list[Place], Place | None]:
        found: list[Place] = []
        looked_at = 0
        # Of several words the longest is the rarest, as a rule.
        beginnings = max(self._groups, key=lambda group: max(map(len, group), default=0))
        for periods in keys.rounds(self._session, self._shops, stretch):
            most = MOST_LOOKED_AT - looked_at if self._checks else count - len(found)
            places = keys.nearest(self._session, self._shops, beginnings, periods, stretch, most)
            is_all = len(places) < most
            numbered = {place for place in self._numbered if keys.period_of(place.ordered_at) in periods}
            places = stretch.nearest({*places, *filter(stretch.holds, numbered)}, most)
            found += self._checked(places, count - len(found)) if self._checks else places
            if len(found) >= count:
                break
            looked_at += len(places)
            if not is_all:
                return found, places[-1]
        return found, None

    def _checked(self, places: Sequence[Place], count: int) -> list[Place]:
        """The first of them that have what else was asked for."""
        conditions = [or_(*(and_(*self._filters.conditions(shop_id)) for shop_id in self._shops))]
        if len(self._groups) > 1:
            conditions.append(self._fits)
        found: list[Place] = []
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            here = literal([place.order_id for place in some], ARRAY(Uuid))
            ids = select(Order.id).where(Order.id == any_(here), *conditions)
            passing = set(self._session.scalars(ids))
            found += [place for place in some if place.order_id in passing]
            if len(found) >= count:
                break
        return found[:count]

    def _something_fits(self) -> bool:
        if self._by_key_table:
            return keys.exist(self._session, self._shops, self._groups[0])
        return bool(walking.nearest(self._session, self._shops, Filters(), Stretch(), 1, [self._fits]))

    @property
    def _fits(self) -> ColumnElement[bool]:
        """An order's keys hold, of each group, one with such a beginning."""
        each = (
            or_(false(), *(Order.search_keys.contains(SEPARATOR + beginning, autoescape=True) for beginning in group))
            for group in self._groups
        )
        return and_(*each)
