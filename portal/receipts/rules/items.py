"""明細: what each line and charge of an order comes to once discounts and points are shared out. Pure; yen with tax."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.receipts.rules.splitting import Share
from portal.values.money import allocate
from portal.values.tax import Settlement


@dataclass(frozen=True)
class Item:
    """A line of the order, or what was charged besides."""

    name: str
    amount: int
    """Before discounts and points; negative on a line that takes something off."""
    rate: int | None
    quantity: int | None = None


@dataclass(frozen=True)
class Portion:
    """An item's share of what was paid."""

    face: int
    net: int
    """In the totals per rate: `face` and the points that paid for it."""


def portions(items: Sequence[Item], order_amount: int, settlement: Settlement | None) -> list[Portion]:
    """One an item; together they come to the order's amount, and per rate to its totals.

    Discounts fall on the lines of their rate pro rata, points as means of payment on all. Where the order cannot be
    mapped to rates its amount is spread over the lines as they stand.
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
    """What these items come to together. Only of an order that is mapped to rates: `rates` then are exact."""
    rates: dict[int, int] = {}
    face = net = 0
    for at in chosen:
        rate = items[at].rate
        if rate is not None and parts[at].net:
            rates[rate] = rates.get(rate, 0) + parts[at].net
        face += parts[at].face
        net += parts[at].net
    return Share(face, dict(sorted(rates.items())), net - face)
