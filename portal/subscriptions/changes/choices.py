"""What a buyer may choose from, computed from the shop's settings and the subscription."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from portal.subscriptions.record.items import Item
from portal.subscriptions.schedule.cycles import PARTS, Cycle, CycleKind
from portal.subscriptions.schedule.timing import Timing, earliest_delivery
from portal.values.dates import YEARS
from portal.values.points import PointsUse

_SAYS_MORE: Mapping[CycleKind, CycleKind] = {
    CycleKind.WEEKS: CycleKind.WEEKS_WEEKDAY,
    CycleKind.MONTHS: CycleKind.MONTHS_DAY,
    CycleKind.MONTHS_NTH: CycleKind.MONTHS_NTH_WEEKDAY,
}
"""Kind → the kind that means nearly the same to people but names its day, and is offered in its place."""


# --- how often -------------------------------------------------------------------------------------------------------
def kinds_offered(cycles_offered: Mapping[str, Any], now: Cycle) -> dict[CycleKind, range]:
    """Return kind → its numbers, without kinds that a more precise one on offer covers, except the current kind."""
    offered = {CycleKind(kind): range(least, most + 1) for kind, (least, most) in cycles_offered.items()}
    return {
        kind: numbers
        for kind, numbers in sorted(offered.items(), key=lambda one: list(CycleKind).index(one[0]))
        if kind is now.kind or not _is_covered(numbers, offered.get(_SAYS_MORE.get(kind, kind)), kind)
    }


def cycle_of(kind: CycleKind, n: int, parts: Mapping[str, int | None]) -> Cycle:
    """Build a cycle from those of `parts` (day, nth, weekday) that the kind has. Raise CycleError if one is wrong."""
    return Cycle(kind, n, **{part: parts.get(part) for part in PARTS[kind]})


def through(cycle: Cycle, day: date) -> Cycle:
    """Return the cycle moved to `day`: to its day of the month, weekday or week of the month, whichever the kind has.

    The last day of a month that is shorter than the cycle's day counts as that day.
    """
    parts = {"day": day.day, "nth": (day.day - 1) // 7 + 1, "weekday": day.weekday()}
    is_last = (day + timedelta(days=1)).day == 1
    if is_last and cycle.day is not None and cycle.day > day.day:
        parts["day"] = cycle.day
    return cycle_of(cycle.kind, cycle.n, parts)


def _is_covered(numbers: range, by: range | None, kind: CycleKind) -> bool:
    return kind in _SAYS_MORE and by is not None and set(numbers) <= set(by)


# --- when ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Window:
    """First and last day that the next delivery may be moved to, both included."""

    first: date
    last: date

    @property
    def is_open(self) -> bool:
        return self.first <= self.last


def window(timing: Timing, today: date, *, window_days: int, extra_days: int) -> Window:
    """Return the days to choose from. `extra_days`: how much earlier the shop wants to know of a new date."""
    first = earliest_delivery(timing, today + timedelta(days=extra_days))
    return Window(first, min(today + timedelta(days=window_days), date(YEARS[-1], 12, 31)))


# --- points ----------------------------------------------------------------------------------------------------------
def points_uses(balance: int, expire_on: date | None, next_creation_on: date) -> list[PointsUse]:
    """Return the ways to use points; only NONE without points, or if they expire before the order is made."""
    if balance <= 0 or (expire_on is not None and expire_on < next_creation_on):
        return [PointsUse.NONE]
    return list(PointsUse)


# --- items -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Offer:
    """A product that the shop offers for subscriptions."""

    product_code: str
    name: str
    price: int
    tax_rate: int | None


def is_bound(item: Item, orders_made: int) -> bool:
    """Tell whether the item must stay because its commitment is not met; its quantity may change."""
    return not item.bundled_gift and item.commitment_count > orders_made


def is_buyers_own(item: Item) -> bool:
    """Tell whether the item is no bundled gift and is still delivered.

    Gifts come and go with the item they belong to.
    """
    return not item.bundled_gift and item.remaining != 0


def not_yet_in(offers: Sequence[Offer], items: Sequence[Item]) -> list[Offer]:
    codes = {item.product_code for item in items if is_buyers_own(item)}
    return [offer for offer in offers if offer.product_code not in codes]


def with_quantity(item: Item, quantity: int) -> Item:
    return replace(item, quantity=quantity)


def swapped(item: Item, offer: Offer, quantity: int) -> Item:
    """Return the item with another product in its place; deliveries left, commitment and rhythm stay."""
    return replace(item, **_product(offer), quantity=quantity)


def added(offer: Offer, quantity: int) -> Item:
    return Item(**_product(offer), quantity=quantity)


def _product(offer: Offer) -> dict[str, Any]:
    return {
        "product_code": offer.product_code,
        "name": offer.name,
        "first_price": offer.price,
        "later_price": offer.price,
        "tax_rate": offer.tax_rate,
    }
