"""Reading of a file into its header and rows; FileRefusedError tells why a file cannot be read at all.

Rows are located once and read again from the file when they are needed: a file of 200 MB takes some tens of MB of
memory. Reasons are sentences for the shop's staff: they stand in the import history and in the terminal as they are.
"""

import csv
import re
import unicodedata
from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import BinaryIO, overload

from portal.importing.reading.decoding import FileRefusedError, encoding_of, lines_of
from portal.values.csv_text import unprotected

__all__ = ["FileRefusedError", "Head", "Row", "Rows", "Table", "fold", "read_head", "read_table", "spoken"]

FRONT = ("元の行番号", "直す列", "取り込めなかった理由")
"""Columns in front of a file of refused rows, whose other cells are protected against being calculated."""
MAX_ROWS = 1_000_000
MAX_COLUMNS = 5_000
MAX_NAME = 500
"""Most characters in a column's name; what is longer is no header."""
MAX_CELL = 50_000
"""Most characters in a cell of data."""
SECOND = 1_000_000_000
"""Number from which the lines of the second of two files are counted, so that a line number tells the file."""

_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    """First physical line; the header is line 1. In the second file SECOND is added."""
    start: int
    """Position of the row's first byte."""
    size: int


class RowSequence(Sequence[Row], ABC):
    """Rows that are made when they are asked for."""

    @abstractmethod
    def row_at(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return [self.row_at(place) for place in range(*at.indices(len(self)))]
        return self.row_at(at)


class Rows(RowSequence):
    """Rows at sixteen bytes each."""

    def __init__(self, more: int = 0) -> None:
        self._more = more
        self._lines, self._starts, self._sizes = array("I"), array("Q"), array("I")

    def append(self, line: int, start: int, size: int) -> None:
        self._lines.append(line + self._more)
        self._starts.append(start)
        self._sizes.append(size)

    def __len__(self) -> int:
        return len(self._lines)

    def row_at(self, at: int) -> Row:
        return Row(self._lines[at], self._starts[at], self._sizes[at])


@dataclass(frozen=True)
class Head:
    """Encoding, delimiter and header of a file."""

    encoding: str
    """One of utf-8, utf-8-sig, cp932."""
    delimiter: str
    header: tuple[str, ...]
    """Column names as written, for people; `fold` them to compare."""


@dataclass(frozen=True)
class Table(Head):
    rows: Sequence[Row]
    source: BinaryIO

    def cells(self, row: Row) -> list[str]:
        self.source.seek(row.start)
        text = self.source.read(row.size).decode("cp932" if self.encoding == "cp932" else "utf-8")
        cells = next(csv.reader((text,), delimiter=self.delimiter, strict=True))
        return [unprotected(cell) for cell in cells] if self._is_of_refused_rows else cells

    @cached_property
    def _is_of_refused_rows(self) -> bool:
        return self.header[: len(FRONT)] == FRONT


def fold(header: str) -> str:
    """Return the header in a form to compare.

    Sources disagree on the width of letters and brackets and on spaces inside, and leave a BOM in front.
    """
    return _BLANKS.sub("", unicodedata.normalize("NFKC", header))


def spoken(line: int) -> str:
    """Return the line number in words; a line of the second file says that it is one."""
    return f"商品ファイルの{line - SECOND}行目" if line > SECOND else f"{line}行目"


Naming = Callable[[Sequence[str]], Sequence[str]]
"""Function that returns the names of a file's columns if its first row is one of data already, else nothing."""


def read_head(source: BinaryIO, naming: Naming = lambda first: ()) -> Head:
    """Read the header; what comes after the first row is not looked at as a table.

    Raise FileRefusedError if the file is empty or a header alone, not text or in another encoding.
    """
    return read_table(source, naming, first_rows=1)


def read_table(
    source: BinaryIO, naming: Naming = lambda first: (), *, second: bool = False, first_rows: int | None = None
) -> Table:
    """Read the header and locate the rows, at most `first_rows` of them.

    Raise FileRefusedError for what `read_head` refuses, and for torn quotes, an endless line, no rows or too many.
    """
    head, records = _begin(source, encoding_of(source), naming)
    rows = Rows(SECOND if second else 0)
    for (line, start, size), cells in records:
        if len(cells) > MAX_COLUMNS:
            raise FileRefusedError(f"{line}行目の列が多すぎます（{len(cells)}列）。{MAX_COLUMNS}列までにしてください。")
        if size > MAX_CELL and any(len(cell) > MAX_CELL for cell in cells):
            raise FileRefusedError(f"{line}行目のセルが長すぎます。1つのセルは{MAX_CELL}文字までにしてください。")
        if any(cell and not cell.isspace() for cell in cells):
            rows.append(line, start, size)
        if len(rows) == first_rows:
            break
        if len(rows) > MAX_ROWS:
            raise FileRefusedError(f"行が多すぎます（{MAX_ROWS // 10_000}万行まで）。ファイルを分けてください。")
    if not rows:
        raise FileRefusedError("見出しの行だけで、データの行がありません。")
    return Table(head.encoding, head.delimiter, head.header, rows, source)


Place = tuple[int, int, int]
"""(first line, position of the first byte, number of bytes)."""


def _begin(source: BinaryIO, encoding: str, naming: Naming) -> tuple[Head, Iterator[tuple[Place, list[str]]]]:
    delimiter = _delimiter(source, encoding)
    records = _records(source, encoding, delimiter)
    first = next(records, None)
    if first is None:
        raise FileRefusedError("ファイルに何も書かれていません。")
    header: Sequence[str] = first[1]
    if names := naming(header):
        header, records = names, chain([first], records)
    if len(header) > MAX_COLUMNS:
        raise FileRefusedError(f"列が多すぎます（{len(header)}列）。{MAX_COLUMNS}列までにしてください。")
    if any(len(cell) > MAX_NAME for cell in header):
        raise FileRefusedError(
            "1行目が見出しではありません（とても長いセルがあります）。列の名前を1行目に入れてください。"
        )
    return Head(encoding, delimiter, tuple(cell.strip() for cell in header)), records


def _delimiter(source: BinaryIO, encoding: str) -> str:
    first = next((text for _, _, text in lines_of(source, encoding) if text.strip("\r\n")), "")
    return "\t" if first.count("\t") > first.count(",") else ","


def _records(source: BinaryIO, encoding: str, delimiter: str) -> Iterator[tuple[Place, list[str]]]:
    """Yield every record with its place; quoted cells may hold line breaks."""
    taken: list[tuple[int, int]] = []

    def lines() -> Iterator[str]:
        for start, raw, text in lines_of(source, encoding):
            taken.append((start, len(raw)))
            yield text

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise FileRefusedError(
                f'{line}行目からの「"」の対応が正しくないか、1つのセルが長すぎて、行の区切りが分かりません。'
            ) from None
        if cells is None:
            return
        if cells:
            yield (line, taken[0][0], sum(size for _, size in taken)), cells
        taken.clear()
        line = reader.line_num + 1
