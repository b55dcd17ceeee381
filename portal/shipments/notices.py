"""Mails that tell the buyer that a parcel has left, or that the carrier found nobody."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.models import Order, Shipment, Shop
from portal.notifications import delivery_attempted, shipped
from portal.notifications.outbox import Mailroom
from portal.notifications.switches import is_told
from portal.shipments.rules.carriers import carrier, format_number, slot_words, tracking_url
from portal.shipments.rules.statuses import Event, TrackingState, last_attempt
from portal.values.dates import tokyo_date
from portal.values.states import ShipmentStatus

NEWS_FOR = timedelta(days=7)
"""Age up to which a shipping result is news; an older one is history that a shop takes over from another system."""

ATTEMPT_IS_NEWS_FOR = timedelta(days=2)
"""Age up to which an attempt is told; later the buyer has found the carrier's slip."""


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


def tell_attempted(session: Session, mailroom: Mailroom, shop: Shop, shipment: Shipment, *, now: datetime) -> int:
    """Write a mail for each order in the parcel if the carrier has just found nobody, and return their number.

    Each attempt is told once; not at all if it is old or the parcel has moved on.
    """
    if shipment.tracking_state != TrackingState.ATTEMPTED:
        return 0
    events = (Event(one.occurred_at, TrackingState(one.state) if one.state else None) for one in shipment.events)
    attempt = last_attempt(events)
    is_old = attempt is None or now - attempt.at > ATTEMPT_IS_NEWS_FOR
    if attempt is None or is_old or not is_told(shop, "delivery_attempted", attempt.at):
        return 0
    told = [order for order in shipment.orders if order.email_key]
    for order in told:
        mailroom.post(
            session,
            shop=shop,
            order=order,
            message="delivery_attempted",
            recipient=order.email_key,
            context=attempted_context(mailroom, shop, order, shipment, attempt.at),
            language="ja",
            once_key=delivery_attempted.once_key(shipment.id, order.id, attempt.key),
            now=now,
        )
    return len(told)


def attempted_context(
    mailroom: Mailroom, shop: Shop, order: Order, shipment: Shipment, attempted_at: datetime
) -> dict[str, object]:
    """Return the context of the mail, also used for its preview."""
    known = carrier(shipment.carrier)
    return delivery_attempted.context(
        order_url=mailroom.order_url(shop, order),
        attempted_at=attempted_at,
        carrier=known.name if shipment.carrier else "",
        tracking_number=format_number(shipment.tracking_number),
        tracking_url=tracking_url(shipment.carrier, shipment.tracking_number),
        redelivery_url=known.redelivery_url,
    )
