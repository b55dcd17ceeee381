"""Conversion of what a file says of an order into what is stored: rates, amounts with tax, total, reason for staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from portal.orders.attention import reason_for
from portal.orders.rules.amounts import Charges, settle_order
from portal.values.tax import PointsMode, Rounding, include_tax, rate_then

FEES = ("shipping_fee", "payment_fee", "other_fee")
TAKEN_OFF = ("discount", "coupon", "mall_coupon", "points_used")


@dataclass(frozen=True)
class ShopRules:
    """What the shop says if the file does not. Rates are percent, None if the shop does not know either."""

    product_rates: Mapping[str, int]
    default_rate: int | None
    fee_rate: int | None
    rounding: Rounding
    points_mode: PointsMode


class Line(NamedTuple):
    """Columns of `OrderLine` other than its keys and position, as a file says them or as `resolve_lines` leaves them."""

    product_code: str
    name: str
    quantity: int
    unit_price: int
    amount: int
    """Yen of the whole line; what a file says may be with or without tax."""
    tax_rate: int | None
    tax_included: bool
    untaxed: str = ""


def resolve_lines(said: Sequence[Line], rules: ShopRules, ship_on: date | None = None) -> list[Line]:
    """Fill in the rates: the file's, else the product table's, else the shop's default, else None and never a guess.

    `ship_on`: day whose rates the shop's own become, None to leave them as they are.

    Prices without tax get it, rounded once per rate of the order; they stay as they are if the rate is unknown.
    """
    rates = [_rate(line, rules, ship_on) for line in said]
    amounts = [line.amount for line in said]
    excluded = [
        (i, rate)
        for i, (line, rate) in enumerate(zip(said, rates, strict=True))
        if rate is not None and not line.tax_included
    ]
    included = include_tax([(rate, amounts[i]) for i, rate in excluded], rules.rounding)
    for (i, _), amount in zip(excluded, included, strict=True):
        amounts[i] = amount
    return [
        line._replace(amount=amount, tax_rate=rate, tax_included=line.tax_included or rate is not None)
        for line, rate, amount in zip(said, rates, amounts, strict=True)
    ]


def computed_total(lines: Sequence[Line], values: Mapping[str, Any]) -> int:
    total = sum(line.amount for line in lines)
    total += sum(int(values[fee]) for fee in FEES)
    return total - sum(int(values[kind]) for kind in TAKEN_OFF)


def attention(lines: Sequence[Line], values: Mapping[str, Any], rules: ShopRules, current: str = "") -> str:
    """Return the reason code why staff must look at the order, or an empty string."""
    charges = Charges(
        fees=sum(values[fee] for fee in FEES),
        fee_rate=values["fee_rate"],
        discount=values["discount"],
        coupon=values["coupon"],
        mall_coupon=values["mall_coupon"],
        points=values["points_used"],
        total=values["total"],
    )
    problem = settle_order([(line.tax_rate, line.amount) for line in lines], charges, rules.points_mode).problem
    return reason_for(problem, current)


def _rate(line: Line, rules: ShopRules, ship_on: date | None) -> int | None:
    if line.tax_rate is not None:
        return line.tax_rate
    rate = rules.product_rates.get(line.product_code, rules.default_rate)
    return rate if rate is None or ship_on is None else rate_then(rate, ship_on)
