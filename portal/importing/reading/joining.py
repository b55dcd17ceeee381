"""Two files of one channel, orders and their lines, as one table; each row fills the columns of its own file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from portal.importing.reading.mapping import ColumnMapping, Places, names_without_header
from portal.importing.reading.reader import (
    SECOND,
    FileRefusedError,
    Row,
    RowSequence,
    Table,
    fold,
    read_head,
    read_table,
)


class _Both(RowSequence):
    def __init__(self, first: Sequence[Row], second: Sequence[Row]) -> None:
        self._first, self._second = first, second

    def __len__(self) -> int:
        return len(self._first) + len(self._second)

    def row_at(self, at: int) -> Row:
        return self._first[at] if at < len(self._first) else self._second[at - len(self._first)]


@dataclass(frozen=True)
class Joined:
    """Table of orders and table of lines as one; columns with the same name are one column."""

    encoding: str
    header: tuple[str, ...]
    rows: Sequence[Row]
    orders: Table
    items: Table
    places: tuple[int, ...]
    """Places of the columns of `items` in `header`."""

    def cells(self, row: Row) -> list[str]:
        blank = [""] * len(self.header)
        if row.line < SECOND:
            found, places = self.orders.cells(row), tuple(range(len(self.orders.header)))
        else:
            found, places = self.items.cells(row), self.places
        for place, cell in zip(places, found, strict=False):
            blank[place] = cell
        # Cells beyond the file's own header stay beyond the joined one, so that they are found to be too many.
        return blank + found[len(places) :]


AnyTable = Table | Joined


def read_files(sources: Sequence[BinaryIO], mapping: ColumnMapping, *, first_rows: int | None = None) -> AnyTable:
    """Read one file, or a pair of orders and lines; at most `first_rows` rows of each.

    Raise FileRefusedError as `read_table` does, and if two files are no such pair.
    """
    if len(sources) == 1:
        return read_table(sources[0], partial(names_without_header, mapping), first_rows=first_rows)
    first, second = sources
    if _has_lines(read_head(first).header, mapping):
        first, second = second, first
    orders = read_table(first, first_rows=first_rows)
    return _join(orders, read_table(second, second=True, first_rows=first_rows), mapping)


def header_of(headers: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the header of one file as it is, or of two files with columns of the same name as one."""
    if len(headers) == 1:
        return tuple(headers[0])
    names: dict[str, str] = {}
    for header in headers:
        for name in header:
            names.setdefault(fold(name), name)
    return tuple(names.values())


def _has_lines(header: Sequence[str], mapping: ColumnMapping) -> bool:
    return bool(Places(header).present(mapping.fields.get("name", ())))


def _join(orders: Table, items: Table, mapping: ColumnMapping) -> Joined:
    codes = [Places(table.header).present(mapping.fields["code"]) for table in (orders, items)]
    if _has_lines(orders.header, mapping) or not _has_lines(items.header, mapping):
        raise FileRefusedError("2つのファイルは、注文のファイルと商品（明細）のファイルを1つずつ選んでください。")
    if not all(codes) or [fold(name) for name in codes[0]] != [fold(name) for name in codes[1]]:
        raise FileRefusedError("2つのファイルをつなぐ注文番号の列が、両方のファイルに同じ名前で必要です。")
    header, places = list(orders.header), []
    free = {fold(name): place for place, name in reversed(list(enumerate(header)))}
    for name in items.header:
        shared = free.pop(fold(name), None)
        places.append(len(header) if shared is None else shared)
        if shared is None:
            header.append(name)
    encoding = orders.encoding if orders.encoding == items.encoding else f"{orders.encoding}, {items.encoding}"
    return Joined(encoding, tuple(header), _Both(orders.rows, items.rows), orders, items, tuple(places))
