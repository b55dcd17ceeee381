"""Division of a payment among several receipts, exact to the yen in amount and per rate.

Amounts are yen, tax included. An order's *face* amount is what was paid; if points paid too, its totals per rate
(`bases`) add up to more than that: to face amount + points.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.values.money import allocate
from portal.values.tax import RateTotals, Settlement, split

MOST_PARTS = 50


@dataclass(frozen=True)
class Share:
    """What one receipt states of the order."""

    amount: int
    rates: RateTotals
    points: int = 0
    """Points used as means of payment; `rates` add up to `amount` + `points`."""


@dataclass(frozen=True)
class Left:
    """What the receipts issued earlier leave for the new ones."""

    amount: int
    """Face amount of the order less that of the earlier receipts, negative if they already exceed it."""
    bases: RateTotals | None
    """Totals per rate, None if the order cannot be mapped to rates or no longer agrees with what was issued."""
    points: int = 0


def left_of(order_amount: int, settlement: Settlement | None, issued: Sequence[int], stated: Sequence[Share]) -> Left:
    """Subtract the earlier receipts from the order.

    `issued`: face amounts of all live receipts; `stated`: the shares of those that state rates.
    """
    amount = order_amount - sum(issued)
    if settlement is None:
        return Left(amount, None)
    bases = {rate: total - sum(one.rates.get(rate, 0) for one in stated) for rate, total in settlement.bases.items()}
    points = settlement.points - sum(one.points for one in stated)
    unknown = any(rate not in bases for one in stated for rate in one.rates)
    if unknown or points < 0 or any(total < 0 for total in bases.values()):
        return Left(amount, None)
    return Left(amount, bases, points)


def equal_parts(amount: int, count: int) -> list[int]:
    """Divide into parts that differ by a yen at most, larger first. Raise ValueError if a part would get no yen."""
    if not 1 <= count <= amount:
        raise ValueError(f"{amount} yen in {count} parts")
    return allocate(amount, [1] * count)


def shares(left: Left, amounts: Sequence[int], exact: Sequence[Share | None]) -> list[Share | None]:
    """Return each part's share per rate, in order, or None for a part that can state no rates.

    `exact`: the share that a part's own order lines come to; it is used if it leaves the other parts enough. What is
    left is split among the others in proportion, so that parts that make up the rest add up to it per rate. A part that
    exceeds the rest states no rates, nor does any part if the order cannot be mapped.
    """
    if left.bases is None:
        return [None] * len(amounts)
    room = min(left.amount, sum(left.bases.values()) - left.points)
    fitting: list[int] = []
    for at, amount in enumerate(amounts):
        if amount <= room:
            fitting.append(at)
            room -= amount
    own = {at: share for at in fitting if (share := exact[at]) is not None and share.amount == amounts[at]}
    found = _told_apart(left.bases, left.points, {at: amounts[at] for at in fitting}, own, room)
    return [found.get(at) for at in range(len(amounts))]


def _told_apart(
    bases: RateTotals, points: int, amounts: Mapping[int, int], exact: Mapping[int, Share], not_issued: int
) -> dict[int, Share]:
    found: dict[int, Share] = {}
    left, points_left = dict(bases), points
    for at, share in exact.items():
        if share.points <= points_left and all(total <= left.get(rate, 0) for rate, total in share.rates.items()):
            left = {rate: total - share.rates.get(rate, 0) for rate, total in left.items()}
            points_left -= share.points
            found[at] = share
    rest = {at: amount for at, amount in amounts.items() if at not in found}
    if not rest and not not_issued and any(left.values()):
        # Receipts issued earlier took the points in another proportion: the exact shares would leave some to nobody.
        return _told_apart(bases, points, amounts, {}, not_issued)
    if not rest:
        return found
    paid = allocate(points_left, [*rest.values(), not_issued])[: len(rest)]
    totals = split(left, [face + own for face, own in zip(rest.values(), paid, strict=True)])
    for (at, face), own, rates in zip(rest.items(), paid, totals, strict=True):
        found[at] = Share(face, rates, own)
    return found
