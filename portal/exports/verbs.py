"""Requesting an export, downloading it, and its expiry."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.exports.kinds import KINDS
from portal.models import Export, Shop
from portal.models.upsert import insert_if_absent
from portal.ports import DocumentStore
from portal.values.csv_text import Encoding
from portal.values.dates import tokyo_date

KEPT = timedelta(days=7)
"""Time after which the file is deleted: it holds personal data, and anyone who needs it again can request it again."""


def request(
    session: Session,
    *,
    shop: Shop,
    kind: str,
    question: Mapping[str, Any],
    encoding: Encoding,
    once_key: UUID,
    actor: str,
    now: datetime,
) -> Export:
    """Request an export. `once_key` identifies the form: sent twice, it makes one export."""
    assert kind in KINDS
    row = {
        "shop_id": shop.id,
        "kind": kind,
        "question": dict(question),
        "encoding": encoding.value,
        "once_key": str(once_key),
        "actor": actor,
        "next_try_at": now,
        "requested_at": now,
    }
    is_new = insert_if_absent(session, Export, row, ["shop_id", "once_key"])
    export = session.scalars(select(Export).filter_by(shop_id=shop.id, once_key=str(once_key))).one()
    if is_new:
        _record(session, export, "export.requested", actor, now, {"kind": kind, "encoding": encoding.value})
    return export


def note_download(session: Session, export: Export, *, actor: str, now: datetime) -> None:
    _record(session, export, "export.downloaded", actor, now, {"rows": export.done})


def content(export: Export, store: DocumentStore) -> Iterator[bytes]:
    """Return the bytes of the file part by part; reading raises KeyError if the file expired meanwhile."""
    return (store.get(key) for key in export.parts)


def file_name(export: Export) -> str:
    return f"{KINDS[export.kind].file_name}_{tokyo_date(export.requested_at):%Y%m%d}.csv"


def expires_at(export: Export) -> datetime | None:
    """Return when the file will be deleted, or None if it is not written yet."""
    return export.finished_at + KEPT if export.finished_at else None


def expire(session: Session, store: DocumentStore, now: datetime, *, limit: int = 50) -> int:
    """Delete old files and return how many; the record of who requested which kind of file stays."""
    old = select(Export).where(Export.state.in_(("done", "failed")), Export.finished_at <= now - KEPT)
    exports = session.scalars(old.limit(limit).with_for_update(skip_locked=True)).all()
    for export in exports:
        for key in export.parts:
            store.delete(key)
        export.parts = []
        export.question = {}
        export.state = "expired"
    return len(exports)


def _record(
    session: Session, export: Export, action: str, actor: str, now: datetime, values: Mapping[str, object]
) -> None:
    audit.record_about(
        session, export, action, {name: (None, value) for name, value in values.items()}, actor=actor, now=now
    )
