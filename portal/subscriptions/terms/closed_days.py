"""Adding and removing the days on which a shop ships nothing, besides its closed weekdays and holidays."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import ClosedDay, Shop
from portal.orders.turns import lock_shop

LONGEST = 60
"""Most days in one closure: a closed week is nothing unusual, but a closed season is a mistyped year."""
FARTHEST = timedelta(days=3 * 365)
LONGEST_NOTE = 60


class RangeProblem(StrEnum):
    MISSING = "missing"
    BACKWARDS = "backwards"
    PAST = "past"
    TOO_LONG = "too_long"
    TOO_FAR = "too_far"


@dataclass(frozen=True)
class Closure:
    """Consecutive closed days with the same note."""

    first: date
    last: date
    note: str

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def range_problem(first: date | None, last: date | None, today: date) -> RangeProblem | None:
    """Return what is wrong with the range, or None. Both ends are closed days."""
    if first is None or last is None:
        return RangeProblem.MISSING
    if last < first:
        return RangeProblem.BACKWARDS
    if last < today:
        return RangeProblem.PAST
    if (last - first).days >= LONGEST:
        return RangeProblem.TOO_LONG
    return RangeProblem.TOO_FAR if last > today + FARTHEST else None


def closures_of(days: Collection[tuple[date, str]]) -> list[Closure]:
    """Return the (day, note) pairs as closures, earliest first."""
    found: list[Closure] = []
    for day, note in sorted(days):
        if found and found[-1].note == note and found[-1].last + timedelta(days=1) == day:
            found[-1] = Closure(found[-1].first, day, note)
        else:
            found.append(Closure(day, day, note))
    return found


def closures(session: Session, shop: Shop, since: date) -> list[Closure]:
    mine = select(ClosedDay.day, ClosedDay.note).where(ClosedDay.shop_id == shop.id, ClosedDay.day >= since)
    return closures_of([(day, note) for day, note in session.execute(mine)])


def close_days(session: Session, shop: Shop, closure: Closure, *, actor: str, now: datetime) -> list[date]:
    """Close the days and return those that were open until now. A day that was closed already keeps its note."""
    lock_shop(session, shop.id)
    standing = set(session.scalars(select(ClosedDay.day).where(ClosedDay.shop_id == shop.id)))
    added = [day for day in closure.days if day not in standing]
    session.add_all(ClosedDay(shop_id=shop.id, day=day, note=closure.note) for day in added)
    if added:
        audit.record_about(
            session,
            shop,
            "closed_days.added",
            {"closed_days": (None, _as_text(added, closure.note))},
            actor=actor,
            now=now,
        )
    return added


def open_days(session: Session, shop: Shop, days: Collection[date], *, actor: str, now: datetime) -> list[date]:
    """Remove the days from the closed ones, and return those that were closed until now."""
    lock_shop(session, shop.id)
    mine = select(ClosedDay.day).where(ClosedDay.shop_id == shop.id, ClosedDay.day.in_(days)).order_by(ClosedDay.day)
    gone = list(session.scalars(mine))
    session.execute(delete(ClosedDay).where(ClosedDay.shop_id == shop.id, ClosedDay.day.in_(gone)))
    if gone:
        audit.record_about(
            session, shop, "closed_days.removed", {"closed_days": (_as_text(gone, ""), None)}, actor=actor, now=now
        )
    return gone


def _as_text(days: Collection[date], note: str) -> str:
    ranges = [
        f"{one.first}" if one.first == one.last else f"{one.first}–{one.last}"
        for one in closures_of([(day, "") for day in days])
    ]
    return "\n".join([*ranges, *([note] if note else [])])
