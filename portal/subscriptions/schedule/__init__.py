"""The arithmetic of subscriptions: cycle rules, dates, and the plan of the next deliveries.

The package is pure: values in, values out; no clock, no database. All dates are days in Tokyo, all money is integer
yen. The functions are meant for the dates that the product reads (`values.dates.YEARS`); beyond them nothing fails
before the calendar itself ends, and a plan ends there.
"""

from portal.subscriptions.schedule.amounts import Charge, DeliveryItem, Fees, PlanItem, Points, charge, is_used_up
from portal.subscriptions.schedule.commitments import (
    Commitment,
    amount_of_a_year,
    amount_to_pay,
    cancellable_from,
    commitment,
    is_open_ended,
    uses_points,
)
from portal.subscriptions.schedule.cycles import LIMITS, Cycle, CycleError, CycleKind, next_delivery
from portal.subscriptions.schedule.planning import (
    Delivery,
    Facts,
    after,
    cycle_in_force,
    deliveries,
    following,
    is_over,
    merged,
    next_possible,
    plan,
    with_cycle,
)
from portal.subscriptions.schedule.timing import Timing, earliest_delivery
from portal.subscriptions.schedule.working_days import Calendar, is_national_holiday

__all__ = [
    "LIMITS",
    "Calendar",
    "Charge",
    "Commitment",
    "Cycle",
    "CycleError",
    "CycleKind",
    "Delivery",
    "DeliveryItem",
    "Facts",
    "Fees",
    "PlanItem",
    "Points",
    "Timing",
    "after",
    "amount_of_a_year",
    "amount_to_pay",
    "cancellable_from",
    "charge",
    "commitment",
    "cycle_in_force",
    "deliveries",
    "earliest_delivery",
    "following",
    "is_national_holiday",
    "is_open_ended",
    "is_over",
    "is_used_up",
    "merged",
    "next_delivery",
    "next_possible",
    "plan",
    "uses_points",
    "with_cycle",
]
