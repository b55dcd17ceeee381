"""Mails that tell the buyer that a parcel has left."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.models import Order, Shipment, Shop
from portal.notifications import shipped
from portal.notifications.outbox import Mailroom
from portal.shipments.rules.carriers import carrier, format_number, slot_words, tracking_url
from portal.shipments.rules.statuses import TrackingState
from portal.values.dates import tokyo_date
from portal.values.states import ShipmentStatus

NEWS_FOR = timedelta(days=7)
"""Age up to which a shipping result is news; an older one is history that a shop takes over from another system."""


def is_news(shipment: Shipment, today: date) -> bool:
    arrived = shipment.tracking_state in (TrackingState.DELIVERED, TrackingState.RETURNED)
    return not arrived and (shipment.shipped_on is None or today - shipment.shipped_on <= NEWS_FOR)


def tell_shipped(session: Session, mailroom: Mailroom, shop: Shop, shipment: Shipment, *, now: datetime) -> int:
    """Write a mail for each order in the parcel that has an address, and return their number.

    Each order is told once about each parcel, however often this is called.
    """
    if not is_news(shipment, tokyo_date(now)):
        return 0
    told = [order for order in shipment.orders if order.email_key]
    for order in told:
        mailroom.post(
            session,
            shop=shop,
            order=order,
            message="shipped",
            recipient=order.email_key,
            context=context_of(mailroom, shop, order, shipment),
            language="ja",
            once_key=shipped.once_key(shipment.id, order.id),
            now=now,
        )
    return len(told)


def context_of(mailroom: Mailroom, shop: Shop, order: Order, shipment: Shipment) -> dict[str, object]:
    """Return the context of the mail, also used for its preview."""
    return shipped.context(
        order_url=mailroom.order_url(shop, order),
        carrier=carrier(shipment.carrier).name if shipment.carrier else "",
        service=shipment.service,
        tracking_number=format_number(shipment.tracking_number),
        tracking_url=tracking_url(shipment.carrier, shipment.tracking_number),
        requested_on=shipment.requested_on,
        requested_slot=slot_words(shipment.carrier, shipment.requested_slot),
        to_come=any(other.status not in (ShipmentStatus.SHIPPED, ShipmentStatus.CANCELED) for other in order.shipments),
    )
