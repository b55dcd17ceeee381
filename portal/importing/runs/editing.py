"""A mapping as a form shows it for one file, and what the form makes of it.

What the form does not show is kept: alternatives for files with other columns, and the peculiarities of a channel.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.importing.orders.rows import READERS
from portal.importing.reading import cells
from portal.importing.reading.cells import CellError
from portal.importing.reading.mapping import AMOUNTS, JOINED_BY, Kind, Places, alternatives
from portal.importing.reading.reader import fold
from portal.importing.runs.editing_fields import (
    CLEARABLE,
    CLEARABLE_TEXTS,
    FIELDS,
    FIXABLE,
    MEANINGS,
    MOST_COLUMNS,
    ONE_OF,
    REQUIRED,
    SINGLE,
)


class Wrong(StrEnum):
    """Kind of a wrong choice; the form says it in a sentence."""

    NOT_THERE = "not_there"
    """A column that the file does not have."""
    TWICE_IN_FILE = "twice_in_file"
    REPEATED = "repeated"
    """One column chosen twice for one field."""
    TAKEN = "taken"
    """A column that another field reads."""
    NEEDED = "needed"
    FIXED_UNREADABLE = "fixed_unreadable"
    FALLBACK_ALONE = "fallback_alone"
    """A column for blank cells, but none of the field's own."""
    LINES_INCOMPLETE = "lines_incomplete"
    """Lines without their name, a quantity, or a price or sum."""


@dataclass
class Line:
    """One of our fields in the form."""

    field: str
    columns: tuple[str, ...] = ()
    otherwise: str = ""
    fixed: str = ""
    clears: bool = False
    is_required: bool = False
    wrong: tuple[tuple[Wrong, str], ...] = ()
    """(what is wrong, with which column or field)."""

    @property
    def most_columns(self) -> int:
        return 1 if self.field in SINGLE else MOST_COLUMNS

    @property
    def may_be_fixed(self) -> bool:
        return self.field in FIXABLE

    @property
    def may_clear(self) -> bool:
        return self.field in CLEARABLE + CLEARABLE_TEXTS

    @property
    def is_summed(self) -> bool:
        return self.field in AMOUNTS

    @property
    def joined_by(self) -> str:
        return JOINED_BY.get(self.field, " ")


@dataclass
class Draft:
    kind: Kind
    lines: list[Line]
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    """Field → word as written → what it means."""
    doubled: frozenset[str] = frozenset()
    """Columns, folded, that the channel writes twice."""

    @property
    def is_right(self) -> bool:
        return not any(line.wrong for line in self.lines)

    def line(self, name: str) -> Line:
        return next(line for line in self.lines if line.field == name)


def draft_of(kind: Kind, data: Mapping[str, Any], header: Sequence[str], words: Mapping[str, Sequence[str]]) -> Draft:
    """Return the draft of a mapping for a file; `words` are those that stand in the file, per field."""
    doubled = frozenset(fold(name) for name in data.get("doubled", ()))
    places = Places(header, doubled)
    lines = []
    for name in FIELDS[kind]:
        own = places.present(alternatives(data["fields"].get(name, ())))
        other = data.get("otherwise", {}).get(name, "")
        lines.append(
            Line(
                name,
                columns=tuple(header[places.first(column)] for column in own),
                otherwise=other if own and other in places else "",
                fixed=_fixed(data, name),
                clears=name in data.get("clears", ()),
                is_required=name in required(kind),
            )
        )
    return Draft(kind, lines, {name: _meant(data, name, words.get(name, ())) for name in MEANINGS[kind]}, doubled)


def _fixed(data: Mapping[str, Any], name: str) -> str:
    text: str = data.get("fixed", {}).get(name, "")
    words = data.get("words", {}).get(name, {})
    return {fold(word): ours for word, ours in words.items()}.get(fold(text), text) if name == "tax_basis" else text


def required(kind: Kind) -> tuple[str, ...]:
    return REQUIRED[kind]


def _meant(data: Mapping[str, Any], name: str, words: Sequence[str]) -> dict[str, str]:
    """Return word → meaning: the file's own words first, then those that the mapping knows besides."""
    known = data.get("words", {}).get(name, {})
    folded = {fold(word): ours for word, ours in known.items()}
    meant = {word: folded.get(fold(word), "") for word in words}
    there = {fold(word) for word in meant}
    return meant | {word: ours for word, ours in known.items() if fold(word) not in there}


