"""Reading of rows that belong together, cell by cell; every problem is kept with its line and column."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeVar

from portal.importing.reading.cells import CellError, plain
from portal.importing.reading.joining import AnyTable
from portal.importing.reading.mapping import AMOUNTS, JOINED_BY, SAID_ONCE, SUM, TRANSLATED, Bound, Column
from portal.importing.reading.reader import Row, fold, spoken
from portal.orders.rules.codes import code_key, spelled

T = TypeVar("T")

MINUS = "-−▲△"
_POINT_ZERO = re.compile(r"\.0+$")


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    column: str
    reason: str
    value: str = ""
    """Text of the cell."""


class RowsRefusedError(Exception):
    """Refusal of a group of rows: none of them is taken."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class ParsedRow:
    line: int
    texts: dict[str, str]
    """Field → text of its cell; blank cells are left out."""


class Reading:
    """The reading of one group of rows. A cell that cannot be read becomes a problem and reads as blank."""

    def __init__(self, table: AnyTable, bound: Bound, rows: Iterable[Row]) -> None:
        self.bound = bound
        self._table = table
        self._problems: dict[Problem, None] = {}
        self.rows: list[ParsedRow] = []
        self.rows = [self.parse(row) for row in rows]

    @property
    def problems(self) -> list[Problem]:
        """Return the problems in the order of the file."""
        return sorted(self._problems, key=lambda problem: problem.line)

    def has(self, field: str) -> bool:
        """Tell whether the field is known: from a column, its own or one of amounts, or as one value for every row."""
        mapping = self.bound.mapping
        return field in self.bound.columns or field in mapping.fixed or field in mapping.signed.values()

    def is_spoiled(self, row: ParsedRow) -> bool:
        """Tell whether a cell of this row was refused already; what it leaves blank is then no further problem."""
        return any(problem.line == row.line for problem in self._problems)

    def is_blank(self, row: ParsedRow, field: str) -> bool:
        """Tell whether the row says nothing; a cell that was refused says something."""
        return not row.texts.get(field) and not self._is_refused(row.line, field)

    def is_nowhere(self, field: str) -> bool:
        return all(self.is_blank(row, field) for row in self.rows)

    def _is_refused(self, line: int, field: str) -> bool:
        header = self.bound.header(field)
        return any(problem.line == line and problem.column == header for problem in self._problems)

    def refuse_other_case(self, field: str) -> None:
        """Refuse codes that differ from one above only in case: here they are one, in the file they may be two."""
        known: dict[str, tuple[int, str]] = {}
        for row in self.rows:
            text = row.texts.get(field, "")
            line, first = known.setdefault(code_key(text), (row.line, text))
            if text != first and spelled(text) != spelled(first):
                self.refuse(row.line, field, other_case(line, first))

    def refuse(self, line: int, field: str, reason: str) -> None:
        value = next((row.texts.get(field, "") for row in self.rows if row.line == line), "")
        self._problems[Problem(line, self.bound.header(field), reason, value.replace(SUM, " ＋ "))] = None

    def value(self, row: ParsedRow, field: str, read: Callable[[str], T]) -> T | None:
        """Return the value of the cell, or None if it is blank or refused."""
        text = row.texts.get(field)
        return self.converted(row.line, field, text, read) if text else None

    def converted(self, line: int, field: str, text: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(text)
        except CellError as error:
            self.refuse(line, field, error.reason)
            return None

    def knows(self, field: str, text: str) -> bool:
        """Tell whether the mapping says what a word of the field means."""
        return fold(text) in self.bound.mapping.words.get(field, {})

    def word(self, field: str) -> Callable[[str], str]:
        """Return a reader of the channel's words for a field; unknown words are refused or passed over, not guessed."""
        table = self.bound.mapping.words.get(field, {})
        lenient = field in self.bound.mapping.lenient

        def read(text: str) -> str:
            if fold(text) not in table:
                if lenient:
                    return ""
                raise CellError(f"「{text[:20]}」は読めない言葉です。使える言葉: {'、'.join(table)}。")
            return table[fold(text)]

        return read

    def common(self, field: str) -> tuple[int, str]:
        """Return (line, text) of what all rows say, once or on each. A row that differs is a problem, unless blank."""
        line, said = self.rows[0].line, ""
        for row in self.rows:
            text = row.texts.get(field)
            if not text or text == said:
                continue
            if said and field not in self.bound.mapping.first:
                self.refuse(row.line, field, different(line))
            elif not said:
                line, said = row.line, text
        return line, said

    def finish(self) -> None:
        """Raise RowsRefusedError if there were problems."""
        if self._problems:
            raise RowsRefusedError(self.problems)

    def parse(self, row: Row) -> ParsedRow:
        found = self._table.cells(row)
        width = len(self._table.header)
        if len(found) > width and any(cell.strip() for cell in found[width:]):
            counted = f"見出しは{width}列、この行は{len(found)}列です"
            reason = f"見出しより列が多くあります（{counted}）。「,」の数を確かめてください。"
            self._problems[Problem(row.line, "", reason)] = None
        # Spreadsheets leave out blank cells at the end of a line.
        found += [""] * (width - len(found))
        self._void(found)
        texts = dict(self.bound.mapping.fixed)
        try:
            for field, place in self.bound.simple:
                if (cell := found[place]) and (text := plain(cell)):
                    texts[field] = text
        except CellError:
            # Rare: read the row once more and collect every problem.
            self._parse_spoiled(row, found, texts)
        for column in self.bound.special:
            try:
                text = self._special(column, found)
            except CellError as error:
                value = " ＋ ".join(found[place] for place in column.places)
                self._problems[Problem(row.line, column.header, error.reason, value)] = None
                continue
            if text:
                texts[column.field] = text
        if self.bound.mapping.signed:
            self._part_by_sign(texts)
        return ParsedRow(row.line, texts)

    def _part_by_sign(self, texts: dict[str, str]) -> None:
        for own, below_zero in self.bound.mapping.signed.items():
            if texts.get(own, "").startswith(tuple(MINUS)):
                texts[below_zero] = texts.pop(own).lstrip(MINUS)

    def _void(self, found: list[str]) -> None:
        for amount, said in self.bound.voids.items():
            if found[said].strip().upper() == "Y":
                found[amount] = "0"

    def _parse_spoiled(self, row: Row, found: Sequence[str], texts: dict[str, str]) -> None:
        for field, place in self.bound.simple:
            try:
                text = plain(found[place])
            except CellError as error:
                header = self.bound.columns[field].header
                self._problems[Problem(row.line, header, error.reason, found[place])] = None
            else:
                if text:
                    texts[field] = text

    def _special(self, column: Column, found: Sequence[str]) -> str:
        mapping, field = self.bound.mapping, column.field
        parts = [self._part(field, found, place) for place in column.places]
        if field in SAID_ONCE:
            parts = list(dict.fromkeys(parts))
        text = JOINED_BY.get(field, " ").join(filter(None, parts))
        if not text and column.otherwise is not None:
            text = self._cell(field, found[column.otherwise])
        return mapping.words[field].get(fold(text), text) if field in TRANSLATED and field in mapping.words else text

    def _part(self, field: str, found: Sequence[str], place: int) -> str:
        if any(found[other].strip() for other in self.bound.instead.get(place, ())):
            return ""
        text = self._cell(field, found[place])
        titles = self.bound.titles.get(place)
        return text if titles is None else _titled(found[titles], text)

    def _cell(self, field: str, cell: str) -> str:
        mapping = self.bound.mapping
        text = plain(cell)
        if text in mapping.blanks:
            return ""
        if field in mapping.minus:
            text = text.lstrip(MINUS)
        return _POINT_ZERO.sub("", text) if mapping.decimals and field in AMOUNTS else text


def _titled(titles: str, values: str) -> str:
    """Put its title before each of several values separated by ";": 色;サイズ and 赤;M are 色:赤 サイズ:M."""
    named = zip_longest(titles.split(";"), values.split(";"), fillvalue="")
    pairs = [(title.strip(), value.strip()) for title, value in named]
    return " ".join(f"{title}:{value}" if title else value for title, value in pairs if value)


def other_case(line: int, first: str) -> str:
    return (
        f"{spoken(line)}の「{first}」と、大文字・小文字だけが違います。ここでは同じものになるため、どちらも取り込みません。"
        "同じものなら、書き方をそろえてください。"
    )


def different(line: int) -> str:
    return f"{spoken(line)}と内容が違います。同じものを指す行には同じ内容を入れるか、2行目からは空けてください。"
