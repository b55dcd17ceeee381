"""Sums that an order's page prints: subtotal, and per rate the amount with the tax in it."""

from dataclasses import dataclass
from typing import Protocol

from portal.orders.page import OrderPage
from portal.orders.rules.amounts import AmountProblem, settle_order
from portal.values.dates import tokyo_date
from portal.values.tax import PointsMode, Rounding, included_tax, is_reduced


class Reckons(Protocol):
    """Settings of a shop that the sums depend on."""

    @property
    def points_mode(self) -> str: ...
    @property
    def rounding(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Sums:
    subtotal: int
    rates: tuple[tuple[int, int, int], ...]
    """(rate, amount, tax in it) per rate, empty if the total cannot be mapped to rates."""
    reduced: frozenset[int]
    """Reduced rates among those of the lines."""
    problem: AmountProblem | None


def sums_of(shop: Reckons, order: OrderPage) -> Sums:
    on = tokyo_date(order.ordered_at)
    lines = [(line.tax_rate, line.amount) for line in order.lines]
    amounts = settle_order(lines, order.charges, PointsMode(shop.points_mode))
    bases = amounts.settlement.bases if amounts.settlement else {}
    return Sums(
        subtotal=amounts.subtotal,
        rates=tuple(
            (rate, base, included_tax(base, rate, Rounding(shop.rounding))) for rate, base in bases.items() if base
        ),
        reduced=frozenset(rate for rate, _ in lines if rate is not None and is_reduced(rate, on)),
        problem=amounts.problem,
    )
