"""Rows that belong together, read cell by cell; every problem is kept with its line and column. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from portal.importing.cells import CellError, plain
from portal.importing.mapping import Bound
from portal.importing.reader import Row, Table, fold
from portal.models import Base

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
    texts: dict[str, str]
    """Field → what its cell says; blank ones are not here."""


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

    def is_spoiled(self, row: ParsedRow) -> bool:
        """Whether a cell of this row was refused already; what it leaves blank is then no further problem."""
        return any(problem.line == row.line for problem in self._problems)

    def refuse(self, line: int, field: str, reason: str) -> None:
        self._problems[Problem(line, self.bound.header(field), reason)] = None

    def value(self, row: ParsedRow, field: str, read: Callable[[str], T]) -> T | None:
        """None: blank, or refused."""
        text = row.texts.get(field)
        return self.converted(row.line, field, text, read) if text else None

    def converted(self, line: int, field: str, text: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(text)
        except CellError as error:
            self.refuse(line, field, error.reason)
            return None

    def word(self, field: str) -> Callable[[str], str]:
        """Reads the channel's words for a field; a word that is not in the mapping is refused, not guessed."""
        table = self.bound.mapping.words.get(field, {})

        def read(text: str) -> str:
            if fold(text) not in table:
                raise CellError(f"「{text[:20]}」は読めない言葉です。使える言葉: {'、'.join(table)}。")
            return table[fold(text)]

        return read

    def common(self, field: str) -> tuple[int, str]:
        """(line, text) of what all rows say: said once and blank later, or the same on each."""
        line, said = self.rows[0].line, ""
        for row in self.rows:
            text = row.texts.get(field)
            if not text or text == said:
                continue
            if said:
                self.refuse(row.line, field, different(line))
            else:
                line, said = row.line, text
        return line, said

    def finish(self) -> None:
        """RowsRefusedError: there were problems."""
        if self._problems:
            raise RowsRefusedError(self.problems)

    def _parse(self, table: Table, row: Row) -> ParsedRow:
        found = table.cells(row)
        width = len(table.header)
        if len(found) > width and any(cell.strip() for cell in found[width:]):
            counted = f"見出しは{width}列、この行は{len(found)}列です"
            reason = f"見出しより列が多くあります（{counted}）。「,」の数を確かめてください。"
            self._problems[Problem(row.line, "", reason)] = None
        # Spreadsheets leave out blank cells at the end of a line.
        found += [""] * (width - len(found))
        texts = dict(self.bound.mapping.fixed)
        for field, column in self.bound.columns.items():
            try:
                if len(column.places) == 1:
                    cell = found[column.places[0]]
                    text = plain(cell) if cell else ""
                else:
                    text = " ".join(filter(None, [plain(found[place]) for place in column.places]))
            except CellError as error:
                self._problems[Problem(row.line, column.header, error.reason)] = None
                continue
            if text:
                texts[field] = text
        return ParsedRow(row.line, texts)


def room(model: type[Base], column: str) -> int:
    """How many letters fit: PostgreSQL refuses more, and SQLite says nothing."""
    length: int = model.__table__.c[column].type.length  # type: ignore[attr-defined]
    return length


def different(line: int) -> str:
    return f"{line}行目と内容が違います。同じものを指す行には同じ内容を入れるか、2行目からは空けてください。"
