"""Which rows of a file belong together. Pure. Rows are named by their place in the table: a file has many."""

from collections.abc import Iterator, Sequence

from portal.importing import cells
from portal.importing.cells import CellError
from portal.importing.joining import AnyTable
from portal.importing.mapping import Bound
from portal.importing.rows import Reading
from portal.importing.shipment_rows import Identifying, Identity, identity_of
from portal.orders.codes import code_key

Groups = Sequence[Sequence[int]]


def by_order(table: AnyTable, bound: Bound) -> Groups:
    """In the order in which the codes first appear; rows of a code may lie apart. A blank code repeats the one above.

    A row whose code cannot be read is on its own, together with the blank ones below it.
    """
    groups: dict[str, list[int]] = {}
    for at, key in enumerate(_codes(table, bound)):
        groups.setdefault(key, []).append(at)
    return list(groups.values())


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


def by_parcel(table: AnyTable, bound: Bound) -> Groups:
    """Orders that share a parcel, or an order of one they share with, and so on; in the order of the file."""
    leaders: dict[str, str] = {}
    first: dict[Identity, str] = {}
    orders: dict[str, list[int]] = {}
    reading = Reading(table, bound.only("code", "external_number", "tracking_number"), ())
    identifying = Identifying(reading)
    for at, row in enumerate(table.rows):
        code, keys = identifying.of(reading.parse(row))
        order = code_key(code)
        orders.setdefault(order, []).append(at)
        leaders.setdefault(order, order)
        for key in keys:
            leaders[_leader(leaders, order)] = _leader(leaders, first.setdefault(identity_of(code, key), order))
    groups: dict[str, list[int]] = {}
    for code, rows in orders.items():
        groups.setdefault(_leader(leaders, code), []).extend(rows)
    return [sorted(rows) for rows in groups.values()]


def _leader(leaders: dict[str, str], code: str) -> str:
    while leaders[code] != code:
        leaders[code] = leaders[leaders[code]]
        code = leaders[code]
    return code
