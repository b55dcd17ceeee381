"""A new order as the rows that are to be inserted. Pure but for the keys it makes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.importing.order_facts import Line, ShopRules, attention, computed_total
from portal.importing.order_rows import OrderSaid
from portal.models import OrderStatus, ShipmentStatus
from portal.models.base import new_id
from portal.orders import states
from portal.shipments.parcels import Said, new_values
from portal.values import search_keys
from portal.values.dates import tokyo_date

NEEDED = ("ordered_at", "buyer_name")
"""Fields without which there is no new order; besides, at least one line."""
_TEXTS = (
    *("buyer_kana", "phone", "email", "email_key", "postcode", "prefecture", "address"),
    *("recipient_name", "recipient_kana", "recipient_phone"),
    *("recipient_postcode", "recipient_prefecture", "recipient_address"),
    *("payment_method", "buyer_note", "needs_attention"),
)
_BLANK: dict[str, Any] = {
    **dict.fromkeys(_TEXTS, ""),
    **dict.fromkeys(("shipping_fee", "payment_fee", "other_fee", "discount", "coupon", "points_used"), 0),
    "payment_state": "unknown",
    "code_live": True,
    "version": 1,
}
_PARCEL_STATUS = {
    OrderStatus.AWAITING_SHIPMENT: ShipmentStatus.WAITING,
    OrderStatus.ON_HOLD: ShipmentStatus.WAITING,
    OrderStatus.PICKING: ShipmentStatus.PICKING,
    OrderStatus.SHIPPED: ShipmentStatus.SHIPPED,
    OrderStatus.CANCELLED: ShipmentStatus.CANCELLED,
}


@dataclass(frozen=True)
class NewOrder:
    """Rows per table, as dicts of columns."""

    order: dict[str, Any]
    lines: list[dict[str, Any]]
    shipments: list[dict[str, Any]]
    links: list[dict[str, Any]]


def new_order(
    said: OrderSaid, lines: Sequence[Line], rules: ShopRules, *, shop_id: UUID, digest: str, now: datetime
) -> NewOrder:
    """states.MoveRefusedError: the file says a state that no order without this past can have."""
    order_id = new_id()
    shipments = [_shipment(parcel, shop_id, now) for parcel in parcels_of(said)]
    if _more_to_come(said, shipments):
        shipments.append(_shipment(Said(), shop_id, now))
    status = _status(said.status, [shipment["status"] for shipment in shipments])
    values = {**_BLANK, **said.values}
    values["fee_rate"] = values.get("fee_rate", rules.fee_rate)
    if values.get("total") is None:
        values["total"] = computed_total(lines, values)
    order = {
        **values,
        "id": order_id,
        "shop_id": shop_id,
        "code": said.code,
        "code_key": said.code_key,
        "status": status,
        "cancelled_at": (values.get("cancelled_at") or now) if status == OrderStatus.CANCELLED else None,
        "returned_at": (values.get("returned_at") or now) if status == OrderStatus.RETURNED else None,
        "needs_attention": attention(lines, values, rules),
        "content_digest": digest,
        "search_keys": search_keys.of_order({**values, "code_key": said.code_key}),
        "created_at": now,
        "updated_at": now,
    }
    own = {"shop_id": shop_id, "order_id": order_id}
    return NewOrder(
        order,
        [{**line._asdict(), **own, "id": new_id(), "position": position} for position, line in enumerate(lines, 1)],
        shipments,
        [{**own, "id": new_id(), "shipment_id": shipment["id"]} for shipment in shipments],
    )


def parcels_of(said: OrderSaid) -> list[Said]:
    """The parcels with what the order's own state says of them; a shipped order has at least one."""
    status = _PARCEL_STATUS.get(said.status) if said.status else None
    parcels = [replace(parcel, status=status) for parcel in said.parcels]
    return parcels or ([Said(status=ShipmentStatus.SHIPPED)] if status == ShipmentStatus.SHIPPED else [])


def _more_to_come(said: OrderSaid, shipments: Sequence[dict[str, Any]]) -> bool:
    """Partly shipped, and all parcels that are known have left: the rest gets one that waits for its number."""
    left = [shipment for shipment in shipments if shipment["status"] == ShipmentStatus.SHIPPED]
    return said.status == OrderStatus.PARTIALLY_SHIPPED and 0 < len(left) == len(shipments)


def _status(said: OrderStatus | None, parcels: Sequence[ShipmentStatus]) -> OrderStatus:
    status = states.derived(OrderStatus.AWAITING_SHIPMENT, parcels)
    return states.moved(status, said) if said else status


def _shipment(said: Said, shop_id: UUID, now: datetime) -> dict[str, Any]:
    return {
        **new_values(said, tokyo_date(now)),
        "id": new_id(),
        "shop_id": shop_id,
        "tracking_state": "",
        "held_for_bundling": False,
        "created_at": now,
        "updated_at": now,
    }
