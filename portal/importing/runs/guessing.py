"""Guess at the mapping that a file was made for, by the names of its columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast, get_args

from portal.importing.reading.mapping import (
    ColumnMapping,
    Kind,
    Places,
    bind,
    from_data,
    names_without_header,
    preset,
    preset_data,
    preset_names,
)
from portal.importing.reading.reader import FileRefusedError, Naming, fold
from portal.importing.runs.uploads import Choice
from portal.models import ShopMapping

FITS_FROM = 3
"""Columns that a mapping must know to fit: one or two of the names stand in any file."""


@dataclass(frozen=True)
class Candidate:
    choice: Choice
    title: str
    note: str
    mapping: ColumnMapping
    headers: frozenset[str] = frozenset()
    """Folded column names of the file that a shop's own mapping was made with."""

    @property
    def key(self) -> str:
        """Return the candidate's value in a form."""
        own = self.choice.mapping_id
        return f"own:{own}" if own else f"preset:{self.choice.kind}:{self.choice.name}"

    @property
    def is_own(self) -> bool:
        return self.choice.mapping_id is not None


def candidates(own: Iterable[ShopMapping]) -> list[Candidate]:
    """Return the shop's own mappings, then the presets with our own forms first: among equals the first one wins."""
    kinds: Sequence[Kind] = get_args(Kind)
    presets = [of_preset(kind, name) for kind in kinds for name in preset_names(kind)]
    presets.sort(key=lambda each: each.choice.name != "generic")
    return [*map(_of_shop, own), *presets]


def of_preset(kind: Kind, name: str) -> Candidate:
    data = preset_data(kind, name)
    told = {part: value for part, value in data.items() if part not in ("title", "note", "based_on")}
    return Candidate(Choice(kind, name, told), data["title"], data.get("note", ""), preset(kind, name))


def _of_shop(own: ShopMapping) -> Candidate:
    kind = cast(Kind, own.kind)
    headers = frozenset(fold(header) for header in own.data.get("headers", ()))
    choice = Choice(kind, own.name, own.data, own.id)
    return Candidate(choice, own.name, "", from_data(own.name, kind, own.data), headers)


def best(found: Sequence[Candidate], header: Sequence[str]) -> Candidate | None:
    """Return the best candidate for a header, or None if no mapping knows enough of its columns."""
    scored = [(score(candidate, header), -place) for place, candidate in enumerate(found)]
    (same, known, _), place = max(scored, default=((False, 0, 0.0), 0))
    return found[-place] if same or known >= FITS_FROM else None


def naming(found: Sequence[Candidate]) -> Naming:
    """Return how a file without a header is named: by the first candidate that knows such files."""

    def names(first: Sequence[str]) -> Sequence[str]:
        return next((named for each in found if (named := names_without_header(each.mapping, first))), ())

    return names


Score = tuple[bool, int, float]


def score(candidate: Candidate, header: Sequence[str]) -> Score:
    """Return (made for just these columns, number of columns read, share of the mapping's fields that are there)."""
    places = Places(header, candidate.mapping.doubled)
    if any(name in places for name in candidate.mapping.never_with):
        return False, 0, 0.0
    try:
        bound = bind(candidate.mapping, header)
    except FileRefusedError:
        return False, 0, 0.0
    read = {place for column in bound.columns.values() for place in column.places}
    same = bool(candidate.headers) and candidate.headers == {fold(name) for name in header}
    return same, len(read), len(bound.columns) / max(1, len(candidate.mapping.fields))
