"""What a file or channel says about one parcel, and what that makes of it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.models import Shipment
from portal.shipments.rules.carriers import identify, plain_number
from portal.shipments.rules.statuses import UNDER_WAY, Event, TrackingState
from portal.values.dates import tokyo_date
from portal.values.states import ShipmentStatus

LONGEST_SERVICE = 40
_HANDED_OVER = (UNDER_WAY - {TrackingState.REGISTERED}) | {TrackingState.DELIVERED, TrackingState.RETURNED}


@dataclass(frozen=True)
class Said:
    """None or empty: the file does not say, and what is known stays."""

    external_number: str = ""
    tracking_number: str = ""
    """As `carriers.plain_number` gives it."""
    carrier: str | None = None
    service: str | None = None
    requested_on: date | None = None
    requested_slot: str | None = None
    status: ShipmentStatus | None = None
    shipped_on: date | None = None
    events: tuple[Event, ...] = ()
    contents: tuple[tuple[str, int], ...] = ()
    """(product code, quantity) of what is in it."""


class ParcelProblem(StrEnum):
    ORDER_CANCELLED = "order_cancelled"
    WHICH_PARCEL = "which_parcel"
    """The order has several, and no number was said."""
    SHIPPED_ALREADY = "shipped_already"
    """A parcel that has left cannot be cancelled."""
    HELD = "held"
    """Staff have yet to decide whether it goes together with another order."""
    NOT_ORDERED = "not_ordered"
    """Contents that are not on the orders' lines, or more of them."""


class ParcelRefusedError(ValueError):
    """What the file says cannot be true of this parcel."""

    def __init__(self, problem: ParcelProblem, detail: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.detail = detail


def carrier_facts(words: str) -> tuple[str, str]:
    """(carrier code, service): words that name no carrier, or two, are kept as the service and nobody guesses."""
    found = identify(words)
    return (found.carrier, found.service) if found else ("", words[:LONGEST_SERVICE])


def find(said: Said, parcels: Sequence[Shipment]) -> Shipment | None:
    """Which of these parcels is meant; None: a new one.

    The one with its tracking number, else one that has none yet, by its number in the other system first. Several
    tracking numbers under one number of the other system are several parcels. Without any number: the only live
    parcel. ParcelRefusedError: there are several.
    """
    for parcel in parcels:
        if said.tracking_number and parcel.tracking_number == said.tracking_number:
            return parcel
    for parcel in parcels:
        same = said.external_number != "" and parcel.external_number == said.external_number
        if same and not (said.tracking_number and parcel.tracking_number):
            return parcel
    live = [parcel for parcel in parcels if parcel.status != ShipmentStatus.CANCELLED]
    if said.external_number or said.tracking_number:
        return next((parcel for parcel in live if _waits_for(said, parcel)), None)
    if len(live) > 1:
        raise ParcelRefusedError(ParcelProblem.WHICH_PARCEL)
    return live[0] if live else None


def _waits_for(said: Said, parcel: Shipment) -> bool:
    other_system_agrees = not parcel.external_number or not said.external_number
    return other_system_agrees and not parcel.tracking_number and parcel.status != ShipmentStatus.SHIPPED


def is_spare(parcel: Shipment) -> bool:
    """Made before anyone knew how the order would travel: it has no number of any kind and has not left."""
    numbered = parcel.external_number or parcel.tracking_number
    return not numbered and parcel.status in (ShipmentStatus.WAITING, ShipmentStatus.PICKING)


def handed_over_on(said: Said, today: date) -> date | None:
    """The ship date: as said, else the day of the carrier's first scan. A day to come is a plan, not a date."""
    if said.shipped_on:
        return said.shipped_on if said.shipped_on <= today else None
    scans = [event.at for event in said.events if event.state in _HANDED_OVER]
    return tokyo_date(min(scans)) if scans else None


def next_status(current: ShipmentStatus, said: Said, today: date) -> ShipmentStatus:
    """A shipped parcel stays shipped, whatever a late file says; ParcelRefusedError: it cannot be cancelled any more."""
    if said.status == ShipmentStatus.CANCELLED:
        if current == ShipmentStatus.SHIPPED:
            raise ParcelRefusedError(ParcelProblem.SHIPPED_ALREADY)
        return ShipmentStatus.CANCELLED
    if ShipmentStatus.SHIPPED in (current, said.status):
        return ShipmentStatus.SHIPPED
    if said.status is None and handed_over_on(said, today):
        return ShipmentStatus.SHIPPED
    return said.status or current


def new_values(said: Said, today: date) -> dict[str, Any]:
    """Columns of a parcel that was not known before (without keys, events, contents and times)."""
    status = next_status(ShipmentStatus.WAITING, said, today)
    return {
        "status": status,
        "external_number": said.external_number,
        "carrier": said.carrier or "",
        "service": said.service or "",
        "tracking_number": said.tracking_number,
        "requested_on": said.requested_on,
        "requested_slot": said.requested_slot or "",
        "shipped_on": handed_over_on(said, today) if status == ShipmentStatus.SHIPPED else None,
    }


def changed_values(parcel: Shipment, said: Said, today: date) -> dict[str, Any]:
    """Columns that are now different. ParcelRefusedError: what is said cannot be."""
    status = next_status(ShipmentStatus(parcel.status), said, today)
    if parcel.held_for_bundling and status == ShipmentStatus.PICKING:
        raise ParcelRefusedError(ParcelProblem.HELD)
    other_carrier = said.carrier is not None and said.carrier != parcel.carrier
    values: dict[str, Any] = {
        "status": status,
        "external_number": said.external_number or None,
        "carrier": said.carrier,
        # Another carrier's service is not this one's.
        "service": "" if other_carrier and said.service is None else said.service,
        "tracking_number": said.tracking_number or None,
        "requested_on": said.requested_on,
        "requested_slot": said.requested_slot,
    }
    if status == ShipmentStatus.SHIPPED:
        day = handed_over_on(said, today)
        # A scan only fills what nobody said; a file may correct the day.
        values["shipped_on"] = day if said.shipped_on else parcel.shipped_on or day
    if parcel.held_for_bundling and status in (ShipmentStatus.SHIPPED, ShipmentStatus.CANCELLED):
        # There is nothing left to hold.
        values["held_for_bundling"] = False
    return {name: value for name, value in values.items() if value is not None and value != getattr(parcel, name)}


def tracking_numbers(words: str) -> list[str]:
    """The numbers in a cell that may list several, separated by commas, semicolons, slashes or line breaks."""
    for mark in ",、，;；/／\n\r\t":
        words = words.replace(mark, " ")
    numbers: Iterable[str] = (plain_number(word) for word in words.split())
    return list(dict.fromkeys(number for number in numbers if number))