def check(draft: Draft, header: Sequence[str]) -> None:
    """Note on each line what is wrong with it."""
    places = Places(header, draft.doubled)
    taken: dict[str, str] = {}
    for line in draft.lines:
        wrong = [
            problem for column in (*line.columns, line.otherwise) if column for problem in _of_file(places, column)
        ]
        folded = [fold(column) for column in line.columns]
        if len(set(folded)) < len(folded):
            wrong.append((Wrong.REPEATED, ""))
        wrong += [
            (Wrong.TAKEN, taken[column]) for column in folded if taken.setdefault(column, line.field) != line.field
        ]
        if line.otherwise and not line.columns:
            wrong.append((Wrong.FALLBACK_ALONE, ""))
        if line.is_required and not line.columns:
            wrong.append((Wrong.NEEDED, ""))
        if line.fixed and not _is_readable(line):
            wrong.append((Wrong.FIXED_UNREADABLE, line.fixed))
        line.wrong = tuple(dict.fromkeys(wrong))
    one_of = [draft.line(name) for name in ONE_OF.get(draft.kind, ())]
    if one_of and not any(line.columns for line in one_of):
        one_of[0].wrong += ((Wrong.NEEDED, ""),)
    if draft.kind == "orders":
        _check_goods(draft)


def _of_file(places: Places, column: str) -> list[tuple[Wrong, str]]:
    if column not in places:
        return [(Wrong.NOT_THERE, column)]
    return [(Wrong.TWICE_IN_FILE, column)] if places.is_ambiguous(column) else []


def _check_goods(draft: Draft) -> None:
    """Note what is missing if some line columns are chosen but not enough; without any, the file tells of states."""
    has = {line.field for line in draft.lines if line.columns}
    if not has & {"name", "quantity", "unit_price", "amount", "product_code"}:
        return
    for name in ("name", "quantity"):
        if name not in has:
            draft.line(name).wrong += ((Wrong.LINES_INCOMPLETE, ""),)
    if not has & {"unit_price", "amount"}:
        draft.line("unit_price").wrong += ((Wrong.LINES_INCOMPLETE, ""),)


def _is_readable(line: Line) -> bool:
    if line.field == "tax_basis":
        return line.fixed in MEANINGS["orders"]["tax_basis"]
    read: Callable[[str], Any] = cells.tax_rate if line.field == "tax_rate" else READERS.get(line.field, str)
    try:
        read(line.fixed)
    except CellError:
        return False
    return True


def data_of(draft: Draft, before: Mapping[str, Any], header: Sequence[str]) -> dict[str, Any]:
    """Return the mapping's data: a right draft laid over the data it began with."""
    places = Places(header)
    fields, otherwise = {}, {}
    for line in draft.lines:
        # Alternatives for files with other columns are kept after the choice for this one.
        others = [
            list(each)
            for each in alternatives(before["fields"].get(line.field, ()))
            if not any(column in places for column in each)
        ]
        chosen = [list(line.columns)] if line.columns else []
        if chosen + others:
            fields[line.field] = chosen + others
        if line.otherwise:
            otherwise[line.field] = line.otherwise
    words = {name: {word: ours for word, ours in meant.items() if word} for name, meant in draft.words.items()}
    if draft.kind == "orders" and (basis := draft.line("tax_basis").fixed):
        words["tax_basis"][basis] = basis
    offered = {line.field for line in draft.lines if line.may_clear}
    kept_clears = [name for name in before.get("clears", ()) if name not in offered]
    kept_words = {name: table for name, table in before.get("words", {}).items() if name not in words}
    shown = {line.field for line in draft.lines if line.may_be_fixed}
    kept_fixed = {name: text for name, text in before.get("fixed", {}).items() if name not in shown}
    return {
        **{part: value for part, value in before.items() if part not in ("title", "note", "based_on")},
        "fields": fields,
        "otherwise": otherwise,
        "required": list(required(draft.kind) or before.get("required", ())),
        "one_of": list(ONE_OF.get(draft.kind, ())),
        "clears": [line.field for line in draft.lines if line.clears] + kept_clears,
        "words": {name: table for name, table in {**kept_words, **words}.items() if table},
        "fixed": {**kept_fixed, **{line.field: line.fixed for line in draft.lines if line.fixed and line.may_be_fixed}},
        "headers": list(header),
    }
