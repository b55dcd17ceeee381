"""Verbs on a parcel. Each is idempotent and writes its audit row; the caller commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from portal import audit
from portal.models import Order, OrderShipment, Shipment, ShipmentItem, TrackingEvent
from portal.models.base import new_id
from portal.orders import verbs as orders
from portal.shipments import parcels
from portal.shipments.parcels import ParcelProblem, ParcelRefusedError, Said
from portal.shipments.rules.statuses import Event, TrackingState, newest_state
from portal.values.dates import tokyo_date
from portal.values.states import OrderStatus, ShipmentStatus


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Put:
    shipment: Shipment
    outcome: Outcome
    now_shipped: bool
    """True if it was not shipped before, so that the buyer may be told."""


def put_parcel(
    session: Session,
    members: Sequence[Order],
    said: Said,
    *,
    actor: str,
    now: datetime,
    shared: Sequence[Shipment] = (),
) -> Put:
    """Create or update the parcel that the orders share (同梱) or that the only one of them has.

    The orders' states follow their parcels. `shared`: parcels of other orders that these may have been packed into.
    Raise ParcelRefusedError if an order is canceled or what is said cannot be true; the caller must not commit then.
    """
    if any(order.status == OrderStatus.CANCELED for order in members):
        raise ParcelRefusedError(ParcelProblem.ORDER_CANCELED)
    own = {shipment.id: shipment for order in members for shipment in order.shipments}
    shipment = parcels.find(said, [*own.values(), *shared])
    was_shipped = shipment is not None and shipment.status == ShipmentStatus.SHIPPED
    created = shipment is None
    if shipment is None:
        shipment = _create(session, members[0], said, actor=actor, now=now)
        changed = False
    else:
        changed = _change(session, shipment, said, actor=actor, now=now)
    for order in _join(session, shipment, members):
        changed = True
        _drop_spare(session, order, shipment, actor=actor, now=now)
    changed |= _put_contents(shipment, said.contents)
    changed |= record_events(shipment, said.events)
    if changed:
        shipment.updated_at = now
    session.flush()
    for order in shipment.orders:
        orders.follow_parcels(session, order, actor=actor, now=now)
    outcome = Outcome.CREATED if created else Outcome.UPDATED if changed else Outcome.UNCHANGED
    return Put(shipment, outcome, now_shipped=shipment.status == ShipmentStatus.SHIPPED and not was_shipped)


def ship_rest(session: Session, order: Order, *, actor: str, now: datetime) -> bool:
    """Mark every live parcel of the order as shipped, or create one if there is none; return whether any was not."""
    waiting = [shipment for shipment in order.shipments if shipment.status != ShipmentStatus.CANCELED]
    said = Said(status=ShipmentStatus.SHIPPED)
    changed = [_change(session, shipment, said, actor=actor, now=now) for shipment in waiting]
    if not waiting:
        _join(session, _create(session, order, said, actor=actor, now=now), [order])
    session.flush()
    orders.follow_parcels(session, order, actor=actor, now=now)
    return any(changed) or not waiting


def expect_parcel(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """Add a parcel that waits for its number: the order holds more than has left."""
    _join(session, _create(session, order, Said(status=ShipmentStatus.WAITING), actor=actor, now=now), [order])
    orders.follow_parcels(session, order, actor=actor, now=now)


def share_parcel(session: Session, members: Sequence[Order], *, actor: str, now: datetime) -> Shipment:
    """Bundle (同梱) the orders into the first one's waiting parcel and drop the parcels that are no longer needed.

    The caller has locked the orders. None has more than one live parcel, and nothing has left.
    """
    first = members[0]
    if not _live(first):
        expect_parcel(session, first, actor=actor, now=now)
    (joint,) = _live(first)
    _join(session, joint, members)
    for order in members:
        for spare in _live(order):
            if spare is not joint:
                _leave(session, order, spare, actor=actor, now=now)
    joint.updated_at = now
    session.flush()
    return joint


def _leave(session: Session, order: Order, spare: Shipment, *, actor: str, now: datetime) -> None:
    """Cancel the order's spare parcel, or only detach the order if another one shares the parcel."""
    if spare.orders == [order]:
        _change(session, spare, Said(status=ShipmentStatus.CANCELED), actor=actor, now=now)
        return
    session.execute(delete(OrderShipment).filter_by(order_id=order.id, shipment_id=spare.id))
    set_committed_value(order, "shipments", [parcel for parcel in order.shipments if parcel is not spare])
    set_committed_value(spare, "orders", [other for other in spare.orders if other is not order])


