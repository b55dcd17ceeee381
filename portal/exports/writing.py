"""Writing of an export by the worker: parts of the file one after the other, each stored before the next.

The row is the truth and a job only starts the work sooner. A worker that was killed left whole parts and the place
where they end, and another one continues there. If two workers write the same part, the first to store it wins.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.exports.kinds import KINDS
from portal.models import Export
from portal.ports import DocumentStore
from portal.values import csv_text
from portal.values.csv_text import Encoded, Encoding

PART = 2000
"""Rows in one part."""
SLICE = timedelta(seconds=5)
"""Time after which the worker turns to other waiting jobs (mails, a buyer's receipt) before it continues."""
CLAIM_LASTS = timedelta(minutes=2)
"""Time a worker has for one part, longer than it takes; after that another worker may take over."""
PAUSE = timedelta(minutes=1)
"""Wait after a failure."""
ATTEMPTS = 5
"""Claims without storing a part before the file is given up."""
AT_WORK = ("queued", "writing")


def carry_on(
    begin: Callable[[], Session], export_id: UUID, *, store: DocumentStore, clock: Callable[[], datetime]
) -> bool:
    """Write parts for a while and return whether there is more to do.

    An exception is noted on the row and raised: the sweep tries again later.
    """
    until = clock() + SLICE
    while _write_part(begin, export_id, store, clock):
        if clock() >= until:
            return True
    return False


def left_out(session: Session, now: datetime) -> list[UUID]:
    """List exports whose job was lost, whose worker died or that failed."""
    due = select(Export.id).where(Export.state.in_(AT_WORK), Export.next_try_at <= now)
    return list(session.scalars(due.order_by(Export.next_try_at).limit(100)))


def _write_part(
    begin: Callable[[], Session], export_id: UUID, store: DocumentStore, clock: Callable[[], datetime]
) -> bool:
    with begin() as session, session.begin():
        export = _claim(session, export_id, clock())
    if export is None:
        return False
    try:
        with begin() as session:
            kind = KINDS[export.kind]
            total = kind.total(session, export) if not export.parts else export.total
            rows, cursor = kind.chunk(session, export, PART)
        text = "".join(csv_text.line(row) for row in ([] if export.parts else [kind.header]) + rows)
        part = csv_text.encode(text, Encoding(export.encoding), first=not export.parts)
        key = _key(export, part)
        if part.content:
            store.put(key, part.content)
    except Exception:
        with begin() as session, session.begin():
            session.execute(update(Export).where(Export.id == export_id).values(next_try_at=clock() + PAUSE))
        raise
    finished = len(rows) < PART
    values = {
        "done": export.done + len(rows),
        "total": max(total, export.done + len(rows)),
        "cursor": cursor,
        "parts": [*export.parts, key] if part.content else export.parts,
        "size": export.size + len(part.content),
        "lost": export.lost + part.lost,
        "attempts": 0,
        "next_try_at": clock(),
        "state": "done" if finished else "writing",
        "finished_at": clock() if finished else None,
    }
    with begin() as session, session.begin():
        stands = _keep(session, export, values)
        if not stands and key not in session.get_one(Export, export_id, populate_existing=True).parts:
            store.delete(key)
    return stands and not finished


def _claim(session: Session, export_id: UUID, now: datetime) -> Export | None:
    """Claim the next part, or return None if the file is finished, given up, or with another worker."""
    taken = session.execute(
        update(Export)
        .where(Export.id == export_id, Export.state.in_(AT_WORK), Export.next_try_at <= now)
        .values(state="writing", attempts=Export.attempts + 1, next_try_at=now + CLAIM_LASTS)
        .returning(Export.attempts)
    ).one_or_none()
    if taken is None:
        return None
    export = session.get_one(Export, export_id, populate_existing=True)
    if export.attempts > ATTEMPTS:
        export.state = "failed"
        export.finished_at = now
        return None
    return export


def _keep(session: Session, export: Export, values: dict[str, object]) -> bool:
    """Record the part by compare-and-set on where it began; return whether this call did."""
    kept = session.execute(
        update(Export)
        .where(Export.id == export.id, Export.state == "writing", Export.done == export.done)
        .values(**values)
        .returning(Export.id)
    )
    return kept.one_or_none() is not None


def _key(export: Export, part: Encoded) -> str:
    """Name the part by the digest of its bytes, so that two workers' parts do not overwrite each other."""
    digest = hashlib.sha256(part.content).hexdigest()[:16]
    return f"{export.shop_id.hex}/export/{export.id.hex}-{len(export.parts)}-{digest}.csv"
