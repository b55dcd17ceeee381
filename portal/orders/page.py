"""Contents of the order page, read in four queries of columns. Rows become values here, and nothing is loaded later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, RowMapping, Select, bindparam, func, select
from sqlalchemy.orm import Session

from portal.models import Order, OrderLine, OrderShipment, Shipment, ShipmentItem, Subscription, TrackingEvent
from portal.orders.rules.amounts import Charges


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    quantity: int
    unit_price: int
    amount: int
    tax_rate: int | None


@dataclass(frozen=True, slots=True)
class Content:
    """The part of an order line that lies in one parcel."""

    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ParcelEvent:
    occurred_at: datetime
    state: str
    """TrackingState, empty for words of the carrier that our table does not know."""
    words: str
    place: str


@dataclass(frozen=True, slots=True)
class Parcel:
    id: UUID
    status: str
    carrier: str
    service: str
    tracking_number: str
    requested_on: date | None
    requested_slot: str
    shipped_on: date | None
    tracking_state: str
    held_for_bundling: bool
    order_count: int
    """Number of orders in the parcel; more than one if it is bundled (同梱)."""
    contents: tuple[Content, ...]
    """Contents that belong to this order, empty if the file did not say which lines are in which parcel."""
    events: tuple[ParcelEvent, ...]
    """Events, oldest first."""


@dataclass(frozen=True, slots=True)
class OrderPage:
    id: UUID
    code: str
    status: str
    ordered_at: datetime
    cancelled_at: datetime | None
    returned_at: datetime | None
    email: str
    email_key: str
    buyer_name: str
    phone: str
    postcode: str
    prefecture: str
    address: str
    recipient_name: str
    recipient_phone: str
    recipient_postcode: str
    recipient_prefecture: str
    recipient_address: str
    payment_method: str
    payment_state: str
    payment_state_words: str
    status_words: str
    payment_class: str
    received: int
    refunded: int
    refunded_rates: Mapping[str, int]
    needs_attention: str
    subscription_id: UUID | None
    subscription_number: str
    """Our number of the order's subscription; else the one that the file gave, or empty."""
    shipping_fee: int
    handling_fee: int
    charges: Charges
    lines: tuple[Line, ...]
    parcels: tuple[Parcel, ...]


@dataclass(frozen=True, slots=True)
class OtherOrder:
    id: UUID
    code: str
    status: str
    ordered_at: datetime
    total: int


COPIED = tuple(
    field.name for field in fields(OrderPage) if field.name not in ("handling_fee", "charges", "lines", "parcels")
)

_order, _line, _item = Order.__table__.c, OrderLine.__table__.c, ShipmentItem.__table__.c
_shipment, _event = Shipment.__table__.c, TrackingEvent.__table__.c
_belongs = OrderShipment.__table__.alias("belongs")
_counted = OrderShipment.__table__.alias("counted")

_ours = select(Subscription.number).where(Subscription.id == _order.subscription_id).scalar_subquery()

Columns = Select[*tuple[Any, ...]]
SomeRow = Row[*tuple[Any, ...]]

ORDER: Columns = select(
    *(_order.id, _order.code, _order.status, _order.ordered_at, _order.cancelled_at, _order.returned_at),
    *(_order.email, _order.email_key, _order.buyer_name),
    *(_order.phone, _order.postcode, _order.prefecture, _order.address, _order.recipient_name, _order.recipient_phone),
    *(_order.recipient_postcode, _order.recipient_prefecture, _order.recipient_address),
    *(
        _order.payment_method,
        _order.payment_state,
        _order.payment_state_words,
        _order.status_words,
        _order.payment_class,
    ),
    *(_order.received, _order.refunded, _order.refunded_rates, _order.needs_attention, _order.subscription_id),
    func.coalesce(_ours, _order.subscription_number).label("subscription_number"),
    *(_order.shipping_fee, _order.payment_fee, _order.other_fee),
    *(_order.fee_rate, _order.discount, _order.coupon, _order.mall_coupon, _order.points_used, _order.total),
).where(_order.id == bindparam("order_id"))

