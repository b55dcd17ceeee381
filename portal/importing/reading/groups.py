"""Grouping of the rows that belong together. A row is named by its place in the table, for a file has many."""

from array import array
from collections.abc import Iterator, Sequence
from typing import overload

from portal.importing.reading import cells
from portal.importing.reading.cells import CellError
from portal.importing.reading.joining import AnyTable
from portal.importing.reading.mapping import Bound
from portal.orders.rules.codes import code_key


class Groups(Sequence[Sequence[int]]):
    """Groups of rows at eight bytes a row and four a group, so that a million rows are no problem."""

    def __init__(self, numbers: Sequence[int], count: int) -> None:
        """Take the number of each row's group, from 0, and how many groups there are."""
        self._starts = array("I", bytes(4 * (count + 1)))
        for number in numbers:
            self._starts[number + 1] += 1
        for number in range(count):
            self._starts[number + 1] += self._starts[number]
        free = array("I", self._starts)
        self._rows = array("I", bytes(4 * len(numbers)))
        for row, number in enumerate(numbers):
            self._rows[free[number]] = row
            free[number] += 1

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, at: int) -> Sequence[int]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Sequence[int]]: ...
    def __getitem__(self, at: int | slice) -> Sequence[int] | Sequence[Sequence[int]]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        if not 0 <= at < len(self):
            raise IndexError(at)
        return self._rows[self._starts[at] : self._starts[at + 1]]


def by_order(table: AnyTable, bound: Bound) -> Groups:
    """Group rows by order code, in the order in which the codes first appear; rows of a code may lie apart.

    A blank code repeats the one above. A row whose code cannot be read is a group of its own, with the blank ones
    below it.
    """
    known: dict[str, int] = {}
    numbers = array("I", (known.setdefault(key, len(known)) for key in _codes(table, bound)))
    return Groups(numbers, len(known))


def _codes(table: AnyTable, bound: Bound) -> Iterator[str]:
    (place,) = bound.columns["code"].places
    own = bound.mapping.own_code
    above = ""
    for row in table.rows:
        found = table.cells(row)
        cell = found[place] if place < len(found) else ""
        if own:
            above = ""
        if cell:
            try:
                above = code_key(cells.plain(cell)) or above
            except CellError:
                above = f"unreadable in line {row.line}"
        above = above or f"none in line {row.line}"
        yield above


def by_subscription(table: AnyTable, bound: Bound) -> Groups:
    """Group rows by our subscription number, else by the other system's; a row with neither repeats the row above."""
    known: dict[str, int] = {}
    keys = _subscription_keys(table, bound)
    numbers = array("I", (known.setdefault(key, len(known)) for key in keys))
    return Groups(numbers, len(known))


def _subscription_keys(table: AnyTable, bound: Bound) -> Iterator[str]:
    columns = [(field, bound.columns[field].places[0]) for field in bound.mapping.one_of if field in bound.columns]
    above = ""
    for row in table.rows:
        found = table.cells(row)
        for field, place in columns:
            cell = found[place] if place < len(found) else ""
            if cell.strip():
                above = f"{field} {_key(cell) or f'unreadable in line {row.line}'}"
                break
        above = above or f"none in line {row.line}"
        yield above


def _key(cell: str) -> str:
    try:
        return code_key(cells.plain(cell))
    except CellError:
        return ""
