"""Reading of shipping results: which rows speak of which parcel, which parcels belong together, what is said."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from portal.importing.applying import reasons
from portal.importing.orders import parcel_rows
from portal.importing.orders.parcel_rows import Facts, Key
from portal.importing.orders.rows import PRODUCT_CODE, read_code
from portal.importing.reading import cells
from portal.importing.reading.groups import Groups
from portal.importing.reading.joining import AnyTable
from portal.importing.reading.mapping import Bound
from portal.importing.reading.rows import ParsedRow, Problem, Reading
from portal.models import TrackingEvent
from portal.models.base import room
from portal.orders.rules.codes import code_key
from portal.shipments.parcels import Said
from portal.values.dates import starts
from portal.values.states import ShipmentStatus

Identity = tuple[str, str, str]
"""(tracking number, number in the other system, order) that rows of one parcel share; only the first known is set."""
_WORDS = partial(cells.one_line, longest=room(TrackingEvent, "words"))
_PLACE = partial(cells.one_line, longest=room(TrackingEvent, "place"))


@dataclass(frozen=True)
class EventSaid:
    at: datetime
    words: str
    place: str


@dataclass
class ParcelRows:
    """The gathered rows of one parcel."""

    key: Key
    codes: dict[str, str] = field(default_factory=dict)
    """Code key → code of the orders in the parcel, in the order of the file."""
    rows: list[ParsedRow] = field(default_factory=list)
    bundled: bool = False
    externals: set[str] = field(default_factory=set)

    def add(self, code: str, row: ParsedRow, key: Key, *, bundled: bool) -> None:
        self.codes.setdefault(code_key(code), code)
        self.rows.append(row)
        self.bundled |= bundled
        self.externals.add(key[0])

    @property
    def may_be_shared(self) -> bool:
        return len(self.codes) == 1 or self.bundled or (len(self.externals) == 1 and "" not in self.externals)


@dataclass(frozen=True)
class ParcelSaid:
    code_keys: tuple[str, ...]
    said: Said
    """What is said, without events: their states need the carrier and address that only the database knows."""
    events: tuple[EventSaid, ...]
    bundled: bool


@dataclass(frozen=True)
class Unit:
    """Parcels and orders that hang together, applied as one so that no order looks shipped when half its rows fail."""

    lines: dict[str, tuple[int, ...]]
    """Order code → the order's lines in the file."""
    parcels: tuple[ParcelSaid, ...]
    problems: tuple[Problem, ...]


def read_unit(reading: Reading) -> Unit:
    """Read rows that hang together (`by_parcel`)."""
    reading.refuse_other_case("code")
    parcels, orders = _gather(reading)
    for parcel in parcels:
        if not parcel.may_be_shared:
            for row in parcel.rows:
                reading.refuse(row.line, "tracking_number", reasons.NOT_BUNDLED)
    said = tuple(_parcel_said(reading, parcel) for parcel in parcels)
    return Unit({code: tuple(lines) for code, lines in orders.values()}, said, tuple(reading.problems))


class Identifying:
    """Finder of the order and parcels that a row speaks of. A blank code, then blank numbers, repeat the row above."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._code = ""
        self._above = [("", "")]

    def of(self, row: ParsedRow) -> tuple[str, list[Key]]:
        """Return (order code, keys) of a row; to be called row after row."""
        reading = self.reading
        text = row.texts.get("code", "")
        keys = parcel_rows.keys_of(reading, row)
        if text or not self._code:
            spoiled = not text and reading.is_spoiled(row)
            read = None if spoiled else reading.converted(row.line, "code", text, read_code)
            self._code = read or text or f"({row.line})"
        elif keys == [("", "")]:
            keys = self._above
        self._above = keys
        return self._code, keys


def identity_of(code: str, key: Key) -> Identity:
    external, number = key
    return ("", "", code_key(code)) if not (external or number) else (number, "" if number else external, "")


def by_parcel(table: AnyTable, bound: Bound) -> Groups:
    """Group the rows of orders that share a parcel, directly or through other orders, in the order of the file."""
    known: dict[str, int] = {}
    first: dict[str, int] = {}
    """Parcel → the order that named it first."""
    leaders, orders = array("I"), array("I")
    identifying = Identifying(Reading(table, bound.only("code", "external_number", "tracking_number"), ()))
    reading = identifying.reading
    for row in table.rows:
        code, keys = identifying.of(reading.parse(row))
        order = known.setdefault(code_key(code), len(known))
        if order == len(leaders):
            leaders.append(order)
        orders.append(order)
        for key in keys:
            other = first.setdefault("\n".join(identity_of(code, key)), order)
            if other != order:
                leaders[_leader(leaders, order)] = _leader(leaders, other)
    numbers: dict[int, int] = {}
    grouped = array("I", (numbers.setdefault(_leader(leaders, order), len(numbers)) for order in orders))
    return Groups(grouped, len(numbers))


def _leader(leaders: "array[int]", order: int) -> int:
    while leaders[order] != order:
        leaders[order] = leaders[leaders[order]]
        order = leaders[order]
    return order


def _gather(reading: Reading) -> tuple[list[ParcelRows], dict[str, tuple[str, list[int]]]]:
    """Return the parcels, and by code key each order's code and lines, in the order of the file."""
    parcels: dict[Identity, dict[str, ParcelRows]] = {}
    orders: dict[str, tuple[str, list[int]]] = {}
    identifying = Identifying(reading)
    for row in reading.rows:
        code, keys = identifying.of(row)
        orders.setdefault(code_key(code), (code, []))[1].append(row.line)
        bundled = reading.value(row, "bundled", reading.word("bundled")) == "yes"
        for key in keys:
            slips = parcels.setdefault(identity_of(code, key), {})
            slips.setdefault(key[0], ParcelRows(key)).add(code, row, key, bundled=bundled)
    return [parcel for slips in parcels.values() for parcel in _apart(slips)], orders


def _apart(slips: Mapping[str, ParcelRows]) -> list[ParcelRows]:
    """Return the parcels of one tracking number: one for each slip that the file names, else one for all rows."""
    found = list(slips.values())
    if len(found) == 1 or ("" not in slips and not any(parcel.bundled for parcel in found)):
        return found
    whole = ParcelRows(found[0].key)
    for parcel in found:
        whole.codes |= parcel.codes
        whole.rows += parcel.rows
        whole.bundled |= parcel.bundled
        whole.externals |= parcel.externals
    whole.rows.sort(key=lambda row: row.line)
    return [whole]


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
    quantity = reading.value(row, "quantity", cells.quantity_or_none_left)
    return [(product_code, 1 if quantity is None else quantity)] if product_code and quantity != 0 else []


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
        # The file knows only the day.
        midnight = starts(delivered_on)
        found.append(EventSaid(midnight, reading.bound.mapping.fixed["delivered_words"], ""))
    return found
