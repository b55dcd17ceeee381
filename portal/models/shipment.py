"""出荷伝票: a parcel. A bundled parcel (同梱) belongs to several orders and shows on each."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import Base, OfShop
from portal.models.order import Order
from portal.values.states import ShipmentStatus


class Shipment(OfShop, Base):
    __tablename__ = "shipment"
    __table_args__ = (
        Index("ix_shipment_shop_id_tracking_number", "shop_id", "tracking_number"),
        Index("ix_shipment_shop_id_shipped_on", "shop_id", "shipped_on"),
    )

    status: Mapped[ShipmentStatus] = mapped_column(String(10), default=ShipmentStatus.WAITING)
    external_number: Mapped[str] = mapped_column(String(60), default="")
    """出荷管理番号 of the system that the file came from; empty if it has none."""
    carrier: Mapped[str] = mapped_column(String(10), default="")
    """Code in `shipments.rules.carriers`."""
    service: Mapped[str] = mapped_column(String(40), default="")
    tracking_number: Mapped[str] = mapped_column(String(40), default="")
    requested_on: Mapped[date | None]
    requested_slot: Mapped[str] = mapped_column(String(20), default="")
    """Code of one of the carrier's time slots."""
    shipped_on: Mapped[date | None]
    tracking_state: Mapped[str] = mapped_column(String(20), default="")
    """Newest TrackingState by the events' own times; empty before the first event."""
    held_for_bundling: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    orders: Mapped[list[Order]] = relationship(secondary="order_shipment", back_populates="shipments")
    items: Mapped[list["ShipmentItem"]] = relationship(cascade="all, delete-orphan")
    events: Mapped[list["TrackingEvent"]] = relationship(
        order_by="TrackingEvent.occurred_at.desc()", cascade="all, delete-orphan"
    )


class OrderShipment(OfShop, Base):
    __tablename__ = "order_shipment"
    __table_args__ = (UniqueConstraint("order_id", "shipment_id"),)

    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    shipment_id: Mapped[UUID] = mapped_column(ForeignKey("shipment.id"), index=True)


class ShipmentItem(OfShop, Base):
    """Order line in a parcel. A shipment without items carries everything of its orders."""

    __tablename__ = "shipment_item"
    __table_args__ = (UniqueConstraint("shipment_id", "order_line_id"),)

    shipment_id: Mapped[UUID] = mapped_column(ForeignKey("shipment.id"))
    order_line_id: Mapped[UUID] = mapped_column(ForeignKey("order_line.id"), index=True)
    quantity: Mapped[int]


class TrackingEvent(OfShop, Base):
    __tablename__ = "tracking_event"
    __table_args__ = (UniqueConstraint("shipment_id", "occurred_at", "words", "place"),)

    shipment_id: Mapped[UUID] = mapped_column(ForeignKey("shipment.id"))
    occurred_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default="")
    """TrackingState; empty if our table does not know the carrier's words."""
    words: Mapped[str] = mapped_column(String(100), default="")
    place: Mapped[str] = mapped_column(String(100), default="")
