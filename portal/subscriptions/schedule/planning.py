"""The next deliveries of a subscription, and how one date follows another.

The cycle goes on from the anchor, the nominal date. The promised date, `delivery_on`, may have been moved this once. A
nominal date that a moved delivery has reached or passed has no delivery of its own: it is merged into that one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from portal.subscriptions.schedule.amounts import (
    NO_CHARGE,
    Charge,
    DeliveryItem,
    Fees,
    PlanItem,
    Points,
    charge,
    is_used_up,
)
from portal.subscriptions.schedule.cycles import Cycle, CycleError, next_delivery
from portal.subscriptions.schedule.timing import Timing, earliest_delivery


@dataclass(frozen=True)
class Facts:
    cycle: Cycle
    cycle_fixed: bool
    """True if the buyer or staff chose the cycle; if False, the items' own rules take precedence."""
    anchor_on: date
    """Nominal date of the next delivery."""
    next_delivery_on: date
    """Promised date of the next delivery."""
    next_skipped: bool
    cycle_number: int
    """Cycle number of the next order; the first (checkout) order is 1."""
    remaining_orders: int | None
    items: tuple[PlanItem, ...]
    fees: Fees
    points: Points
    timing: Timing
    next_ship_on: date | None = None
    """Ship date if it is set already; None to calculate it."""
    keeps_net: bool = False
    """True if prices are kept without tax and follow a change of rate."""
    next_creation_on: date | None = None
    """Creation date if it is set already, whatever the shop has changed since; None to calculate it."""


@dataclass(frozen=True)
class Delivery:
    anchor_on: date
    delivery_on: date
    ship_on: date
    creation_on: date
    cycle_number: int
    """Cycle number of the order; a skipped delivery has the same number as the one after it."""
    skipped: bool
    """True if nothing is sent or paid: no items, and all amounts are 0."""
    items: tuple[DeliveryItem, ...]
    subtotal: int
    shipping: int
    cool: int
    payment_fee: int
    coupon: int
    points_used: int
    total: int
    for_once: bool = False
    """True if the day is not the cycle's: the delivery was moved, and the cycle goes on as if it had not been."""


def plan(facts: Facts, n: int) -> list[Delivery]:
    """Return the next `n` deliveries, or fewer if the items or the remaining orders are used up before."""
    return list(islice(deliveries(facts), max(0, n)))


def deliveries(facts: Facts) -> Iterator[Delivery]:
    """Yield the deliveries one after the other, without end if the subscription has none.

    Points that are still to be earned are not counted.
    """
    while not is_over(facts):
        delivery = _next(facts)
        yield delivery
        try:
            facts = after(facts, delivery)
        except CycleError:
            return


def is_over(facts: Facts) -> bool:
    """Return whether it is finished: the remaining orders, or the deliveries of all items but gifts, are used up."""
    return (facts.remaining_orders is not None and facts.remaining_orders <= 0) or is_used_up(facts.items)


def after(facts: Facts, delivery: Delivery) -> Facts:
    """Return the facts after the next delivery was ordered or, if skipped, has passed: dates, counts, items, points."""
    anchor_on, delivery_on = following(facts)
    made = not delivery.skipped
    left = facts.remaining_orders
    return replace(
        facts,
        anchor_on=anchor_on,
        next_delivery_on=delivery_on,
        next_skipped=False,
        next_ship_on=None,
        next_creation_on=None,
        cycle_number=facts.cycle_number + made,
        remaining_orders=None if left is None else left - made,
        items=tuple(item.counted_down() for item in facts.items) if made else facts.items,
        points=facts.points.after(delivery.points_used) if made else facts.points,
    )


def following(facts: Facts) -> tuple[date, date]:
    """Return (anchor_on, delivery_on) of the cycle after the next one. Raise CycleError `beyond` if there is none."""
    *_, anchor_on = _anchors_until_after(facts)
    return anchor_on, anchor_on


def merged(facts: Facts) -> tuple[date, ...]:
    """Return the nominal dates that are merged into the next delivery because it was moved to or past them."""
    return tuple(_anchors_until_after(facts)[:-1])


