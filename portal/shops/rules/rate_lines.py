"""Reading of pasted lines `code,rate` into the product → rate table."""

import csv
import io
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from portal.values.inkless import clean

LONGEST_CODE = 100
MOST_LINES = 5_000


class LineProblem(StrEnum):
    SHAPE = "shape"
    """A line that is not a code and a rate."""
    CODE = "code"
    """A code that is too long."""
    RATE = "rate"
    """A rate that today's law does not have."""
    TWICE = "twice"
    """A code that stands above with another rate."""
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class WrongLine:
    number: int
    """Number of the line, from 1."""
    text: str
    problem: LineProblem


def read(text: str, allowed: Collection[int]) -> tuple[dict[str, int], list[WrongLine]]:
    """Read lines separated by comma or tab, as a spreadsheet copies them. Return the rates and the wrong lines.

    8, 8% and ８％ are the same; a heading line is skipped.
    """
    rates: dict[str, int] = {}
    wrong: list[WrongLine] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not clean(line) or (number == 1 and _is_heading(line)):
            continue
        if len(rates) >= MOST_LINES:
            return rates, [*wrong, WrongLine(number, clean(line), LineProblem.TOO_MANY)]
        found = _read_line(line, allowed)
        if isinstance(found, LineProblem):
            wrong.append(WrongLine(number, clean(line), found))
        elif rates.setdefault(*found) != found[1]:
            wrong.append(WrongLine(number, clean(line), LineProblem.TWICE))
    return rates, wrong


def read_rate(text: str) -> int | None:
    """Read '8', '8%' or '８％' as 8. Return None if it is no whole percent."""
    found = re.fullmatch(r"([0-9]{1,2})(?:\.0+)?%?", unicodedata.normalize("NFKC", text).strip())
    return int(found[1]) if found else None


def _read_line(line: str, allowed: Collection[int]) -> tuple[str, int] | LineProblem:
    cells = _cells(line)
    rate = read_rate(cells[1]) if len(cells) == 2 else None
    if rate is None or not cells[0]:
        return LineProblem.SHAPE
    if len(cells[0]) > LONGEST_CODE:
        return LineProblem.CODE
    return (cells[0], rate) if rate in allowed else LineProblem.RATE


def _cells(line: str) -> list[str]:
    separator = "\t" if "\t" in line else ","
    plain = line if separator in line else unicodedata.normalize("NFKC", line).replace("、", ",")
    row = next(csv.reader(io.StringIO(plain), delimiter=separator), [])
    cells = [clean(cell) for cell in row]
    while len(cells) > 2 and not cells[-1]:
        cells.pop()
    return cells


def _is_heading(line: str) -> bool:
    cells = _cells(line)
    return len(cells) == 2 and not any(char.isdecimal() for char in cells[1])
