"""Column mappings: what each column of a file means. They are data: presets in TOML, a shop's own in the same form."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from portal.importing.reading.decoding import FileRefusedError
from portal.importing.reading.reader import fold

PRESETS = Path(__file__).parents[1] / "presets"
Kind = Literal["orders", "shipments", "subscriptions"]

SUM = "\x1f"
"""Separator between the cells of several columns whose amounts are added up."""
AMOUNTS = frozenset(
    (
        "shipping_fee",
        "payment_fee",
        "other_fee",
        "discount",
        "coupon",
        "mall_coupon",
        "points_used",
        "refunded",
        "total",
        "unit_price",
        "amount",
    )
)
JOINED_BY = {
    **dict.fromkeys(AMOUNTS, SUM),
    **dict.fromkeys(("phone", "postcode", "recipient_phone", "recipient_postcode"), "-"),
}
"""Field → separator between the cells of several columns; for all other fields a space."""
SAID_ONCE = frozenset(("name",))
"""Fields in which columns that say the same are read once: a channel repeats the variant."""
TRANSLATED = frozenset(("payment_method", "payment_state", "tax_rate"))
"""Fields whose `words` are translated before they are read; a word that is not listed is read as it is."""


@dataclass(frozen=True)
class ColumnMapping:
    name: str
    kind: Kind
    fields: Mapping[str, tuple[tuple[str, ...], ...]]
    """Field → alternatives; the first one that the file has is used. The columns of one alternative are joined."""
    otherwise: Mapping[str, str]
    """Field → the column that is read if the field's own is blank."""
    required: tuple[str, ...]
    """Fields that need a column; without it the whole file is refused."""
    one_of: tuple[str, ...]
    """Fields of which at least one must have a column."""
    never_with: tuple[str, ...]
    """Columns that show that a file is of another kind, even if many of its other columns are read here too."""
    clears: frozenset[str]
    """Fields that a blank cell empties; for all others a blank cell says nothing."""
    words: Mapping[str, Mapping[str, str]]
    """Field → (the channel's word, folded → ours)."""
    lenient: frozenset[str]
    """Fields for which a word missing in `words` says nothing; for all others such a word is refused."""
    fixed: Mapping[str, str]
    """Field → value for every row, used if the file has no such column or leaves it blank."""
    blanks: frozenset[str]
    """Cells that count as blank although something stands in them: "-", "-9999"."""
    minus: frozenset[str]
    """Fields with amounts to take off that the channel writes with a minus sign."""
    decimals: bool
    """Whether amounts may end in .00; otherwise a point in an amount means something else and is refused."""
    voids: Mapping[str, str]
    """Column of an amount → the column in which a Y makes the amount 0."""
    titles: Mapping[str, str]
    """Column of values separated by ";" → the column with the title of each."""
    instead: Mapping[str, Sequence[str]]
    """Column → columns that must all be blank for it to be read."""
    cancels: frozenset[str]
    """Fields that cancel the order if anything stands in them."""
    first: frozenset[str]
    """Fields that may differ from row to row of an order: the first value holds."""
    own_code: bool
    """Whether every row has its order's code. If not, a row without a code belongs to the order of the row above."""
    doubled: frozenset[str]
    """Columns that the channel writes twice, of which the first one is read."""
    signed: Mapping[str, str]
    """Field of an amount → field that an amount below zero belongs to."""
    layout: tuple[str, ...]
    """Names of the columns, in order, of a file that comes without a header; empty if it always has one."""
    first_row: Mapping[str, str]
    """Column of the layout → pattern of its cell, by which a row of data is told from a header."""
    two_files: bool
    """Whether the channel gives orders and their lines in two files."""


@dataclass(frozen=True, slots=True)
class Column:
    """The places in a row where a field stands."""

    field: str
    header: str
    """Header as the file writes it; several are joined with ＋."""
    places: tuple[int, ...]
    otherwise: int | None = None


