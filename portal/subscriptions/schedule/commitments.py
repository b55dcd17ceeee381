"""How long the buyer is bound, and what is still to be paid until then (特定商取引法)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice, takewhile

from portal.subscriptions.schedule.amounts import PlanItem
from portal.subscriptions.schedule.planning import Delivery, Facts, deliveries


@dataclass(frozen=True)
class Commitment:
    count: int
    """Number of orders that the buyer is bound to; 0 if there is no commitment."""
    done: int
    """Number of these orders that were made; never more than `count`."""
    to_go: int
    met: bool


def commitment(items: Sequence[PlanItem], orders_made: int) -> Commitment:
    """Return the commitment: the largest count among the items without bundled gifts, met by as many orders made."""
    count = max((item.commitment_count for item in items if not item.bundled_gift), default=0)
    count = max(0, count)
    to_go = max(0, count - orders_made)
    return Commitment(count=count, done=count - to_go, to_go=to_go, met=to_go == 0)


def amount_to_pay(facts: Facts, orders_made: int) -> int:
    """Return the yen of the orders still to come until the commitment is met, with shipping, fees and coupon.

    Points are left out: nobody knows whether there will be enough, and the sum must not be too low.
    """
    return sum(delivery.total for delivery in _committed(_without_points(facts), orders_made))


def cancellable_from(facts: Facts, orders_made: int) -> date | None:
    """Return the first day on which the buyer is no longer bound, or None if no more orders are needed.

    It is the day after the last of these orders is made, because the subscription is locked on the creation date
    itself. If the subscription finishes before the commitment is met, it is the day after its last order is made.
    """
    bound = _committed(facts, orders_made)
    return bound[-1].creation_on + timedelta(days=1) if bound else None


def is_open_ended(facts: Facts) -> bool:
    """Return whether the subscription goes on until somebody stops it."""
    return facts.remaining_orders is None and any(
        item.remaining is None for item in facts.items if not item.bundled_gift
    )


def amount_of_a_year(facts: Facts) -> int:
    """Return the yen of the deliveries in the 365 days from the next one on, without points as in `amount_to_pay`."""
    end = facts.next_delivery_on + timedelta(days=365)
    year = takewhile(lambda delivery: delivery.delivery_on < end, deliveries(_without_points(facts)))
    return sum(delivery.total for delivery in year)


def uses_points(facts: Facts) -> bool:
    """Return whether the deliveries cost less than these amounts say, because points are taken off."""
    return facts.points.use != "none"


def _committed(facts: Facts, orders_made: int) -> list[Delivery]:
    to_go = commitment(facts.items, orders_made).to_go
    return list(islice((delivery for delivery in deliveries(facts) if not delivery.skipped), to_go))


def _without_points(facts: Facts) -> Facts:
    return replace(facts, points=replace(facts.points, use="none"))
