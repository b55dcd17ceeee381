"""What a kind of work on 今日の仕事 is, and how its rows are looked up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from flask import url_for
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.orm.interfaces import ORMOption

from portal.models import Shop, SubscriptionRules
from portal.values.roles import Role

SHOWN = 5
RECENT = timedelta(days=30)
"""Time for which a failed mail, a refused row or unknown payment words are somebody's work."""


@dataclass(frozen=True)
class Day:
    """The shop on the day for which its work is looked up."""

    session: Session
    shop: Shop
    rules: SubscriptionRules
    now: datetime

    @property
    def recent(self) -> datetime:
        return self.now - RECENT


@dataclass(frozen=True)
class Row:
    """One thing that waits: what is the matter, which thing or whose it is, since when, and the page to open."""

    what: str
    who: str = ""
    since: datetime | date | None = None
    address: str = ""
    details: str = ""
    """The buyer's or staff's own text; not in the language of the page."""
    about: tuple[str, str] | None = None
    """Words and address of a thing that it is about, beside the one to open."""
    standing: str = ""
    """State of `about`."""


@dataclass(frozen=True)
class Matters:
    """Work of one kind: how much there is, and what has waited longest."""

    kind: "Kind"
    count: int
    rows: Sequence[Row]


class Find(Protocol):
    def __call__(self, day: Day) -> tuple[int, Sequence[Any]]:
        """Return how many there are, and the first of them."""


@dataclass(frozen=True)
class Kind:
    name: str
    label: Any
    todo: Any
    """What a person does about it."""
    find: Find
    row: Callable[[Any, Day], Row]
    page: str = ""
    """Endpoint of the whole list, with `query`."""
    query: Mapping[str, Any] = field(default_factory=dict)
    role: Role = Role.VIEWER
    """Role that the whole list needs."""
    is_summed: bool = False
    """Whether one row speaks for all, because only their page tells them apart."""

    @property
    def address(self) -> str:
        return url_for(self.page, **self.query) if self.page else ""


def stored(
    model: Any,
    oldest: InstrumentedAttribute[Any],
    where: Callable[[Day], Sequence[ColumnElement[bool]]],
    *options: ORMOption,
) -> Find:
    """Return the search for the rows of the shop that match, those first that have waited longest."""

    def find(day: Day) -> tuple[int, Sequence[Any]]:
        of_shop = select(model).where(model.shop_id == day.shop.id, *where(day))
        count = day.session.scalar(select(func.count()).select_from(of_shop.subquery())) or 0
        if not count:
            return 0, ()
        return count, day.session.scalars(of_shop.options(*options).order_by(oldest, model.id).limit(SHOWN)).all()

    return find
