"""Which rows of a file belong together. Pure."""

from collections.abc import Iterator

from portal.importing import cells
from portal.importing.cells import CellError
from portal.importing.mapping import Bound
from portal.importing.reader import Row, Table
from portal.orders.codes import code_key


def by_order(table: Table, bound: Bound) -> list[list[Row]]:
    """In the order in which the codes first appear; rows of a code may lie apart. A blank code repeats the one above.

    A row whose code cannot be read is on its own, together with the blank ones below it.
    """
    groups: dict[str, list[Row]] = {}
    for key, row in _keyed(table, bound):
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _keyed(table: Table, bound: Bound) -> Iterator[tuple[str, Row]]:
    (place,) = bound.columns["code"].places
    above = ""
    for row in table.rows:
        found = table.cells(row)
        cell = found[place] if place < len(found) else ""
        if cell:
            try:
                above = code_key(cells.plain(cell)) or above
            except CellError:
                above = f"unreadable in line {row.line}"
        above = above or f"none in line {row.line}"
        yield above, row
