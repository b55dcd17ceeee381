"""Search for subscriptions of a shop, by what staff typed and the filters they chose, page by page.

On PostgreSQL what was typed is looked up in the table of migration 0005, which holds one row per key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    Uuid,
    and_,
    column,
    false,
    func,
    literal,
    or_,
    select,
    table,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from portal.models import Subscription, SubscriptionLabelling
from portal.models.base import UtcDateTime
from portal.orders.search.terms import LONGEST, SearchTerms, parse
from portal.subscriptions.overview.lapsed_slots import goes, lapsed_ways
from portal.subscriptions.overview.search_filters import By, Cursor, Filters, Place, read_place
from portal.subscriptions.record import shop_rules
from portal.subscriptions.schedule.cycles import Cycle, CycleError, CycleKind
from portal.values.search_keys import SEPARATOR

PAGE = 50
MOST_COUNTED = 10_000
"""Most hits that are counted; the list shows more as "10,000 or more"."""
MOST_BY_KEY = 5_000
"""Most hits of a key that are looked at one by one."""
MOST_WAYS = 60
"""Most ways of paying that are offered as filters."""
_LAST_LETTER = chr(0x10FFFF)

_key = table("subscription_key", column("shop_id", Uuid), column("key", Text), column("subscription_id", Uuid)).c

__all__ = [
    "LONGEST",
    "MOST_COUNTED",
    "PAGE",
    "By",
    "Cursor",
    "Filters",
    "Page",
    "Place",
    "SearchTerms",
    "parse",
    "read_place",
]


@dataclass(frozen=True)
class Page:
    ids: tuple[UUID, ...]
    back: Cursor | None = None
    on: Cursor | None = None


def find(
    session: Session, shop_id: UUID, terms: SearchTerms | None, filters: Filters, cursor: Cursor | None = None
) -> Page:
    search = Search(session, shop_id, terms, filters)
    places = search.nearest(cursor, PAGE + 1)
    if cursor and cursor.back:
        if len(places) > PAGE:
            shown = places[PAGE - 1 :: -1]
            return Page(_ids(shown), Cursor(shown[0], back=True), Cursor(shown[-1]))
        # Less than a page comes before: show the first page in full.
        cursor, places = None, search.nearest(None, PAGE + 1)
    shown = places[:PAGE]
    back = Cursor(shown[0], back=True) if cursor and shown else None
    return Page(_ids(shown), back, Cursor(shown[-1]) if len(places) > PAGE else None)


def exact(session: Session, shop_id: UUID, terms: SearchTerms) -> UUID | None:
    """Return the only subscription with just this number, here or in the system it came from, or None."""
    numbered = or_(Subscription.number == terms.text, Subscription.external_number == terms.text)
    query = select(Subscription.id).where(Subscription.shop_id == shop_id, numbered, Subscription.deleted_at.is_(None))
    ids = session.scalars(query.limit(2)).all()
    return ids[0] if len(ids) == 1 else None


def count(session: Session, shop_id: UUID, terms: SearchTerms | None, filters: Filters) -> int:
    """Count the hits, up to MOST_COUNTED."""
    return Search(session, shop_id, terms, filters).count()


class Search:
    """One search in a shop. `matching` is for whoever reads all hits: the export of subscriptions."""

    def __init__(self, session: Session, shop_id: UUID, terms: SearchTerms | None, filters: Filters) -> None:
        self._session = session
        self._shop_id = shop_id
        self._filters = filters
        self._by_key_table = session.get_bind().dialect.name == "postgresql"
        self._groups: tuple[tuple[str, ...], ...] = (terms.whole,) if terms else ()
        if terms and terms.words and not self._something_fits():
            self._groups = terms.words
        self._conditions = [*self._of_the_filters(), *self._of_the_text()]

    def matching(self, *columns: Any) -> Select[Any]:
        """Return the query for all hits, in no order."""
        states = [state for state in self._filters.branches if state is not None]
        within = [Subscription.state.in_(states)] if states else []
        return select(*columns).where(*self._conditions, *within)

    def count(self) -> int:
        some = self.matching(literal(1)).limit(MOST_COUNTED)
        return self._session.scalar(select(func.count()).select_from(some.subquery())) or 0

    def nearest(self, cursor: Cursor | None, most: int) -> list[Place]:
        upwards = self._is_upwards(cursor)
        found: set[Place] = set()
        for state in self._filters.branches:
            within = [Subscription.state == state] if state is not None else []
            if cursor:
                here, there = (
                    tuple_(self._at, Subscription.id),
                    tuple_(self._value(cursor.place), literal(cursor.place.id)),
                )
                within.append(here > there if upwards else here < there)
            order = (self._at, Subscription.id) if upwards else (self._at.desc(), Subscription.id.desc())
            query = select(self._at, Subscription.id).where(*self._conditions, *within).order_by(*order).limit(most)
            found.update(Place(*row) for row in self._session.execute(query))
        return sorted(found, reverse=not upwards)[:most]

    def _is_upwards(self, cursor: Cursor | None) -> bool:
        return (self._filters.by is By.NEXT) != (cursor is not None and cursor.back)

    @property
    def _at(self) -> Any:
        return (Subscription.created_at if self._filters.by is By.CREATED else Subscription.next_delivery_on).expression

    def _value(self, place: Place) -> ColumnElement[Any]:
        return literal(place.at, UtcDateTime) if isinstance(place.at, datetime) else literal(place.at)

    def _of_the_filters(self) -> Iterator[ColumnElement[bool]]:
        filters = self._filters
        yield Subscription.shop_id == self._shop_id
        yield Subscription.deleted_at.is_not(None) if filters.deleted else Subscription.deleted_at.is_(None)
        if filters.attention:
            yield and_(Subscription.needs_attention)
        if filters.since:
            yield Subscription.next_delivery_on >= filters.since
        if filters.until:
            yield Subscription.next_delivery_on <= filters.until
        if filters.kinds:
            yield Subscription.cycle.in_(self._cycles(filters.kinds))
        if filters.payment is not None:
            yield Subscription.payment_method == filters.payment
        if filters.lapsed_on is not None:
            rules = shop_rules.of_shop(self._session, self._shop_id)
            yield goes(lapsed_ways(self._session, rules, filters.lapsed_on))
        if filters.label_id:
            labelled = select(SubscriptionLabelling.subscription_id)
            yield Subscription.id.in_(labelled.where(SubscriptionLabelling.label_id == filters.label_id))

    def _cycles(self, kinds: frozenset[CycleKind]) -> list[str]:
        return [text for text in cycles_of(self._session, self._shop_id) if _kind_of(text) in kinds]

    # --- what was typed ----------------------------------------------------------------------------------------------
    def _of_the_text(self) -> Iterator[ColumnElement[bool]]:
        """Yield for each group the condition that a key begins with one of the group's texts."""
        for group in self._groups:
            each = [_with_key(self._shop_id, beginning) for beginning in group]
            if not each:
                yield false()
            elif self._by_key_table and not self._is_frequent(each):
                # Find the hits first, and then look at them one by one.
                hits = union(*each).cte().prefix_with("MATERIALIZED", dialect="postgresql")
                yield Subscription.id.in_(select(hits.c.subscription_id))
            else:
                keys = Subscription.search_keys
                yield or_(*(keys.contains(SEPARATOR + start, autoescape=True) for start in group))

    def _is_frequent(self, each: Sequence[Select[UUID]]) -> bool:
        """Tell whether so many have the key (煎茶 in a tea shop) that walking the list finds a page of them soonest."""
        some = union_all(*(select(one.limit(MOST_BY_KEY + 1).subquery()) for one in each)).subquery()
        return (self._session.scalar(select(func.count()).select_from(some)) or 0) > MOST_BY_KEY

    def _something_fits(self) -> bool:
        fits = and_(Subscription.shop_id == self._shop_id, *self._of_the_text())
        return self._session.scalar(select(Subscription.id).where(fits).limit(1)) is not None


