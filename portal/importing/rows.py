"""Rows that belong together, read cell by cell; every problem is kept with its line and column. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from portal.importing import cells
from portal.importing.cells import CellError
from portal.importing.mapping import Bound, Column
from portal.importing.reader import Row, Table, fold

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    column: str
    reason: str


class RowsRefusedError(Exception):
    """None of these rows is taken."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class ParsedRow:
    line: int
    cells: list[str]


class Reading:
    """Of one group of rows. A cell that cannot be read becomes a problem and reads as blank."""

    def __init__(self, table: Table, bound: Bound, rows: Iterable[Row]) -> None:
        self.bound = bound
        self._problems: dict[Problem, None] = {}
        self.rows = [self._parse(table, row) for row in rows]

    @property
    def problems(self) -> list[Problem]:
        """In the order of the file."""
        return sorted(self._problems, key=lambda problem: problem.line)

    def has(self, field: str) -> bool:
        return field in self.bound.columns

    def refuse(self, line: int, field: str, reason: str) -> None:
        self._problems[Problem(line, self.bound.header(field), reason)] = None

    def text(self, row: ParsedRow, field: str) -> str:
        """The cell, or several joined with a space; a mapping's fixed text where there is nothing."""
        column = self.bound.columns.get(field)
        return (self._cell(row, column) if column else "") or self.bound.mapping.fixed.get(field, "")

    def value(self, row: ParsedRow, field: str, read: Callable[[str], T]) -> T | None:
        """None: blank, or refused."""
        text = self.text(row, field)
        return self.converted(row.line, field, text, read) if text else None

    def converted(self, line: int, field: str, text: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(text)
        except CellError as error:
            self.refuse(line, field, error.reason)
            return None

    def word(self, field: str) -> Callable[[str], str]:
        """Reads the channel's words for a field; a word that is not in the mapping is refused, not guessed."""
        table = self.bound.mapping.words[field]

        def read(text: str) -> str:
            if fold(text) not in table:
                raise CellError(f"「{text[:20]}」は読めない言葉です。使える言葉: {'、'.join(table)}。")
            return table[fold(text)]

        return read

    def common(self, field: str) -> tuple[int, str]:
        """(line, text) of what all rows say: said once and blank later, or the same on each."""
        line, said = self.rows[0].line, ""
        for row in self.rows:
            text = self.text(row, field)
            if not said:
                line, said = row.line, text
            elif text and text != said:
                self.refuse(row.line, field, different(line))
        return line, said

    def finish(self) -> None:
        """RowsRefusedError: there were problems."""
        if self._problems:
            raise RowsRefusedError(self.problems)

    def _cell(self, row: ParsedRow, column: Column) -> str:
        try:
            if len(column.places) == 1:
                return cells.plain(row.cells[column.places[0]])
            return " ".join(filter(None, (cells.plain(row.cells[place]) for place in column.places)))
        except CellError as error:
            self._problems[Problem(row.line, column.header, error.reason)] = None
            return ""

    def _parse(self, table: Table, row: Row) -> ParsedRow:
        found = table.cells(row)
        width = len(table.header)
        if any(cell.strip() for cell in found[width:]):
            counted = f"見出しは{width}列、この行は{len(found)}列です"
            self._problems[
                Problem(row.line, "", f"見出しより列が多くあります（{counted}）。「,」の数を確かめてください。")
            ] = None
        # Spreadsheets leave out blank cells at the end of a line.
        return ParsedRow(row.line, found + [""] * (width - len(found)))


def different(line: int) -> str:
    return f"{line}行目と内容が違います。同じものを指す行には同じ内容を入れるか、2行目からは空けてください。"
