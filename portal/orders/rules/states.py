"""注文ステータス: the moves that real orders make, and the state that follows from an order's parcels."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from portal.values.states import OrderStatus, ShipmentStatus

_S = OrderStatus
_BEFORE_SHIPPING = frozenset({_S.AWAITING_SHIPMENT, _S.PICKING, _S.ON_HOLD})
_ONWARDS = _BEFORE_SHIPPING | {_S.PARTIALLY_SHIPPED, _S.SHIPPED, _S.CANCELED}

MOVES: Mapping[OrderStatus, frozenset[OrderStatus]] = MappingProxyType(
    {
        _S.AWAITING_SHIPMENT: _ONWARDS,
        _S.PICKING: _ONWARDS,
        _S.ON_HOLD: _ONWARDS,
        _S.PARTIALLY_SHIPPED: frozenset({_S.SHIPPED}),
        # Back to partly shipped when one more parcel turns out to be needed.
        _S.SHIPPED: frozenset({_S.PARTIALLY_SHIPPED, _S.RETURN_PENDING, _S.RETURNED}),
        # Back to shipped when the buyer keeps the goods after all.
        _S.RETURN_PENDING: frozenset({_S.SHIPPED, _S.RETURNED}),
        _S.RETURNED: frozenset(),
        # A canceled order does not come back; another order may be given its code.
        _S.CANCELED: frozenset(),
    }
)
SETTLED = frozenset({_S.CANCELED, _S.RETURN_PENDING, _S.RETURNED})
"""States that no longer change with the order's parcels."""


class MoveRefusedError(ValueError):
    def __init__(self, current: OrderStatus, wanted: OrderStatus) -> None:
        super().__init__(f"an order that is {current} cannot become {wanted}")
        self.current = current
        self.wanted = wanted


class HeldForBundlingError(MoveRefusedError):
    """One of the order's parcels is held until staff decide whether it goes together with another order."""


def moved(current: OrderStatus, wanted: OrderStatus) -> OrderStatus:
    """Return `wanted`, which may equal `current`. Raise MoveRefusedError if no real order makes that move."""
    if wanted != current and wanted not in MOVES[current]:
        raise MoveRefusedError(current, wanted)
    return wanted


def is_before_shipping(status: OrderStatus) -> bool:
    return status in _BEFORE_SHIPPING


def derived(current: OrderStatus, parcels: Iterable[ShipmentStatus]) -> OrderStatus:
    """Return the state that follows from the parcels.

    A canceled parcel does not count; without a live one nothing changes. A hold ends by itself if something ships.
    """
    live = [status for status in parcels if status != ShipmentStatus.CANCELED]
    if current in SETTLED or not live:
        return current
    shipped = live.count(ShipmentStatus.SHIPPED)
    if shipped:
        return _S.SHIPPED if shipped == len(live) else _S.PARTIALLY_SHIPPED
    if current == _S.AWAITING_SHIPMENT and ShipmentStatus.PICKING in live:
        return _S.PICKING
    return current