def _with_key(shop_id: UUID, beginning: str) -> Select[UUID]:
    """Return the query for keys with this beginning. Keys sort by their bytes, so a beginning is a range."""
    end = beginning + _LAST_LETTER
    return select(_key.subscription_id).where(
        _key.shop_id == shop_id, _key.key.collate("C") >= beginning, _key.key.collate("C") < end
    )


# --- what the filters offer ------------------------------------------------------------------------------------------
def payments_of(session: Session, shop_id: UUID) -> list[str]:
    """Return the ways in which this shop's subscriptions are paid, each once, MOST_WAYS at most."""
    return _distinct(session, shop_id, Subscription.payment_method.expression)[:MOST_WAYS]


def cycles_of(session: Session, shop_id: UUID) -> list[str]:
    """Return the cycles of this shop's subscriptions as text, each once."""
    return _distinct(session, shop_id, Subscription.cycle.expression)


def _distinct(session: Session, shop_id: UUID, of: Any) -> list[str]:
    """Return the distinct values, read from the index in as many steps as there are values."""
    of_shop = select(func.min(of).label("words")).where(Subscription.shop_id == shop_id)
    first = of_shop.cte("ways", recursive=True)
    following = of_shop.where(of > first.c.words).correlate(first).scalar_subquery()
    ways = first.union_all(select(following).where(first.c.words.is_not(None)))
    return list(session.scalars(select(ways.c.words).where(ways.c.words.is_not(None))))


def _kind_of(text: str) -> CycleKind | None:
    try:
        return Cycle.parse(text).kind
    except CycleError:
        return None


def _ids(places: Sequence[Place]) -> tuple[UUID, ...]:
    return tuple(place.id for place in places)
