"""The name of a line of goods: the product and, where the channel has columns for it, what the buyer chose."""

from functools import partial

from portal.importing.reading import cells
from portal.importing.reading.rows import ParsedRow, Reading
from portal.models import OrderLine
from portal.models.base import room

LONGEST = room(OrderLine, "name")
_CUT = "…"
_WHOLE = partial(cells.one_line, longest=LONGEST)


def line_name(reading: Reading, row: ParsedRow) -> str | None:
    """Return the name; long choices are cut, since nobody can shorten them in the channel's own file."""
    column = reading.bound.columns.get("name")
    return reading.value(row, "name", _shortened if column and len(column.places) > 1 else _WHOLE)


def is_cut(name: str) -> bool:
    return len(name) == LONGEST and name.endswith(_CUT)


def _shortened(text: str) -> str:
    name = cells.one_line(text, len(text))
    return name if len(name) <= LONGEST else name[: LONGEST - len(_CUT)] + _CUT
