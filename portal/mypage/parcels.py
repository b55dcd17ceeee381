"""A parcel as its part of the page shows it: facts of the read model beside what the carrier table knows."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.orders.page import Content, OrderPage, Parcel, ParcelEvent
from portal.shipments.carrier_table import Carrier
from portal.shipments.carriers import carrier, format_number, tracking_url
from portal.shipments.standing import Stage, delivered_at, is_tracked, live_parcels, newest_of, stage_of


@dataclass(frozen=True, slots=True)
class ParcelCard:
    parcel: Parcel
    position: int
    stage: Stage
    carrier: Carrier | None
    """None while nobody has said who carries it."""
    number: str
    tracking_url: str | None
    is_tracked: bool
    carriers_words: str
    """Of the newest event, where our table does not know them: shown as they came."""
    delivered_at: datetime | None
    events: tuple[ParcelEvent, ...]
    """Newest first."""
    contents: tuple[Content, ...]
    """Empty where the parcel carries the whole order."""


def cards(order: OrderPage, today: date) -> list[ParcelCard]:
    parcels = live_parcels(order.parcels)
    return [_card(order, parcel, position, today) for position, parcel in enumerate(parcels, 1)]


def _card(order: OrderPage, parcel: Parcel, position: int, today: date) -> ParcelCard:
    newest = newest_of(parcel)
    whole = {(content.name, content.quantity) for content in parcel.contents} == {
        (line.name, line.quantity) for line in order.lines
    }
    return ParcelCard(
        parcel=parcel,
        position=position,
        stage=stage_of(parcel, today),
        carrier=carrier(parcel.carrier) if parcel.carrier else None,
        number=format_number(parcel.tracking_number),
        tracking_url=tracking_url(parcel.carrier, parcel.tracking_number) if is_tracked(parcel) else None,
        is_tracked=is_tracked(parcel),
        carriers_words=newest.words if newest and newest.state is None else "",
        delivered_at=delivered_at(parcel),
        events=parcel.events[::-1],
        contents=() if whole else parcel.contents,
    )
