"""Which column of a file says what. A mapping is data: the presets are TOML files, a shop's own has the same form."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from portal.importing.reader import FileRefusedError, fold

PRESETS = Path(__file__).parent / "presets"
Kind = Literal["orders", "shipments"]


@dataclass(frozen=True)
class ColumnMapping:
    name: str
    kind: Kind
    fields: Mapping[str, tuple[tuple[str, ...], ...]]
    """Field → alternatives, the first that the file has is taken; an alternative of several headers is joined."""
    required: tuple[str, ...]
    """Fields without whose column the whole file is refused."""
    clears: frozenset[str]
    """Fields that a blank cell empties; everywhere else a blank cell says nothing."""
    words: Mapping[str, Mapping[str, str]]
    """Field → (the channel's word, folded → ours)."""
    fixed: Mapping[str, str]
    """Field → what holds for every row when the file has no such column or leaves it blank."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where in a row a field stands."""

    field: str
    header: str
    """As the file writes it; several are joined with ＋."""
    places: tuple[int, ...]


@dataclass(frozen=True)
class Bound:
    """A mapping laid on one file's header."""

    mapping: ColumnMapping
    columns: Mapping[str, Column]

    def header(self, field: str) -> str:
        """As the file writes it; for a column that it lacks, as the mapping expects it."""
        if field in self.columns:
            return self.columns[field].header
        alternatives = self.mapping.fields.get(field)
        return alternatives[0][0] if alternatives else ""


def preset_names(kind: Kind) -> list[str]:
    return sorted(path.stem.removeprefix(f"{kind}-") for path in PRESETS.glob(f"{kind}-*.toml"))


@cache
def preset(kind: Kind, name: str) -> ColumnMapping:
    """KeyError: there is none of this name."""
    if name not in preset_names(kind):
        raise KeyError(name)
    return from_data(name, kind, tomllib.loads((PRESETS / f"{kind}-{name}.toml").read_text("utf-8")))


def from_data(name: str, kind: Kind, data: Mapping[str, Any]) -> ColumnMapping:
    """`data` as the presets have it: fields (a header, or a list of alternatives), required, clears, words, fixed."""
    assert kind in get_args(Kind)
    return ColumnMapping(
        name=name,
        kind=kind,
        fields={field: _alternatives(headers) for field, headers in data["fields"].items()},
        required=tuple(data.get("required", ())),
        clears=frozenset(data.get("clears", ())),
        words={
            field: {fold(word): ours for word, ours in table.items()} for field, table in data.get("words", {}).items()
        },
        fixed=data.get("fixed", {}),
    )


def bind(mapping: ColumnMapping, header: Sequence[str]) -> Bound:
    """FileRefusedError: a required column is missing, or a column that is read stands there twice."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        places.setdefault(fold(name), []).append(place)
    columns = {}
    for field, alternatives in mapping.fields.items():
        for headers in alternatives:
            present = [name for name in headers if fold(name) in places]
            if present:
                columns[field] = _column(field, present, places, header)
                break
    missing = [mapping.fields[field][0][0] for field in mapping.required if field not in columns]
    if missing:
        raise FileRefusedError(
            f"必要な列がありません: {'、'.join(missing)}。"
            "見出しの行と文字コード、対応表（--mapping）を確かめてください。"
        )
    return Bound(mapping, columns)


def _column(field: str, present: Sequence[str], places: Mapping[str, Sequence[int]], header: Sequence[str]) -> Column:
    for name in present:
        if len(places[fold(name)]) > 1:
            raise FileRefusedError(f"列「{name}」が2つあります。どちらを読むか決められません。")
    own = tuple(places[fold(name)][0] for name in present)
    return Column(field, "＋".join(header[place] for place in own), own)


def _alternatives(headers: str | list[str | list[str]]) -> tuple[tuple[str, ...], ...]:
    listed = [headers] if isinstance(headers, str) else headers
    return tuple((entry,) if isinstance(entry, str) else tuple(entry) for entry in listed)