def _live(order: Order) -> list[Shipment]:
    return [parcel for parcel in order.shipments if parcel.status != ShipmentStatus.CANCELED]


def record_events(shipment: Shipment, events: Sequence[Event]) -> bool:
    """Add the events that are new and return whether there were any; the same event twice counts once.

    The parcel's state is that of the newest event by the carrier's own times.
    """
    if not events:
        return False
    known = {(event.occurred_at, event.words, event.place) for event in shipment.events}
    new = {(event.at, event.words, event.place): event for event in events}
    for key in known & new.keys():
        del new[key]
    for event in new.values():
        shipment.events.append(
            TrackingEvent(
                shop_id=shipment.shop_id,
                occurred_at=event.at,
                state=event.state or "",
                words=event.words,
                place=event.place,
            )
        )
    if new:
        states = (Event(event.occurred_at, TrackingState(event.state)) for event in shipment.events if event.state)
        shipment.tracking_state = newest_state(states) or ""
    return bool(new)


def _create(session: Session, order: Order, said: Said, *, actor: str, now: datetime) -> Shipment:
    values = parcels.new_values(said, tokyo_date(now))
    shipment = Shipment(id=new_id(), shop_id=order.shop_id, created_at=now, updated_at=now, **values)
    # A new parcel has none: set the lists here so that nothing is read for them.
    shipment.events, shipment.items = [], []
    session.add(shipment)
    set_committed_value(shipment, "orders", [])
    audit.record_about(session, shipment, "shipment.created", actor=actor, now=now)
    return shipment


def _change(session: Session, shipment: Shipment, said: Said, *, actor: str, now: datetime) -> bool:
    values = parcels.changed_values(shipment, said, tokyo_date(now))
    if not values:
        return False
    changes = {name: (getattr(shipment, name), value) for name, value in values.items()}
    for name, value in values.items():
        setattr(shipment, name, value)
    shipment.updated_at = now
    audit.record_about(session, shipment, "shipment.updated", changes, actor=actor, now=now)
    return True


def _join(session: Session, shipment: Shipment, members: Sequence[Order]) -> list[Order]:
    """Add the orders that are not in the parcel yet and return them.

    Write the link rows directly, because they carry the shop, and update both sides in memory.
    """
    missing = [order for order in members if order not in shipment.orders]
    for order in missing:
        session.add(OrderShipment(shop_id=order.shop_id, order_id=order.id, shipment_id=shipment.id))
        set_committed_value(order, "shipments", [*order.shipments, shipment])
    if missing:
        set_committed_value(shipment, "orders", [*shipment.orders, *missing])
    return missing


def _drop_spare(session: Session, order: Order, joined: Shipment, *, actor: str, now: datetime) -> None:
    """Cancel the order's own unused parcels when it has joined another order's parcel."""
    if len(joined.orders) == 1:
        return
    for spare in order.shipments:
        if spare is not joined and parcels.is_spare(spare) and spare.orders == [order]:
            _change(session, spare, Said(status=ShipmentStatus.CANCELED), actor=actor, now=now)


def _put_contents(shipment: Shipment, contents: Sequence[tuple[str, int]]) -> bool:
    """Spread each product's quantity over the lines that have it; change nothing if no contents are given."""
    if not contents:
        return False
    wanted: dict[str, int] = {}
    for product_code, quantity in contents:
        wanted[product_code] = wanted.get(product_code, 0) + quantity
    packed = {}
    for line in (line for order in shipment.orders for line in order.lines):
        quantity = min(line.quantity, wanted.get(line.product_code, 0))
        if quantity:
            packed[line.id] = quantity
            wanted[line.product_code] -= quantity
    for product_code, quantity in wanted.items():
        if quantity:
            raise ParcelRefusedError(ParcelProblem.NOT_ORDERED, product_code)
    if packed == {item.order_line_id: item.quantity for item in shipment.items}:
        return False
    kept = {item.order_line_id: item for item in shipment.items if item.order_line_id in packed}
    for line_id, item in kept.items():
        item.quantity = packed[line_id]
    new = [
        ShipmentItem(shop_id=shipment.shop_id, order_line_id=line_id, quantity=quantity)
        for line_id, quantity in packed.items()
        if line_id not in kept
    ]
    shipment.items = [*kept.values(), *new]
    return True
