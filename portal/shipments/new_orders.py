"""A new order and its parcels as rows, from whatever source, and many of them inserted at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Base, MoneyMovement, Order, OrderLine, OrderShipment, Shipment
from portal.models.base import new_id
from portal.orders.resolving import Line, ShopRules, attention, computed_total
from portal.shipments.parcels import Said, new_values
from portal.values import search_keys, unusable
from portal.values.dates import tokyo_date
from portal.values.states import OrderStatus
from portal.values.tax import standard_rate

_TEXTS = (
    *("buyer_kana", "phone", "email", "email_key", "postcode", "prefecture", "address"),
    *("recipient_name", "recipient_kana", "recipient_phone"),
    *("recipient_postcode", "recipient_prefecture", "recipient_address"),
    *("payment_method", "payment_state_words", "status_words", "buyer_note", "needs_attention"),
)
_BLANK: dict[str, Any] = {
    **dict.fromkeys(_TEXTS, ""),
    **dict.fromkeys(
        ("shipping_fee", "payment_fee", "other_fee", "discount", "coupon", "mall_coupon", "points_used", "refunded"), 0
    ),
    "payment_state": "unknown",
    **dict.fromkeys(("subscription_number", "time_slot"), ""),
    **dict.fromkeys(("subscription_id", "cycle_number", "next_delivery_on", "requested_on"), None),
    "code_live": True,
    "version": 1,
}


@dataclass(frozen=True)
class NewOrder:
    """Rows of one order per table, as dicts of columns."""

    order: dict[str, Any]
    lines: list[dict[str, Any]]
    shipments: list[dict[str, Any]]
    links: list[dict[str, Any]]
    money: list[dict[str, Any]] = field(default_factory=list)
    """Refunds that the file names."""


def rows(
    values: Mapping[str, Any],
    lines: Sequence[Line],
    shipments: Sequence[dict[str, Any]],
    rules: ShopRules,
    *,
    shop_id: UUID,
    status: OrderStatus,
    now: datetime,
) -> NewOrder:
    """Build the rows of a new order without writing anything.

    `values`: columns of `Order`, `code` and `code_key` among them; a missing total becomes what the lines come to.
    """
    order_id = new_id()
    values = {**_BLANK, **values}
    values["payment_said"] = values["payment_state"]
    values["fee_rate"] = values.get("fee_rate", rules.fee_rate)
    if values["fee_rate"] is None:
        # What is charged apart is a service of its own, also with food (money.md).
        values["fee_rate"] = standard_rate(tokyo_date(values["ordered_at"]))
    if values.get("total") is None:
        values["total"] = computed_total(lines, values)
    order = {
        **values,
        "id": order_id,
        "shop_id": shop_id,
        "status": status,
        "cancelled_at": (values.get("cancelled_at") or now) if status == OrderStatus.CANCELED else None,
        "returned_at": (values.get("returned_at") or now) if status == OrderStatus.RETURNED else None,
        "needs_attention": attention(lines, values, rules),
        "search_keys": search_keys.of_order(values),
        "unusable": unusable.of_order(values),
        "created_at": now,
        "updated_at": now,
    }
    own = {"shop_id": shop_id, "order_id": order_id}
    return NewOrder(
        order,
        [{**line._asdict(), **own, "id": new_id(), "position": position} for position, line in enumerate(lines, 1)],
        list(shipments),
        [{**own, "id": new_id(), "shipment_id": shipment["id"]} for shipment in shipments],
    )


def shipment_row(said: Said, shop_id: UUID, now: datetime) -> dict[str, Any]:
    return {
        **new_values(said, tokyo_date(now)),
        "id": new_id(),
        "shop_id": shop_id,
        "tracking_state": "",
        "held_for_bundling": False,
        "created_at": now,
        "updated_at": now,
    }


def insert_all(session: Session, orders: Sequence[NewOrder], *, actor: str, now: datetime) -> None:
    """Insert orders of one shop. After IntegrityError or DataError the caller rolls back its savepoint."""
    insert_rows(session, Order, [order.order for order in orders])
    insert_rows(session, OrderLine, [line for order in orders for line in order.lines])
    insert_rows(session, Shipment, [shipment for order in orders for shipment in order.shipments])
    insert_rows(session, OrderShipment, [link for order in orders for link in order.links])
    insert_rows(session, MoneyMovement, [row for order in orders for row in order.money])
    if orders:
        audit.record_many(
            session,
            shop_id=orders[0].order["shop_id"],
            actor=actor,
            action="order.created",
            subject_type="order",
            subjects=[order.order["id"] for order in orders],
            now=now,
        )


def insert_rows(session: Session, model: type[Base], rows_: Sequence[Mapping[str, Any]]) -> None:
    if rows_:
        session.execute(insert(model.__table__), rows_)  # type: ignore[arg-type]
