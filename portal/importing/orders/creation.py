"""A file's new order as the rows to be inserted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.importing.orders.rows import OrderSaid
from portal.orders.resolving import Line, ShopRules
from portal.orders.rules import states
from portal.payments.movements import file_refund
from portal.payments.rules.payment_states import trouble_of
from portal.shipments.new_orders import NewOrder, rows, shipment_row
from portal.shipments.parcels import Said
from portal.values.states import OrderStatus, ShipmentStatus

NEEDED = ("ordered_at", "buyer_name")
"""Fields that a new order needs, besides at least one line."""
_PARCEL_STATUS = {
    OrderStatus.AWAITING_SHIPMENT: ShipmentStatus.WAITING,
    OrderStatus.ON_HOLD: ShipmentStatus.WAITING,
    OrderStatus.PICKING: ShipmentStatus.PICKING,
    OrderStatus.SHIPPED: ShipmentStatus.SHIPPED,
    OrderStatus.CANCELED: ShipmentStatus.CANCELED,
}


def new_order(
    said: OrderSaid, lines: Sequence[Line], rules: ShopRules, *, shop_id: UUID, digest: str, actor: str, now: datetime
) -> NewOrder:
    """Return the rows of a new order. Raise states.MoveRefusedError if no new order can have the state that is said."""
    shipments = [shipment_row(parcel, shop_id, now) for parcel in parcels_of(said)]
    if _more_to_come(said, shipments):
        shipments.append(shipment_row(Said(), shop_id, now))
    status = _status(said.status, [shipment["status"] for shipment in shipments])
    values = {**said.values, "code": said.code, "code_key": said.code_key, "content_digest": digest}
    order = rows(values, lines, shipments, rules, shop_id=shop_id, status=status, now=now)
    if status not in states.SETTLED and (
        trouble := trouble_of(values.get("payment_state", ""), values.get("refunded") or 0)
    ):
        order.order["needs_attention"] = trouble
    if order.order["refunded"]:
        order.money.append(file_refund(order.order, actor=actor, now=now))
    return order


def parcels_of(said: OrderSaid) -> list[Said]:
    """Return the parcels with the status that follows from the order's own; a shipped order has at least one."""
    status = _PARCEL_STATUS.get(said.status) if said.status else None
    parcels = [replace(parcel, status=status) for parcel in said.parcels]
    return parcels or ([Said(status=ShipmentStatus.SHIPPED)] if status == ShipmentStatus.SHIPPED else [])


def _more_to_come(said: OrderSaid, shipments: Sequence[dict[str, Any]]) -> bool:
    """Tell whether a partly shipped order needs one more parcel, without a number yet: all known ones have left."""
    left = [shipment for shipment in shipments if shipment["status"] == ShipmentStatus.SHIPPED]
    return said.status == OrderStatus.PARTIALLY_SHIPPED and 0 < len(left) == len(shipments)


def _status(said: OrderStatus | None, parcels: Sequence[ShipmentStatus]) -> OrderStatus:
    status = states.derived(OrderStatus.AWAITING_SHIPMENT, parcels)
    return states.moved(status, said) if said else status
