"""What happens to an order. Each verb is idempotent and writes its audit row; the caller commits.

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
    """Only before shipping. Parcels that only this order had are cancelled with it.

    `allow_code_again`: a new order may then have the same code; it can be given later too, never taken back.
    """
    status = states.moved(order.status, OrderStatus.CANCELLED)
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
                shipment.status = ShipmentStatus.CANCELLED
                shipment.updated_at = now
    order_changes.record(session, order, "order.cancelled", changes, actor=actor, now=now)


def hold(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    _move(session, order, OrderStatus.ON_HOLD, "order.held", actor=actor, now=now)


def await_return(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """返品待ち: goods of a deferred-payment order come back, the payment company has not cancelled yet."""
    _move(session, order, OrderStatus.RETURN_PENDING, "order.return_awaited", actor=actor, now=now)


def mark_returned(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    if order.status != OrderStatus.RETURNED:
        _move(session, order, OrderStatus.RETURNED, "order.returned", actor=actor, now=now)
        order.returned_at = now


def begin_picking(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """states.HeldForBundlingError: one of its parcels waits for a decision on 同梱."""
    if any(parcel.held_for_bundling for parcel in order.shipments):
        raise states.HeldForBundlingError(OrderStatus(order.status), OrderStatus.PICKING)
    _move(session, order, OrderStatus.PICKING, "order.picking_begun", actor=actor, now=now)


def put_back(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """To 出荷待ち: the hold is over, or picking was not begun after all."""
    _move(session, order, OrderStatus.AWAITING_SHIPMENT, "order.put_back", actor=actor, now=now)


def resume(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """The hold is over: the order is where its parcels say."""
    if order.status == OrderStatus.ON_HOLD:
        put_back(session, order, actor=actor, now=now)
        follow_parcels(session, order, actor=actor, now=now)
    else:
        states.moved(order.status, OrderStatus.AWAITING_SHIPMENT)


def withdraw_return(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """The buyer keeps the goods after all."""
    if order.status not in (OrderStatus.RETURN_PENDING, OrderStatus.SHIPPED):
        raise states.MoveRefusedError(OrderStatus(order.status), OrderStatus.SHIPPED)
    _move(session, order, OrderStatus.SHIPPED, "order.return_withdrawn", actor=actor, now=now)


def ship_in_part(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """Said by the channel about parcels that it does not name; otherwise `follow_parcels` finds out."""
    _move(session, order, OrderStatus.PARTIALLY_SHIPPED, "order.shipped_in_part", actor=actor, now=now)


def follow_parcels(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    """Makes the order's state what its parcels say."""
    status = states.derived(order.status, (shipment.status for shipment in order.shipments))
    _move(session, order, status, "order.status_derived", actor=actor, now=now)


def _move(session: Session, order: Order, wanted: OrderStatus, action: str, *, actor: str, now: datetime) -> None:
    status = states.moved(order.status, wanted)
    if status != order.status:
        before, order.status = order.status, status
        order_changes.record(session, order, action, {"status": (before, status)}, actor=actor, now=now)
