"""消費税: dated rates, and amounts per rate that stay exact through discounts, points and splits.

A rate is an `int` percent. `RateTotals` maps rate → tax-included yen, in ascending order of the rate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.values.money import allocate

RateTotals = dict[int, int]


@dataclass(frozen=True)
class DatedRate:
    percent: int
    reduced: bool
    since: date
    until: date | None
    """Last day of the rate, or None while it is in force."""


RATES = (
    # 消費税法 (昭和63年法律第108号) and its amendments of 1994, 2012 and 2016.
    DatedRate(3, reduced=False, since=date(1989, 4, 1), until=date(1997, 3, 31)),
    DatedRate(5, reduced=False, since=date(1997, 4, 1), until=date(2014, 3, 31)),
    DatedRate(8, reduced=False, since=date(2014, 4, 1), until=date(2019, 9, 30)),
    DatedRate(10, reduced=False, since=date(2019, 10, 1), until=None),
    DatedRate(8, reduced=True, since=date(2019, 10, 1), until=None),
    # 非課税・不課税・免税: stamps, gift certificates, exports.
    DatedRate(0, reduced=False, since=date(1989, 4, 1), until=None),
)


class Rounding(StrEnum):
    """How a shop rounds a fraction of a yen. A negative amount rounds as the same positive amount does."""

    DOWN = "down"
    HALF_UP = "half_up"
    UP = "up"


class PointsMode(StrEnum):
    DISCOUNT = "discount"
    """Points used as a discount: they lower the taxable base."""
    MEANS = "means"
    """Points used as a means of payment: the taxable base stays."""


@dataclass(frozen=True)
class Settlement:
    bases: RateTotals
    points: int
    """Points and mall coupons shown as a payment, 0 if they already lowered the bases."""
    to_pay: int


def rates_on(on: date) -> list[DatedRate]:
    return [rate for rate in RATES if rate.since <= on and (rate.until is None or on <= rate.until)]


def rate_known(rate: int, on: date) -> bool:
    """Tell whether the law had this rate on the day of the transaction."""
    return any(known.percent == rate for known in rates_on(on))


def rate_then(rate: int, on: date) -> int | None:
    """Return what a rate has become by that day: the standard one stays the standard one, the reduced the reduced.

    A rate that is in force on the day is that rate. Return None if the day has no rate of that kind.
    """
    if rate_known(rate, on):
        return rate
    before = [known for known in RATES if known.percent == rate and known.since <= on]
    if not before:
        return None
    last = max(before, key=lambda known: known.since)
    same = (known.percent for known in rates_on(on) if known.reduced == last.reduced and known.percent)
    return max(same, default=None)


def price_then(price: int, before: int, after: int) -> int:
    """Return the tax-included price after a change of rate, of a price that is kept without tax; fractions are dropped."""
    return price if before == after else _divide(price * (100 + after), 100 + before, Rounding.DOWN)


def standard_rate(on: date) -> int | None:
    """Return the standard rate of the day, None before there was one."""
    return max((known.percent for known in rates_on(on) if known.percent and not known.reduced), default=None)


def is_reduced(rate: int, on: date) -> bool:
    """Tell whether the rate is a 軽減税率 on that day; its lines carry ※."""
    return any(known.percent == rate and known.reduced for known in rates_on(on))


def included_tax(total: int, rate: int, rounding: Rounding) -> int:
    """Return the tax inside a tax-included total. Call it once per rate and document, never per line."""
    return _divide(total * rate, 100 + rate, rounding)


def rate_totals(lines: Iterable[tuple[int, int]]) -> RateTotals:
    """Sum lines of (rate, tax-included yen) per rate; a negative line is a discount at its own rate."""
    totals: RateTotals = {}
    for rate, amount in lines:
        totals[rate] = totals.get(rate, 0) + amount
    return dict(sorted(totals.items()))


def discounted(totals: Mapping[int, int], amount: int) -> RateTotals:
    """Subtract a discount or coupon from the rates in proportion to their totals (largest remainder).

    A rate whose total is below zero takes no part. Raise ValueError for a negative amount or more than the total.
    """
    weights = [max(total, 0) for total in totals.values()]
    if not 0 <= amount <= sum(weights):
        raise ValueError(f"{amount} yen cannot be taken off {dict(totals)}")
    shares = allocate(amount, weights)
    return {rate: total - share for (rate, total), share in zip(totals.items(), shares, strict=True)}


def points_as_discount(totals: Mapping[int, int], points: int) -> RateTotals:
    """Subtract points as a discount: 8% ¥540 + 10% ¥550 with 21 points gives 530 and 539."""
    return discounted(totals, points)


def settle(totals: Mapping[int, int], points: int, mode: PointsMode) -> Settlement:
    """Return what a document shows for the points used. `to_pay` is the same in both modes."""
    reduced = points_as_discount(totals, points)
    to_pay = sum(reduced.values())
    if mode == PointsMode.DISCOUNT:
        return Settlement(reduced, 0, to_pay)
    return Settlement(dict(totals), points, to_pay)


def paid_with(settlement: Settlement, amount: int) -> Settlement:
    """Return the settlement with one more means of payment, which leaves the bases as they are.

    Raise ValueError for a negative amount or more than there is to pay.
    """
    if not 0 <= amount <= settlement.to_pay:
        raise ValueError(f"{amount} yen cannot pay {settlement.to_pay}")
    return Settlement(settlement.bases, settlement.points + amount, settlement.to_pay - amount)


def split(totals: Mapping[int, int], amounts: Sequence[int]) -> list[RateTotals]:
    """Return the totals per rate of each part of a split receipt.

    Every part adds up to its amount, and every rate to its total if the amounts make up the whole. What they leave
    over belongs to a part not issued. A part prints no tax amount: allocated tax would contradict the part's own
    figure. If points paid (`PointsMode.MEANS`), add `allocate(points, amounts)` to the amounts first.
    Raise ValueError for an amount that is not positive, a rate below zero, or amounts of more than the whole.
    """
    if any(amount <= 0 for amount in amounts):
        raise ValueError(f"parts must be positive: {list(amounts)}")
    if any(total < 0 for total in totals.values()):
        raise ValueError(f"a rate below zero cannot be split: {dict(totals)}")
    left = list(totals.values())
    if sum(amounts) > sum(left):
        raise ValueError(f"parts of {sum(amounts)} yen from {sum(left)}")
    parts = []
    for amount in amounts:
        # Each part is allocated by what is left: no share exceeds its rate's rest, and the last part takes all of it.
        shares = allocate(amount, left)
        left = [rest - share for rest, share in zip(left, shares, strict=True)]
        parts.append(dict(zip(totals, shares, strict=True)))
    return parts


def include_tax(lines: Sequence[tuple[int, int]], rounding: Rounding) -> list[int]:
    """Return the tax-included yen of each (rate, tax-excluded yen), in order.

    The tax is rounded once per rate; the lines of a rate add up to their sum plus that tax, each within a yen of
    its own exact amount (largest remainder, the earlier line first).
    """
    included = [amount + amount * rate // 100 for rate, amount in lines]
    for rate in {rate for rate, _ in lines}:
        members = [i for i, (own, _) in enumerate(lines) if own == rate]
        excluded = sum(lines[i][1] for i in members)
        missing = excluded + _divide(excluded * rate, 100, rounding) - sum(included[i] for i in members)
        by_remainder = sorted(members, key=lambda i: -(lines[i][1] * lines[i][0] % 100))
        for i in by_remainder[:missing]:
            included[i] += 1
    return included


def _divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    size, sign = abs(numerator), -1 if numerator < 0 else 1
    if rounding == Rounding.HALF_UP:
        return sign * ((2 * size + denominator) // (2 * denominator))
    return sign * (-(-size // denominator) if rounding == Rounding.UP else size // denominator)
