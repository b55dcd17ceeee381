"""What a file or channel says about one parcel, and the columns that follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from portal.models import Shipment
from portal.shipments.rules.carriers import LONGEST_SERVICE, identify, word_key
from portal.shipments.rules.statuses import UNDER_WAY, Event, TrackingState
from portal.values.dates import tokyo_date
from portal.values.states import ShipmentStatus

_HANDED_OVER = (UNDER_WAY - {TrackingState.REGISTERED}) | {TrackingState.DELIVERED, TrackingState.RETURNED}


@dataclass(frozen=True)
class Said:
    """What a file says about a parcel; None or empty leaves what is known."""

    external_number: str = ""
    tracking_number: str = ""
    """Tracking number as `carriers.plain_number` gives it."""
    carrier: str | None = None
    service: str | None = None
    requested_on: date | None = None
    requested_slot: str | None = None
    status: ShipmentStatus | None = None
    shipped_on: date | None = None
    events: tuple[Event, ...] = ()
    contents: tuple[tuple[str, int], ...] = ()
    """Contents as (product code, quantity)."""


class ParcelProblem(StrEnum):
    ORDER_CANCELED = "order_cancelled"
    WHICH_PARCEL = "which_parcel"
    """The order has several parcels, and the file gave no number."""
    SHIPPED_ALREADY = "shipped_already"
    """A parcel that has left cannot be canceled."""
    HELD = "held"
    """Staff have not decided yet whether the parcel goes together with another order."""
    NOT_ORDERED = "not_ordered"
    """Contents that are not on the orders' lines, or more of them than ordered."""


class ParcelRefusedError(ValueError):
    """The file says something that cannot be true of this parcel."""

    def __init__(self, problem: ParcelProblem, detail: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.detail = detail


def carrier_facts(words: str, own: Mapping[str, str]) -> tuple[str, str]:
    """Return (carrier code, service).

    Words that name no carrier or two are kept as the service; their carrier is what the shop has said, or unknown.
    `own`: `word_key` of the shop's words → carrier code.
    """
    found = identify(words)
    return (found.carrier, found.service) if found else (own.get(word_key(words), ""), words[:LONGEST_SERVICE])


def find(said: Said, parcels: Sequence[Shipment]) -> Shipment | None:
    """Return the parcel that is meant, or None if it is a new one.

    It is the one with the same number in the other system, else the one with the same tracking number, which several
    parcels may share if the other system gives each a number of its own; else one that waits for its number. Several
    tracking numbers under one number of the other system are several parcels. Without any number it is the only live
    parcel. Raise ParcelRefusedError if there are several.
    """
    same = [parcel for parcel in parcels if said.external_number and parcel.external_number == said.external_number]
    numbered = [parcel for parcel in parcels if said.tracking_number and parcel.tracking_number == said.tracking_number]
    by_both = [parcel for parcel in same if parcel in numbered]
    of_slip = [parcel for parcel in same if not (said.tracking_number and parcel.tracking_number)]
    by_number = [parcel for parcel in numbered if not (said.external_number and parcel.external_number)]
    if found := next(iter([*by_both, *of_slip, *by_number]), None):
        return found
    live = [parcel for parcel in parcels if parcel.status != ShipmentStatus.CANCELED]
    if said.external_number or said.tracking_number:
        return next((parcel for parcel in live if _waits_for(said, parcel)), None)
    if len(live) > 1:
        raise ParcelRefusedError(ParcelProblem.WHICH_PARCEL)
    return live[0] if live else None


def _waits_for(said: Said, parcel: Shipment) -> bool:
    other_system_agrees = not parcel.external_number or not said.external_number
    return other_system_agrees and not parcel.tracking_number and parcel.status != ShipmentStatus.SHIPPED


def is_spare(parcel: Shipment) -> bool:
    """Return whether the parcel was made before anyone knew how the order would travel: unnumbered, and not shipped."""
    numbered = parcel.external_number or parcel.tracking_number
    return not numbered and parcel.status in (ShipmentStatus.WAITING, ShipmentStatus.PICKING)


def handed_over_on(said: Said, today: date) -> date | None:
    """Return the ship date as said, else the day of the carrier's first scan; a day in the future is only a plan."""
    if said.shipped_on:
        return said.shipped_on if said.shipped_on <= today else None
    scans = [event.at for event in said.events if event.state in _HANDED_OVER]
    return tokyo_date(min(scans)) if scans else None


def next_status(current: ShipmentStatus, said: Said, today: date) -> ShipmentStatus:
    """Return the parcel's status; a shipped parcel stays shipped, whatever a late file says.

    Raise ParcelRefusedError if a shipped parcel is to be canceled.
    """
    if said.status == ShipmentStatus.CANCELED:
        if current == ShipmentStatus.SHIPPED:
            raise ParcelRefusedError(ParcelProblem.SHIPPED_ALREADY)
        return ShipmentStatus.CANCELED
    if ShipmentStatus.SHIPPED in (current, said.status):
        return ShipmentStatus.SHIPPED
    if said.status is None and handed_over_on(said, today):
        return ShipmentStatus.SHIPPED
    return said.status or current


def new_values(said: Said, today: date) -> dict[str, Any]:
    """Return the columns of a new parcel (without keys, events, contents and times)."""
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
    """Return the columns that change. Raise ParcelRefusedError if what is said cannot be true."""
    status = next_status(ShipmentStatus(parcel.status), said, today)
    if parcel.held_for_bundling and status == ShipmentStatus.PICKING:
        raise ParcelRefusedError(ParcelProblem.HELD)
    if said.carrier == "" and parcel.carrier and said.tracking_number in ("", parcel.tracking_number):
        # Words that name no carrier say nothing against the one that is known; with another number they do.
        said = replace(said, carrier=None, service=None)
    other_carrier = said.carrier is not None and said.carrier != parcel.carrier
    values: dict[str, Any] = {
        "status": status,
        "external_number": said.external_number or None,
        "carrier": said.carrier,
        # A service belongs to its carrier: another carrier clears it.
        "service": "" if other_carrier and said.service is None else said.service,
        "tracking_number": said.tracking_number or None,
        "requested_on": said.requested_on,
        "requested_slot": said.requested_slot,
    }
    if status == ShipmentStatus.SHIPPED:
        day = handed_over_on(said, today)
        # A scan only fills a missing day; a file may correct it.
        values["shipped_on"] = day if said.shipped_on else parcel.shipped_on or day
    if parcel.held_for_bundling and status in (ShipmentStatus.SHIPPED, ShipmentStatus.CANCELED):
        # A parcel that has left or was canceled need not be held.
        values["held_for_bundling"] = False
    return {name: value for name, value in values.items() if value is not None and value != getattr(parcel, name)}
