"""The refused rows as a file with the same columns and encoding, and what is wrong in front of each row.

Once mended it can be imported again as it is: no mapping reads the columns in front. A cell that a spreadsheet would
compute gets a ' in front, which the import of such a file takes off again.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.importing.applying.history import Outcome
from portal.importing.reading.joining import AnyTable
from portal.importing.reading.reader import FRONT, SECOND, Table, fold
from portal.models import ImportRow
from portal.values.csv_text import harmless, protected

Reasons = Mapping[int, Sequence[tuple[str, str]]]
"""Line → (column, reason) of each of its problems."""


def reasons_of(session: Session, run_id: UUID) -> Reasons:
    found: dict[int, list[tuple[str, str]]] = {}
    rows = select(ImportRow.line, ImportRow.column, ImportRow.reason).where(
        ImportRow.run_id == run_id, ImportRow.outcome == Outcome.REFUSED
    )
    for line, column, reason in session.execute(rows.order_by(ImportRow.line, ImportRow.id)):
        found.setdefault(line, []).append((column, reason))
    return found


def tables_of(table: AnyTable) -> list[Table]:
    return [table] if isinstance(table, Table) else [table.orders, table.items]


def write(table: Table, reasons: Reasons, to: BinaryIO) -> None:
    codec = "cp932" if table.encoding == "cp932" else "utf-8"
    if table.encoding == "utf-8-sig":
        to.write(codecs.BOM_UTF8)
    # Python's decoder knows letters of CP932 that its encoder writes otherwise; none is lost.
    text = io.TextIOWrapper(to, codec, errors="replace", newline="", write_through=True)
    rows = csv.writer(text, delimiter=table.delimiter, lineterminator="\r\n")
    own = _own_places(table.header)
    rows.writerow([*FRONT, *(table.header[place] for place in own)])
    for row in table.rows:
        if row.line in reasons:
            cells = [protected(cell) for cell in table.cells(row)]
            kept = [cells[place] for place in own if place < len(cells)] + cells[len(table.header) :]
            rows.writerow([*_front(row.line, reasons[row.line]), *kept])
    text.detach()


def _own_places(header: Sequence[str]) -> list[int]:
    """Return the places of the file's own columns, without those that an earlier file of this kind put in front."""
    ours = {fold(name) for name in FRONT}
    return [place for place, name in enumerate(header) if fold(name) not in ours]


def _front(line: int, found: Iterable[tuple[str, str]]) -> list[str]:
    columns = " / ".join(dict.fromkeys(column for column, _ in found if column))
    words = " / ".join(dict.fromkeys(f"{column}: {reason}" if column else reason for column, reason in found))
    return [str(line % SECOND), harmless(columns), harmless(words)]
