"""Data for proposals of 同梱: the orders that wait, and those proposed or decided already.

Columns are read instead of objects: on SQLite nobody else writes while this is read under the lock.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from portal.models import BundleCandidate, BundleOrder, Order, OrderShipment, Shipment
from portal.models.order import AWAITS_SHIPMENT
from portal.shipments.rules.bundle_groups import Waiting
from portal.values.states import ShipmentStatus

DECIDED = ("bundled", "declined")


def waiting(session: Session, shop_id: UUID, order_ids: Collection[UUID] | None = None) -> list[Waiting]:
    """Return the shop's orders that could still share a parcel, or those among `order_ids`."""
    query = (
        select(
            *(Order.id, Order.buyer_name, Order.postcode, Order.prefecture, Order.address),
            *(Order.recipient_name, Order.recipient_postcode, Order.recipient_prefecture, Order.recipient_address),
            *(Shipment.id.label("parcel_id"), Shipment.status, Shipment.tracking_number),
            *(Shipment.carrier, Shipment.service),
        )
        .outerjoin(OrderShipment, OrderShipment.order_id == Order.id)
        .outerjoin(Shipment, and_(Shipment.id == OrderShipment.shipment_id, Shipment.status != ShipmentStatus.CANCELED))
        .where(Order.shop_id == shop_id, AWAITS_SHIPMENT)
    )
    if order_ids is not None:
        query = query.where(Order.id.in_(order_ids))
    parcels: dict[UUID, list[Any]] = {}
    for row in session.execute(query):
        parcels.setdefault(row.id, []).append(row)
    # A canceled parcel leaves a row without one.
    live = ([row for row in rows if row.parcel_id] or rows[:1] for rows in parcels.values())
    return [_facts(rows[0]) for rows in live if len(rows) == 1 and _has_not_begun(rows[0])]


def proposed(session: Session, shop_id: UUID) -> dict[str, frozenset[UUID]]:
    """Return the orders of the open proposals by match key."""
    rows = session.execute(
        select(BundleCandidate.match_key, BundleOrder.order_id)
        .join(BundleOrder, BundleOrder.candidate_id == BundleCandidate.id)
        .where(BundleCandidate.shop_id == shop_id, BundleCandidate.state == "open")
    )
    found: dict[str, set[UUID]] = {}
    for key, order_id in rows:
        found.setdefault(key, set()).add(order_id)
    return {key: frozenset(order_ids) for key, order_ids in found.items()}


def decided(session: Session, shop_id: UUID) -> Mapping[str, list[frozenset[UUID]]]:
    """Return the order sets of decided proposals by match key, with the orders that still wait."""
    rows = session.execute(
        select(BundleCandidate.id, BundleCandidate.match_key, BundleOrder.order_id)
        .join(BundleOrder, BundleOrder.candidate_id == BundleCandidate.id)
        .join(Order, Order.id == BundleOrder.order_id)
        .where(
            BundleCandidate.shop_id == shop_id,
            BundleCandidate.state.in_(DECIDED),
            AWAITS_SHIPMENT,
        )
    )
    members: dict[tuple[str, UUID], set[UUID]] = {}
    for candidate_id, key, order_id in rows:
        members.setdefault((key, candidate_id), set()).add(order_id)
    decided: dict[str, list[frozenset[UUID]]] = {}
    for (key, _candidate), order_ids in members.items():
        decided.setdefault(key, []).append(frozenset(order_ids))
    return decided


def _has_not_begun(row: Any) -> bool:
    return row.parcel_id is None or (row.status == ShipmentStatus.WAITING and not row.tracking_number)


def _facts(row: Any) -> Waiting:
    to_buyer = not row.recipient_name and not row.recipient_address
    return Waiting(
        order_id=row.id,
        name=row.recipient_name or row.buyer_name,
        postcode=row.postcode if to_buyer else row.recipient_postcode,
        address=(
            row.prefecture + row.address
            if to_buyer
            else row.recipient_prefecture + (row.recipient_address or row.address)
        ),
        method=f"{row.carrier}/{row.service}" if row.parcel_id else "/",
        parcel_id=row.parcel_id,
    )