@dataclass(frozen=True)
class Bound:
    """A mapping applied to one file's header."""

    mapping: ColumnMapping
    columns: Mapping[str, Column]
    voids: Mapping[int, int]
    """Place of an amount → place of the cell in which a Y makes it 0."""
    titles: Mapping[int, int] = field(default_factory=dict)
    """Place of values → place of their titles."""
    instead: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """Place → places that must all be blank for it to be read."""

    carriers: Mapping[str, str] = field(default_factory=dict)
    """The shop's words for carriers (`carriers.word_key`) → carrier code."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    """The shop's words for states of orders → OrderStatus value, or `state_words.SAYS_NOTHING`."""

    def header(self, field: str) -> str:
        """Return the field's header as the file writes it or, if the file lacks it, as the mapping expects it."""
        if field in self.columns:
            return self.columns[field].header
        alternatives = self.mapping.fields.get(field)
        return alternatives[0][0] if alternatives else ""

    @cached_property
    def simple(self) -> tuple[tuple[str, int], ...]:
        """Return (field, place) of the columns that are read as they stand: nearly all columns of most files."""
        return tuple(
            (column.field, column.places[0]) for column in self.columns.values() if not self._is_special(column)
        )

    @cached_property
    def special(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns.values() if self._is_special(column))

    def _is_special(self, column: Column) -> bool:
        mapping, field = self.mapping, column.field
        return (
            len(column.places) > 1
            or column.otherwise is not None
            or bool(mapping.blanks)
            or field in mapping.minus
            or (mapping.decimals and field in AMOUNTS)
            or (field in TRANSLATED and field in mapping.words)
        )

    def only(self, *fields: str) -> "Bound":
        """Return a copy with these fields only, to read a few fields of many rows."""
        return replace(self, columns={name: column for name, column in self.columns.items() if name in fields})


def preset_names(kind: Kind) -> list[str]:
    return sorted(path.stem.removeprefix(f"{kind}-") for path in PRESETS.glob(f"{kind}-*.toml"))


@cache
def preset_data(kind: Kind, name: str) -> Mapping[str, Any]:
    """Return the preset's content over that of the preset it is based on. Raise KeyError if there is no such preset."""
    if name not in preset_names(kind):
        raise KeyError(name)
    data = tomllib.loads((PRESETS / f"{kind}-{name}.toml").read_text("utf-8"))
    if "based_on" not in data:
        return data
    base = preset_data(kind, data["based_on"])
    merged = {part: base.get(part, {}) | data.get(part, {}) for part in ("fields", "words", "fixed", "otherwise")}
    return {**base, "note": "", **data, **merged}


@cache
def preset(kind: Kind, name: str) -> ColumnMapping:
    return from_data(name, kind, preset_data(kind, name))


def from_data(name: str, kind: Kind, data: Mapping[str, Any]) -> ColumnMapping:
    """Build a mapping from data in the form of the presets.

    `fields` holds a header or a list of alternatives per field; `ColumnMapping` explains the other parts.
    """
    assert kind in get_args(Kind)
    return ColumnMapping(
        name=name,
        kind=kind,
        fields={field: alternatives(headers) for field, headers in data["fields"].items()},
        otherwise=data.get("otherwise", {}),
        required=tuple(data.get("required", ())),
        one_of=tuple(data.get("one_of", ())),
        never_with=tuple(data.get("never_with", ())),
        clears=frozenset(data.get("clears", ())),
        words={
            field: {fold(word): ours for word, ours in table.items()} for field, table in data.get("words", {}).items()
        },
        lenient=frozenset(data.get("lenient", ())),
        fixed=data.get("fixed", {}),
        blanks=frozenset(data.get("blanks", ())),
        minus=frozenset(data.get("minus", ())),
        decimals=data.get("decimals", False),
        voids=data.get("voids", {}),
        titles=data.get("titles", {}),
        instead=data.get("instead", {}),
        cancels=frozenset(data.get("cancels", ())),
        first=frozenset(data.get("first", ())),
        own_code=data.get("own_code", False),
        doubled=frozenset(fold(name) for name in data.get("doubled", ())),
        signed=data.get("signed", {}),
        layout=tuple(data.get("layout", ())),
        first_row=data.get("first_row", {}),
        two_files=data.get("two_files", False),
    )


