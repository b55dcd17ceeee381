"""One page of the orders that match a search."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from portal.models import Order, OrderShipment, Receipt, Shipment
from portal.orders.rules.codes import code_keys
from portal.orders.search import keys, walking
from portal.orders.search.filters import Filters
from portal.orders.search.places import Cursor, Place, Stretch
from portal.orders.search.rows import Hit, load
from portal.orders.search.terms import SearchTerms
from portal.values.search_keys import SEPARATOR

PAGE = 50
MOST_LOOKED_AT = 2000
"""Most orders of one key to check against the other conditions, per round; the next page continues from there."""
MOST_COUNTED = 1000
_MOST_OF_A_NUMBER = 100
"""Most orders looked up for one tracking number or receipt number."""


@dataclass(frozen=True)
class Page:
    hits: tuple[Hit, ...]
    """Orders of the page, newest first."""
    newer: Cursor | None = None
    older: Cursor | None = None
    stopped_at: datetime | None = None
    """Time back to which the search looked; there may be more. None if the page is full or nothing is left."""


def find(
    session: Session,
    shops: Sequence[UUID],
    terms: SearchTerms | None = None,
    filters: Filters | None = None,
    cursor: Cursor | None = None,
) -> Page:
    """Return one page of the orders of `shops`, those that the caller may see; all of them without `terms`."""
    search = _Search(session, shops, terms, filters or Filters())
    if cursor and cursor.newer:
        places, _ = search.nearest(cursor, PAGE + 1)
        if len(places) > PAGE:
            shown = places[PAGE - 1 :: -1]
            return Page(search.load(shown), Cursor(shown[0], newer=True), Cursor(shown[-1]))
        # Less than a page is newer: show the newest page in full.
        cursor = None
    places, stopped = search.nearest(cursor, PAGE + 1)
    shown = places[:PAGE]
    older = Cursor(shown[-1]) if len(places) > PAGE else Cursor(stopped) if stopped else None
    newer = Cursor(shown[0], newer=True) if cursor and shown else None
    return Page(search.load(shown), newer, older, stopped.ordered_at if stopped and len(places) <= PAGE else None)


def count(
    session: Session, shops: Sequence[UUID], terms: SearchTerms | None, filters: Filters, page: Page
) -> tuple[int, bool]:
    """Return how many orders match and whether that is all, counting to MOST_COUNTED. `page`: one that was found."""
    if not (page.newer or page.older):
        return len(page.hits), True
    places, stopped = _Search(session, shops, terms, filters).nearest(None, MOST_COUNTED + 1)
    return min(len(places), MOST_COUNTED), len(places) <= MOST_COUNTED and stopped is None


def exact(session: Session, shops: Sequence[UUID], terms: SearchTerms) -> Hit | None:
    """Return the only order with this whole code, tracking number or receipt number, or None."""
    coded = select(Order.id).where(Order.shop_id.in_(shops), Order.code_key.in_(code_keys(terms.code))).limit(2)
    ids = set(session.scalars(coded)) | {place.order_id for place in _numbered(session, shops, terms)}
    if len(ids) != 1:
        return None
    if terms.receipt and not terms.receipt_as_printed:
        # A bare 12 may also be the beginning of something else.
        hits = find(session, shops, terms).hits
        return hits[0] if len(hits) == 1 else None
    return next(iter(load(session, list(ids))), None)


def _numbered(session: Session, shops: Sequence[UUID], terms: SearchTerms) -> set[Place]:
    """Look up the orders of a tracking number or a receipt number."""
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
    def __init__(self, session: Session, shops: Sequence[UUID], terms: SearchTerms | None, filters: Filters) -> None:
        self._session = session
        self._shops = shops
        self._filters = filters
        self._by_key_table = session.get_bind().dialect.name == "postgresql"
        self._numbered = _numbered(session, shops, terms) if terms else set()
        self._groups: tuple[tuple[str, ...], ...] = (terms.whole,) if terms else ()
        if terms and terms.words and not self._numbered and not self._something_fits():
            self._groups = terms.words
        self._everything = terms is None

    def load(self, places: Sequence[Place]) -> tuple[Hit, ...]:
        return load(self._session, [place.order_id for place in places])

    def nearest(self, cursor: Cursor | None, count: int) -> tuple[list[Place], Place | None]:
        """Return at most `count` places, and the place where the search stopped if there may be more."""
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
        # Of several words the longest is usually the rarest.
        beginnings = max(self._groups, key=lambda group: max(map(len, group), default=0))
        conditions = self._conditions()
        for periods in keys.rounds(self._session, self._shops, stretch):
            wanted = count - len(found)
            range_ = keys.Range(self._shops, beginnings, periods, stretch)
            places = keys.nearest(self._session, range_, wanted, conditions, MOST_LOOKED_AT)
            is_cut = bool(conditions) and len(places) < wanted
            last = keys.place_number(self._session, range_, MOST_LOOKED_AT) if is_cut else None
            numbered = self._numbered_among(periods, stretch, last)
            found += stretch.nearest({*places, *numbered}, wanted)
            if len(found) >= count or last:
                return found, last if len(found) < count else None
        return found, None

    def _conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions that orders found by one key must also meet."""
        by_shop = [and_(*self._filters.conditions(shop_id)) for shop_id in self._shops]
        filters = [or_(*by_shop)] if self._filters.are_of_the_order else []
        return [*filters, self._fits] if len(self._groups) > 1 else filters

    def _numbered_among(self, periods: range, stretch: Stretch, last: Place | None) -> set[Place]:
        beyond = replace(stretch, cursor=Cursor(last, newer=stretch.upwards)) if last else None
        places = [
            place
            for place in self._numbered
            if keys.period_of(place.ordered_at) in periods
            and stretch.holds(place)
            and not (beyond and beyond.holds(place))
        ]
        if places and self._filters.are_of_the_order:
            passing = select(Order.id).where(Order.id.in_([place.order_id for place in places]), *self._conditions())
            ids = set(self._session.scalars(passing))
            places = [place for place in places if place.order_id in ids]
        return set(places)

    def _something_fits(self) -> bool:
        if self._by_key_table:
            return keys.exist(self._session, self._shops, self._groups[0])
        return bool(walking.nearest(self._session, self._shops, Filters(), Stretch(), 1, [self._fits]))

    @property
    def _fits(self) -> ColumnElement[bool]:
        """Return the condition that for each group one of the order's keys begins with one of the group's texts."""
        each = (
            or_(false(), *(Order.search_keys.contains(SEPARATOR + beginning, autoescape=True) for beginning in group))
            for group in self._groups
        )
        return and_(*each)
