"""Preview of a file: its first orders, parcels or subscriptions as they would be read, before anything is tried."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO

from portal.importing.orders.rows import read_order
from portal.importing.reading import groups
from portal.importing.reading.joining import AnyTable, read_files
from portal.importing.reading.mapping import Bound, ColumnMapping, Kind, bind
from portal.importing.reading.reader import SECOND, FileRefusedError, fold
from portal.importing.reading.rows import Problem, Reading, RowsRefusedError
from portal.importing.shipments.rows import by_parcel, read_unit
from portal.importing.subscriptions.rows import WORDS as SUBSCRIPTION_WORDS
from portal.importing.subscriptions.rows import read_subscription
from portal.shipments.parcels import Said
from portal.shipments.rules.carriers import carrier

ROWS = 200
SHOWN = 5
WORD_FIELDS = ("status", "slip_status", "line_status", "tax_basis", "bundled", *SUBSCRIPTION_WORDS)
"""Fields with a fixed choice of meanings."""


@dataclass(frozen=True)
class Shown:
    """An order, a parcel or a subscription, or what is wrong with its rows."""

    line: int
    code: str
    ordered_at: datetime | None = None
    name: str = ""
    phone: str = ""
    address: str = ""
    goods: tuple[str, ...] = ()
    total: int | None = None
    payment: str = ""
    status: str = ""
    carrier: str = ""
    numbers: tuple[str, ...] = ()
    shipped_on: date | None = None
    cycle: str = ""
    next_on: date | None = None
    """Next delivery date, else the next ship date."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Preview:
    refusal: str = ""
    """Reason why nothing can be read with this mapping, empty if it can."""
    header: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()
    unheard: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Column → its words that the mapping does not know and passes over."""
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Field with a choice of meanings → the words that stand in its column."""
    unread: tuple[str, ...] = ()
    """Columns of the file that nothing reads."""


GROUPS: Mapping[Kind, Callable[[AnyTable, Bound], groups.Groups]] = {
    "orders": groups.by_order,
    "shipments": by_parcel,
    "subscriptions": groups.by_subscription,
}


def preview(sources: Sequence[BinaryIO], mapping: ColumnMapping) -> Preview:
    try:
        table = read_files(sources, mapping, first_rows=ROWS)
        bound = bind(mapping, table.header)
    except FileRefusedError as error:
        return Preview(error.reason)
    grouped = GROUPS[mapping.kind](table, bound)
    # Lines of the second file whose order was not among the first rows are left out.
    whole = [group for group in grouped if table.rows[group[0]].line < SECOND][:SHOWN]
    shown = tuple(_shown(Reading(table, bound, [table.rows[at] for at in group])) for group in whole)
    words = _words(table, bound)
    read = {place for column in bound.columns.values() for place in (*column.places, column.otherwise)}
    read |= {*bound.voids.values(), *bound.titles.values()}
    return Preview(
        header=table.header,
        shown=shown,
        words=words,
        unheard={
            bound.header(name): unknown
            for name, found in words.items()
            if (unknown := tuple(word for word in found if fold(word) not in mapping.words.get(name, {})))
            and name in mapping.lenient
        },
        unread=tuple(name for place, name in enumerate(table.header) if name and place not in read),
    )


def _words(table: AnyTable, bound: Bound) -> dict[str, tuple[str, ...]]:
    reading = Reading(table, bound.only(*WORD_FIELDS), table.rows)
    found: dict[str, dict[str, None]] = {name: {} for name in WORD_FIELDS if reading.has(name)}
    for row in reading.rows:
        for name, words in found.items():
            if word := row.texts.get(name):
                words[word] = None
    return {name: tuple(words) for name, words in found.items()}


def _shown(reading: Reading) -> Shown:
    return _SHOWING[reading.bound.mapping.kind](reading)


def _order(reading: Reading) -> Shown:
    first = reading.rows[0]
    code = first.texts.get("code", "")
    try:
        said = read_order(reading)
    except RowsRefusedError as error:
        return Shown(first.line, code, problems=error.problems)
    values = said.values
    return Shown(
        first.line,
        said.code,
        ordered_at=values.get("ordered_at"),
        name=values.get("buyer_name", ""),
        phone=values.get("phone", ""),
        address=values.get("prefecture", "") + values.get("address", ""),
        goods=tuple(f"{line.name} × {line.quantity}" for line in said.lines),
        total=values.get("total"),
        payment=values.get("payment_method", ""),
        status=str(said.status or ""),
        carrier=next((_carrier(parcel) for parcel in said.parcels), ""),
        numbers=tuple(parcel.tracking_number for parcel in said.parcels if parcel.tracking_number),
        shipped_on=next((parcel.shipped_on for parcel in said.parcels if parcel.shipped_on), None),
    )


def _parcels(reading: Reading) -> Shown:
    first = reading.rows[0]
    unit = read_unit(reading)
    if unit.problems:
        return Shown(first.line, first.texts.get("code", ""), problems=unit.problems)
    said = [parcel.said for parcel in unit.parcels]
    return Shown(
        first.line,
        "、".join(unit.lines),
        carrier=next((_carrier(parcel) for parcel in said), ""),
        numbers=tuple(parcel.tracking_number for parcel in said if parcel.tracking_number),
        shipped_on=next((parcel.shipped_on for parcel in said if parcel.shipped_on), None),
        status=next((str(parcel.status) for parcel in said if parcel.status), ""),
        goods=tuple(event.words for parcel in unit.parcels for event in parcel.events),
    )


def _subscription(reading: Reading) -> Shown:
    first = reading.rows[0]
    try:
        said = read_subscription(reading)
    except RowsRefusedError as error:
        code = first.texts.get("number", "") or first.texts.get("external_number", "")
        return Shown(first.line, code, problems=error.problems)
    values = said.values
    return Shown(
        first.line,
        said.number or said.external_number,
        name=values.get("buyer_name", "") or values.get("recipient_name", ""),
        phone=values.get("phone", ""),
        address=values.get("prefecture", "") + values.get("address", ""),
        goods=tuple(f"{item.name} × {item.quantity}" for item in said.items),
        payment=values.get("payment_method", ""),
        status=values.get("state", ""),
        cycle=values.get("cycle", ""),
        next_on=values.get("next_delivery_on") or values.get("next_ship_on"),
    )


_SHOWING: Mapping[Kind, Callable[[Reading], Shown]] = {
    "orders": _order,
    "shipments": _parcels,
    "subscriptions": _subscription,
}


def _carrier(parcel: Said) -> str:
    name = carrier(parcel.carrier).name if parcel.carrier else ""
    return f"{name} {parcel.service or ''}".strip()
