"""Verbs on an order. Each is idempotent and writes its audit row; the caller commits.

A move that no real order makes raises `states.MoveRefusedError` and changes nothing.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.models import Order
from portal.orders import changes as order_changes
from portal.orders.rules import states
from portal.values.states import OrderStatus, ShipmentStatus


def cancel(session: Session, order: Order, *, allow_code_again: bool, actor: str, now: datetime) -> None:
    """Cancel the order, which must not have shipped, and the parcels that no other order shares.

    `allow_code_again`: let a new order have the same code. This can be allowed later too, but never taken back.
    """
    status = states.moved(order.status, OrderStatus.CANCELED)
    releases = allow_code_again and order.code_live
    if status == order.status and not releases:
        return
    changes: dict[str, audit.Change] = {"status": (order.status, status)}
    if releases:
        changes["code_live"] = (True, False)
        order.code_live = False
    if status != order.status:
        order.status = status
        order.cancelled_at = now
        for shipment in order.shipments:
            if shipment.status != ShipmentStatus.SHIPPED and shipment.orders == [order]:
                shipment.status = ShipmentStatus.CANCELED
                shipment.updated_at = now
    order_changes.record(session, order, "order.cancelled", changes, actor=actor, now=now)


def hold(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    _move(session, order, OrderStatus.ON_HOLD, "order.held", actor=actor, now=now)


def await_return(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """Mark it 返品待ち: goods of a deferred-payment order come back, and the payment company has not canceled yet."""
    _move(session, order, OrderStatus.RETURN_PENDING, "order.return_awaited", actor=actor, now=now)


def mark_returned(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    if order.status != OrderStatus.RETURNED:
        _move(session, order, OrderStatus.RETURNED, "order.returned", actor=actor, now=now)
        order.returned_at = now


def begin_picking(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """Begin to pick the order. Raise states.HeldForBundlingError if one of its parcels waits for a decision on 同梱."""
    if any(parcel.held_for_bundling for parcel in order.shipments):
        raise states.HeldForBundlingError(OrderStatus(order.status), OrderStatus.PICKING)
    _move(session, order, OrderStatus.PICKING, "order.picking_begun", actor=actor, now=now)


def put_back(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """Put it back to 出荷待ち: the hold is over, or picking was not begun after all."""
    _move(session, order, OrderStatus.AWAITING_SHIPMENT, "order.put_back", actor=actor, now=now)


def resume(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """End the hold and let the order's state follow its parcels."""
    if order.status == OrderStatus.ON_HOLD:
        put_back(session, order, actor=actor, now=now)
        follow_parcels(session, order, actor=actor, now=now)
    else:
        states.moved(order.status, OrderStatus.AWAITING_SHIPMENT)


def withdraw_return(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """Mark it shipped again: the buyer keeps the goods after all."""
    if order.status not in (OrderStatus.RETURN_PENDING, OrderStatus.SHIPPED):
        raise states.MoveRefusedError(OrderStatus(order.status), OrderStatus.SHIPPED)
    _move(session, order, OrderStatus.SHIPPED, "order.return_withdrawn", actor=actor, now=now)


def ship_in_part(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """Mark it partly shipped on the channel's word, if the channel names no parcels; otherwise use `follow_parcels`."""
    _move(session, order, OrderStatus.PARTIALLY_SHIPPED, "order.shipped_in_part", actor=actor, now=now)


def follow_parcels(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """Set the order's state to what its parcels say."""
    status = states.derived(order.status, (shipment.status for shipment in order.shipments))
    _move(session, order, status, "order.status_derived", actor=actor, now=now)


def _move(session: Session, order: Order, wanted: OrderStatus, action: str, *, actor: str, now: datetime) -> None:
    status = states.moved(order.status, wanted)
    if status != order.status:
        before, order.status = order.status, status
        order_changes.record(session, order, action, {"status": (before, status)}, actor=actor, now=now)
