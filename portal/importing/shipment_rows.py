"""Shipping results: which rows speak of which parcel, which parcels belong together, and what is said. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import partial

from portal.importing import cells, parcel_rows, reasons
from portal.importing.order_rows import PRODUCT_CODE, read_code
from portal.importing.parcel_rows import Facts, Key
from portal.importing.rows import ParsedRow, Problem, Reading, room
from portal.models import ShipmentStatus, TrackingEvent
from portal.orders.codes import code_key
from portal.shipments.parcels import Said
from portal.values.dates import TOKYO

Identity = tuple[str, str, str]
"""(tracking number, else number in the other system, else order): what makes rows one parcel."""
_WORDS = partial(cells.one_line, longest=room(TrackingEvent, "words"))
_PLACE = partial(cells.one_line, longest=room(TrackingEvent, "place"))


@dataclass(frozen=True)
class EventSaid:
    at: datetime
    words: str
    place: str


@dataclass
class ParcelRows:
    """The rows of one parcel, gathered."""

    key: Key
    codes: dict[str, str] = field(default_factory=dict)
    """Code key → code of the orders in it, in order."""
    rows: list[ParsedRow] = field(default_factory=list)
    bundled: bool = False
    externals: set[str] = field(default_factory=set)

    @property
    def may_be_shared(self) -> bool:
        return len(self.codes) == 1 or self.bundled or (len(self.externals) == 1 and "" not in self.externals)


@dataclass(frozen=True)
class ParcelSaid:
    code_keys: tuple[str, ...]
    said: Said
    """Without events: their states need the carrier and address that only the database knows."""
    events: tuple[EventSaid, ...]
    bundled: bool


@dataclass(frozen=True)
class Unit:
    """Parcels and orders that hang together: applied as one, so that no order looks shipped when half its rows fail."""

    lines: dict[str, tuple[int, ...]]
    """Order code → its lines in the file."""
    parcels: tuple[ParcelSaid, ...]
    problems: tuple[Problem, ...]


def read_units(reading: Reading) -> list[Unit]:
    """In the order of the file."""
    parcels, orders = _gather(reading)
    for parcel in parcels.values():
        if not parcel.may_be_shared:
            for row in parcel.rows:
                reading.refuse(row.line, "tracking_number", reasons.NOT_BUNDLED)
    said = {identity: _parcel_said(reading, parcel) for identity, parcel in parcels.items()}
    problems: dict[int, list[Problem]] = {}
    for problem in reading.problems:
        problems.setdefault(problem.line, []).append(problem)
    units = []
    for identities in _connected(parcels):
        codes = {key: code for identity in identities for key, code in parcels[identity].codes.items()}
        lines = {codes[key]: tuple(orders[key]) for key in codes}
        own = tuple(problem for group in lines.values() for line in group for problem in problems.get(line, ()))
        units.append(Unit(lines, tuple(said[identity] for identity in identities), own))
    return units


def _gather(reading: Reading) -> tuple[dict[Identity, ParcelRows], dict[str, list[int]]]:
    """Parcels by identity, and each order's lines. A blank code, and then blank numbers, repeat the row above."""
    parcels: dict[Identity, ParcelRows] = {}
    orders: dict[str, list[int]] = {}
    code, above = "", [("", "")]
    for row in reading.rows:
        text = row.texts.get("code", "")
        keys = parcel_rows.keys_of(reading, row)
        if text or not code:
            spoiled = not text and reading.is_spoiled(row)
            code = (
                (None if spoiled else reading.converted(row.line, "code", text, read_code)) or text or f"({row.line})"
            )
        elif keys == [("", "")]:
            keys = above
        above = keys
        orders.setdefault(code_key(code), []).append(row.line)
        bundled = reading.value(row, "bundled", reading.word("bundled")) == "yes"
        for external, number in keys:
            identity = (
                ("", "", code_key(code)) if not (external or number) else (number, "" if number else external, "")
            )
            parcel = parcels.setdefault(identity, ParcelRows((external, number)))
            parcel.codes.setdefault(code_key(code), code)
            parcel.rows.append(row)
            parcel.bundled |= bundled
            parcel.externals.add(external)
    return parcels, orders


def _connected(parcels: Mapping[Identity, ParcelRows]) -> list[list[Identity]]:
    """Parcels that share an order, or an order of one they share with, and so on."""
    leaders: dict[str, str] = {}

    def leader(key: str) -> str:
        while leaders.setdefault(key, key) != key:
            key = leaders[key]
        return key

    for parcel in parcels.values():
        first, *others = parcel.codes
        for other in others:
            leaders[leader(other)] = leader(first)
    groups: dict[str, list[Identity]] = {}
    for identity, parcel in parcels.items():
        groups.setdefault(leader(next(iter(parcel.codes))), []).append(identity)
    return list(groups.values())


def _parcel_said(reading: Reading, parcel: ParcelRows) -> ParcelSaid:
    facts: Facts = {}
    status = None
    contents: list[tuple[str, int]] = []
    events: list[EventSaid] = []
    for row in parcel.rows:
        parcel_rows.gather(reading, row, facts)
        word = reading.value(row, "status", reading.word("status"))
        status = ShipmentStatus(word) if word else status
        contents += _contents(reading, row)
        events += _events(reading, row)
    external = next((external for external in sorted(parcel.externals) if external), "")
    said = parcel_rows.said_of(reading, (external, parcel.key[1]), facts, status=status, contents=tuple(contents))
    return ParcelSaid(tuple(parcel.codes), said, tuple(events), parcel.bundled or len(parcel.codes) > 1)


def _contents(reading: Reading, row: ParsedRow) -> Sequence[tuple[str, int]]:
    product_code = reading.value(row, "product_code", PRODUCT_CODE)
    quantity = reading.value(row, "quantity", cells.quantity)
    return [(product_code, quantity or 1)] if product_code else []


def _events(reading: Reading, row: ParsedRow) -> Sequence[EventSaid]:
    found = []
    at = reading.value(row, "event_at", cells.instant)
    words = reading.value(row, "event_words", _WORDS)
    place = reading.value(row, "event_place", _PLACE) or ""
    if at and words:
        found.append(EventSaid(at, words, place))
    elif row.texts.get("event_at", "") and not words:
        reading.refuse(row.line, "event_words", "空です。配送日時があるときは必要です。")
    elif words and not row.texts.get("event_at", ""):
        reading.refuse(row.line, "event_at", "空です。配送状況があるときは必要です。")
    delivered_on = reading.value(row, "delivered_on", cells.day)
    if delivered_on:
        # The file knows the day alone.
        midnight = datetime.combine(delivered_on, time(), TOKYO)
        found.append(EventSaid(midnight, reading.bound.mapping.fixed["delivered_words"], ""))
    return found
