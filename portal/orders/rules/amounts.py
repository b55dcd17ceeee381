"""Amounts of an order per tax rate. Yen, tax included."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.values.tax import PointsMode, Settlement, discounted, paid_with, rate_totals, settle


class AmountProblem(StrEnum):
    RATES_UNKNOWN = "rates_unknown"
    """Neither file nor shop knows the rate of a line or fee; it is never guessed."""
    DO_NOT_ADD_UP = "amounts_do_not_add_up"
    """The stated total differs from what the lines come to."""


@dataclass(frozen=True)
class Charges:
    """Amounts of an order beside its lines.

    `discount` and `coupon` are positive yen taken off; `total` is what the file states.
    """

    fees: int
    fee_rate: int | None
    discount: int
    coupon: int
    mall_coupon: int
    """Yen that the mall paid in the buyer's place."""
    points: int
    total: int


@dataclass(frozen=True)
class Amounts:
    subtotal: int
    settlement: Settlement | None
    problem: AmountProblem | None


def rates_known(rates: Iterable[int | None], charges: Charges) -> bool:
    """Return whether the rate of every line is known, and that of the fees if there are any."""
    return None not in (*rates, charges.fee_rate if charges.fees else 0)


def settle_order(lines: Iterable[tuple[int | None, int]], charges: Charges, mode: PointsMode) -> Amounts:
    """Settle the lines, given as (rate, amount); there is no settlement if the total cannot be mapped to rates."""
    items = list(lines)
    subtotal = sum(amount for _, amount in items)
    if not rates_known((rate for rate, _ in items), charges):
        return Amounts(subtotal, None, AmountProblem.RATES_UNKNOWN)
    known = [(rate or 0, amount) for rate, amount in [*items, (charges.fee_rate, charges.fees)] if amount]
    try:
        bases = discounted(rate_totals(known), charges.discount + charges.coupon)
        settlement = paid_with(settle(bases, charges.points, mode), charges.mall_coupon)
    except ValueError:
        return Amounts(subtotal, None, AmountProblem.DO_NOT_ADD_UP)
    if settlement.to_pay != charges.total:
        return Amounts(subtotal, None, AmountProblem.DO_NOT_ADD_UP)
    return Amounts(subtotal, settlement, None)