LINES: Columns = (
    select(
        *(_line.position, _line.name, _line.quantity, _line.unit_price, _line.amount, _line.tax_rate),
        *(_item.shipment_id, _item.quantity.label("packed")),
    )
    .select_from(OrderLine.__table__.outerjoin(ShipmentItem.__table__, _item.order_line_id == _line.id))
    .where(_line.order_id == bindparam("order_id"))
    .order_by(_line.position)
)

PARCELS: Columns = (
    select(
        *(_shipment.id, _shipment.status, _shipment.carrier, _shipment.service, _shipment.tracking_number),
        *(_shipment.requested_on, _shipment.requested_slot, _shipment.shipped_on),
        *(_shipment.tracking_state, _shipment.held_for_bundling),
        select(func.count())
        .where(_counted.c.shipment_id == _shipment.id)
        .correlate(Shipment.__table__)
        .scalar_subquery()
        .label("order_count"),
    )
    .select_from(Shipment.__table__.join(_belongs, _belongs.c.shipment_id == _shipment.id))
    .where(_belongs.c.order_id == bindparam("order_id"))
    .order_by(_shipment.id)
)

EVENTS: Columns = (
    select(_event.shipment_id, _event.occurred_at, _event.state, _event.words, _event.place)
    .select_from(TrackingEvent.__table__.join(_belongs, _belongs.c.shipment_id == _event.shipment_id))
    .where(_belongs.c.order_id == bindparam("order_id"))
    .order_by(_event.occurred_at)
)

OTHERS: Columns = (
    select(_order.id, _order.code, _order.status, _order.ordered_at, _order.total)
    .where(
        _order.shop_id == bindparam("shop_id"),
        _order.email_key == bindparam("email_key"),
        _order.id != bindparam("order_id"),
    )
    .order_by(_order.ordered_at.desc())
    .limit(20)
)


def load_page(session: Session, order_id: UUID) -> OrderPage:
    """Load the order's page; the caller has checked whose order it is.

    Raise NoResultFound if the order was erased meanwhile.
    """
    connection, key = session.connection(), {"order_id": order_id}
    order = connection.execute(ORDER, key).mappings().one()
    lines = connection.execute(LINES, key).all()
    return _page(order, lines, _load_parcels(session, key, lines))


def other_orders(session: Session, *, shop_id: UUID, email_key: str, order_id: UUID) -> tuple[OtherOrder, ...]:
    """Return the newest twenty other orders with this e-mail address, which the caller has seen proved."""
    keys = {"shop_id": shop_id, "email_key": email_key, "order_id": order_id}
    return tuple(OtherOrder(*row) for row in session.connection().execute(OTHERS, keys))


def _load_parcels(session: Session, key: dict[str, UUID], lines: Sequence[SomeRow]) -> tuple[Parcel, ...]:
    connection = session.connection()
    parcels = connection.execute(PARCELS, key).all()
    if not parcels:
        return ()
    contents: dict[UUID, list[Content]] = {}
    for line in lines:
        if line.shipment_id is not None:
            contents.setdefault(line.shipment_id, []).append(Content(line.name, line.packed))
    events: dict[UUID, list[ParcelEvent]] = {}
    for shipment_id, *event in connection.execute(EVENTS, key):
        events.setdefault(shipment_id, []).append(ParcelEvent(*event))
    return tuple(Parcel(*(*row, tuple(contents.get(row.id, ())), tuple(events.get(row.id, ())))) for row in parcels)


def _page(order: RowMapping, lines: Sequence[SomeRow], parcels: tuple[Parcel, ...]) -> OrderPage:
    # A line that is split over parcels comes once per parcel.
    unique = {line.position: line for line in lines}
    fees = order["payment_fee"] + order["other_fee"]
    return OrderPage(
        **{name: order[name] for name in COPIED},
        handling_fee=fees,
        charges=Charges(
            fees=order["shipping_fee"] + fees,
            fee_rate=order["fee_rate"],
            discount=order["discount"],
            coupon=order["coupon"],
            mall_coupon=order["mall_coupon"],
            points=order["points_used"],
            total=order["total"],
        ),
        lines=tuple(
            Line(line.name, line.quantity, line.unit_price, line.amount, line.tax_rate) for line in unique.values()
        ),
        parcels=parcels,
    )
