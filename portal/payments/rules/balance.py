"""What an order's payments and refunds come to: its payment state, and what is left to receipt. Yen, tax included."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from portal.payments.rules.payment_states import PaymentState
from portal.values.tax import RateTotals, Settlement


class Kind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"


_WEIGHTIER = frozenset({PaymentState.PAID, PaymentState.REFUNDED, PaymentState.DISPUTED})
"""Words of a file that payments entered by hand do not outweigh: paid in full, or taken back."""


def state_after(said: PaymentState, received: int, total: int) -> PaymentState:
    """Return the payment state of an order of `total` yen. `said`: the state of the file, or that staff decided."""
    if received <= 0 or said in _WEIGHTIER:
        return said
    return PaymentState.PAID if received >= total else PaymentState.PART_PAID


def given_back(total: int, received: int, refunded: int) -> int:
    """Return the yen of the order itself that were given back; what had come in beyond its total goes back first."""
    surplus = max(received - total, 0)
    return max(refunded - surplus, 0)


def refunds_by_rate(refunds: Iterable[tuple[int, Mapping[int, int]]]) -> RateTotals | None:
    """Sum refunds of (yen, rate → yen) per rate; None if one of them does not say what it was for."""
    totals: RateTotals = {}
    for amount, rates in refunds:
        if sum(rates.values()) != amount:
            return None
        for rate, yen in rates.items():
            totals[rate] = totals.get(rate, 0) + yen
    return dict(sorted(totals.items()))


def after_refunds(settlement: Settlement | None, refunded: int, rates: Mapping[int, int]) -> Settlement | None:
    """Return what is left of an order to receipt; None if it cannot be mapped to rates.

    Points that paid a part stay as they are: what was given back is money.
    """
    if settlement is None or not refunded:
        return settlement
    bases = {rate: total - rates.get(rate, 0) for rate, total in settlement.bases.items()}
    is_mapped = sum(rates.values()) == refunded and rates.keys() <= bases.keys() and min(bases.values()) >= 0
    return Settlement(bases, settlement.points, settlement.to_pay - refunded) if is_mapped else None