def alternatives(headers: str | Sequence[str | Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    listed = [headers] if isinstance(headers, str) else headers
    return tuple((entry,) if isinstance(entry, str) else tuple(entry) for entry in listed)


def names_without_header(mapping: ColumnMapping, first: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a file's columns if its first row is one of data already; empty if it is a header."""
    names = mapping.layout[: len(first)]
    cells = {name: cell.strip() for name, cell in zip(names, first, strict=False) if name in mapping.first_row}
    if not names or len(cells) < len(mapping.first_row):
        return ()
    is_data = all(re.fullmatch(mapping.first_row[name], cell) for name, cell in cells.items())
    return mapping.layout + ("",) * (len(first) - len(mapping.layout)) if is_data else ()


# --- applied to a file -----------------------------------------------------------------------------------------------
class Places:
    """The places of a header's columns, found by name however it is written; columns without a name are not read."""

    def __init__(self, header: Sequence[str], doubled: Collection[str] = ()) -> None:
        """Take the header and the columns, folded, of which the first is meant where there are several."""
        self.header = header
        self._doubled = doubled
        self._of: dict[str, list[int]] = {}
        for place, name in enumerate(header):
            if folded := fold(name):
                self._of.setdefault(folded, []).append(place)

    def __contains__(self, name: str) -> bool:
        return fold(name) in self._of

    def first(self, name: str) -> int:
        return self._of[fold(name)][0]

    def is_ambiguous(self, name: str) -> bool:
        return len(self._of[fold(name)]) > 1 and fold(name) not in self._doubled

    def place(self, name: str) -> int:
        """Return the column's place. Raise FileRefusedError if there are two of them."""
        if self.is_ambiguous(name):
            raise FileRefusedError(f"列「{name}」が2つあります。どちらを読むか決められません。")
        return self.first(name)

    def present(self, headers: Sequence[Sequence[str]]) -> list[str]:
        """Return the existing columns of the first alternative that has any."""
        return next((found for each in headers if (found := [name for name in each if name in self])), [])


def bind(mapping: ColumnMapping, header: Sequence[str]) -> Bound:
    """Apply a mapping to a header. Raise FileRefusedError if a column is missing or ambiguous."""
    places = Places(header, mapping.doubled)
    columns = {}
    for own, headers in mapping.fields.items():
        if found := places.present(headers):
            columns[own] = _column(own, [places.place(name) for name in found], mapping, places)
    missing = [mapping.fields[field][0][0] for field in mapping.required if field not in columns]
    if mapping.one_of and not any(field in columns for field in mapping.one_of):
        missing.append(
            "か".join(f"「{mapping.fields[field][0][0]}」" for field in mapping.one_of if field in mapping.fields)
        )
    if missing:
        raise FileRefusedError(
            f"必要な列がありません: {'、'.join(missing)}。見出しの行と文字コード、対応表を確かめてください。"
        )
    instead = {
        places.place(name): [places.place(other) for other in others if other in places]
        for name, others in mapping.instead.items()
        if name in places
    }
    return Bound(mapping, columns, _pairs(mapping.voids, places), _pairs(mapping.titles, places), instead)


def _pairs(columns: Mapping[str, str], places: Places) -> dict[int, int]:
    return {
        places.place(one): places.place(other) for one, other in columns.items() if one in places and other in places
    }


def _column(field: str, own: Sequence[int], mapping: ColumnMapping, places: Places) -> Column:
    header = "＋".join(places.header[place] for place in own)
    other = mapping.otherwise.get(field, "")
    if other not in places:
        return Column(field, header, tuple(own))
    otherwise = places.place(other)
    return Column(field, f"{header}／{places.header[otherwise]}", tuple(own), otherwise)
