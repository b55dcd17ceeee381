"""A parcel as the order page shows it: the data of the page together with what the carrier table knows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from portal.orders.page import Content, OrderPage, Parcel, ParcelEvent
from portal.shipments.rules.carrier_table import OTHER
from portal.shipments.rules.carriers import carrier, format_number, service, tracking_url
from portal.shipments.rules.statuses import Event
from portal.shipments.standing import Stage, delivered_at, is_tracked, live_parcels, newest_of, stage_of


@dataclass(frozen=True, slots=True)
class ParcelCard:
    parcel: Parcel
    position: int
    stage: Stage
    carrier_name: str
    """Name of the carrier, empty while it is not known."""
    service: str
    """Service in the page's language if the table knows it, otherwise as it came."""
    number: str
    tracking_url: str | None
    redelivery_url: str | None
    is_tracked: bool
    newest: Event | None
    delivered_at: datetime | None
    events: tuple[ParcelEvent, ...]
    """Events, newest first."""
    contents: tuple[Content, ...]
    """Contents of the parcel, empty if it carries the whole order."""

    @property
    def has_news(self) -> bool:
        """Return whether there is anything to show that the headline does not say."""
        return bool(self.carrier_name or self.number or self.parcel.requested_on or self.contents)


def cards(order: OrderPage, today: date, translate: Callable[[str], str]) -> list[ParcelCard]:
    """Make a card for each live parcel: those under way first, delivered ones last; each keeps its position as number.

    `translate` puts the carriers' names into the reader's language.
    """
    parcels = enumerate(live_parcels(order.parcels), 1)
    made = [_card(order, parcel, position, today, translate) for position, parcel in parcels]
    return sorted(made, key=lambda card: (card.stage is Stage.DELIVERED, list(Stage).index(card.stage)))


def _card(order: OrderPage, parcel: Parcel, position: int, today: date, translate: Callable[[str], str]) -> ParcelCard:
    known, offered = carrier(parcel.carrier), service(parcel.carrier, parcel.service)
    whole = {(content.name, content.quantity) for content in parcel.contents} == {
        (line.name, line.quantity) for line in order.lines
    }
    return ParcelCard(
        parcel=parcel,
        position=position,
        stage=stage_of(parcel, today),
        carrier_name=translate(known.name) if known is not OTHER else "",
        service=translate(offered.name) if offered else parcel.service,
        number=format_number(parcel.tracking_number),
        tracking_url=tracking_url(parcel.carrier, parcel.tracking_number) if is_tracked(parcel) else None,
        redelivery_url=known.redelivery_url,
        is_tracked=is_tracked(parcel),
        newest=newest_of(parcel),
        delivered_at=delivered_at(parcel),
        events=parcel.events[::-1],
        contents=() if whole else parcel.contents,
    )