def next_possible(facts: Facts, today: date) -> tuple[date, date]:
    """Return (anchor_on, delivery_on) with which the subscription can start again.

    The dates stay if the next delivery is still possible; if it is past or too near, the cycle gives the next possible
    one.
    """
    earliest = earliest_delivery(facts.timing, today)
    if facts.next_delivery_on >= earliest:
        return facts.anchor_on, facts.next_delivery_on
    anchor_on = facts.anchor_on
    while anchor_on < earliest:
        anchor_on = next_delivery(cycle_in_force(facts), anchor_on)
    return anchor_on, anchor_on


def with_cycle(facts: Facts, cycle: Cycle, *, from_today: date | None = None) -> Facts:
    """Return the facts after a change of cycle, which goes on from the next promised delivery (months: from its month).

    With `from_today`, the cycle starts from that day instead, and the next delivery is the first date it gives that is
    not too near. That is possible for days and weeks only: raise CycleError `base` for months.
    """
    changed = replace(facts, cycle=cycle, cycle_fixed=True, anchor_on=facts.next_delivery_on)
    if from_today is None:
        return changed
    if cycle.unit == "months":
        raise CycleError("base", cycle)
    first = next_delivery(cycle, from_today)
    started = replace(
        changed, anchor_on=first, next_delivery_on=first, next_skipped=False, next_ship_on=None, next_creation_on=None
    )
    anchor_on, delivery_on = next_possible(started, from_today)
    return replace(started, anchor_on=anchor_on, next_delivery_on=delivery_on)


def cycle_in_force(facts: Facts) -> Cycle:
    """Return the cycle that leads from the next delivery to the one after it.

    If the cycle is not fixed, it is the rule of the first item that is no gift, still has deliveries and has rules of
    its own, because a subscription has only one date. The main product stands first, and staff can put another there;
    taking the earliest date of all items would make more orders, and cost more, than anybody chose. A skipped delivery
    keeps its number, so its rule is used again.
    """
    if facts.cycle_fixed:
        return facts.cycle
    rules = _own_rules(facts.items)
    return rules[min(max(facts.cycle_number, 1), len(rules)) - 1] if rules else facts.cycle


def _own_rules(items: Sequence[PlanItem]) -> tuple[Cycle, ...]:
    return next((item.cycles for item in items if item.cycles and item.is_left and not item.bundled_gift), ())


def _anchors_until_after(facts: Facts) -> list[date]:
    """Return the nominal dates after the anchor, up to the first that is later than the promised delivery."""
    cycle = cycle_in_force(facts)
    anchors = [next_delivery(cycle, facts.anchor_on)]
    while anchors[-1] <= facts.next_delivery_on:
        anchors.append(next_delivery(cycle, anchors[-1]))
    return anchors


def _next(facts: Facts) -> Delivery:
    timing, delivery_on = facts.timing, facts.next_delivery_on
    ship_on = facts.next_ship_on or timing.ship_on(delivery_on)
    creation_on = facts.next_creation_on or timing.creation_before(ship_on, delivery_on)
    cost: Charge = NO_CHARGE
    if not facts.next_skipped:
        cost = charge(
            facts.items,
            facts.fees,
            facts.points,
            facts.cycle_number,
            creation_on,
            ship_on=ship_on,
            keeps_net=facts.keeps_net,
        )
    return Delivery(
        anchor_on=facts.anchor_on,
        delivery_on=delivery_on,
        ship_on=ship_on,
        creation_on=creation_on,
        cycle_number=facts.cycle_number,
        skipped=facts.next_skipped,
        items=cost.items,
        subtotal=cost.subtotal,
        shipping=cost.shipping,
        cool=cost.cool,
        payment_fee=cost.payment_fee,
        coupon=cost.coupon,
        points_used=cost.points_used,
        total=cost.total,
        for_once=not facts.next_skipped and _is_for_once(facts),
    )


def _is_for_once(facts: Facts) -> bool:
    follows_cycle = facts.cycle_fixed or not _own_rules(facts.items)
    is_moved = facts.next_delivery_on != facts.anchor_on
    return is_moved or (follows_cycle and not facts.cycle.fits(facts.next_delivery_on))
