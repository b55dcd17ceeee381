"""明細: each line's and charge's share of what was paid, after discounts and points. Yen, tax included."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.receipts.rules.splitting import Share
from portal.values.money import allocate
from portal.values.tax import Settlement


@dataclass(frozen=True)
class Item:
    """A line of the order, or a charge beside the lines."""

    name: str
    amount: int
    """Yen before discounts and points; negative on a line that takes something off."""
    rate: int | None
    quantity: int | None = None


@dataclass(frozen=True)
class Portion:
    """An item's share of what was paid."""

    face: int
    net: int
    """Yen that count in the totals per rate: `face` and the points that paid for it."""


def portions(items: Sequence[Item], order_amount: int, settlement: Settlement | None) -> list[Portion]:
    """Return one portion per item; together they add up to the order's amount, and per rate to its totals.

    Discounts fall on the lines of their rate pro rata, points used as payment on all lines. If the order cannot be
    mapped to rates, its amount is spread over the lines as they stand.
    """
    if settlement is None:
        weights = [max(item.amount, 0) for item in items]
        faces = allocate(order_amount, weights) if any(weights) else [0] * len(items)
        return [Portion(face, face) for face in faces]
    nets = [item.amount for item in items]
    for rate, base in settlement.bases.items():
        members = [at for at, item in enumerate(items) if item.rate == rate]
        off = sum(items[at].amount for at in members) - base
        for at, share in zip(members, allocate(off, [max(items[at].amount, 0) for at in members]), strict=True):
            nets[at] -= share
    paid = allocate(settlement.points, [max(net, 0) for net in nets])
    return [Portion(net - own, net) for net, own in zip(nets, paid, strict=True)]


def share_of(chosen: Iterable[int], items: Sequence[Item], parts: Sequence[Portion]) -> Share:
    """Add up the chosen items. Call it only for an order that is mapped to rates: then `rates` are exact."""
    rates: dict[int, int] = {}
    face = net = 0
    for at in chosen:
        rate = items[at].rate
        if rate is not None and parts[at].net:
            rates[rate] = rates.get(rate, 0) + parts[at].net
        face += parts[at].face
        net += parts[at].net
    return Share(face, dict(sorted(rates.items())), net - face)
