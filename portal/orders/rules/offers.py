"""Actions that staff may take on an order in its present state."""

from enum import StrEnum

from portal.orders.rules.states import MOVES
from portal.values.states import OrderStatus

_S = OrderStatus


class Offer(StrEnum):
    CANCEL = "cancel"
    RELEASE_CODE = "release_code"
    """For an order canceled without releasing its code: a new order may now have the same one."""
    HOLD = "hold"
    RESUME = "resume"
    RETURN = "return"
    """返品済み, or 返品待ち first."""
    WITHDRAW_RETURN = "withdraw_return"


def offers(status: OrderStatus, *, code_live: bool) -> frozenset[Offer]:
    onwards = MOVES[status]
    found = {
        Offer.CANCEL: _S.CANCELED in onwards,
        Offer.RELEASE_CODE: status == _S.CANCELED and code_live,
        Offer.HOLD: _S.ON_HOLD in onwards and status != _S.ON_HOLD,
        Offer.RESUME: status == _S.ON_HOLD,
        Offer.RETURN: _S.RETURNED in onwards,
        Offer.WITHDRAW_RETURN: status == _S.RETURN_PENDING,
    }
    return frozenset(offer for offer, holds in found.items() if holds)
