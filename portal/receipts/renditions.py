"""PDFs from frozen documents: requested in a transaction, rendered outside of one, stored once.

The row is the truth and a job only starts the work sooner. The digest of the document identifies the row, so the same
content is rendered once; `sha256` is set by compare-and-set, so two workers cannot store two different files.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.models import Rendition
from portal.models.upsert import insert_if_absent
from portal.ports import DocumentStore, Renderer

CLAIM_LASTS = timedelta(minutes=2)
"""Time a worker has for one PDF, longer than any render takes; after that another worker may take over."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (0.5, 1, 5, 30, 120))
"""Waits after the first, second … failure; the last one repeats. A receipt is never given up: its number is issued."""


def digest(document: Mapping[str, Any]) -> str:
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def request(
    session: Session,
    *,
    shop_id: UUID,
    order_id: UUID,
    kind: str,
    document: Mapping[str, Any],
    now: datetime,
    undated: Collection[str] = (),
) -> Rendition:
    """Return the row of this content, inserted if there is none; safe when called twice at the same moment.

    `undated`: fields of the document that do not make it another one.
    """
    content = {name: value for name, value in document.items() if name not in undated}
    key = {"shop_id": shop_id, "kind": kind, "digest": digest(content)}
    row = {**key, "order_id": order_id, "document": dict(document), "requested_at": now, "next_try_at": now}
    insert_if_absent(session, Rendition, row, list(key))
    return session.scalars(select(Rendition).filter_by(**key)).one()


def store_key(rendition: Rendition, sha256: str) -> str:
    """Name the file by the digest of its bytes, so that two workers' files do not overwrite each other."""
    return f"{rendition.shop_id.hex}/{rendition.kind}/{rendition.id.hex}-{sha256[:16]}.pdf"


def content(rendition: Rendition, store: DocumentStore) -> bytes:
    """Return the stored bytes. Raise LookupError if the PDF is not stored yet."""
    if rendition.sha256 is None:
        raise LookupError(f"rendition {rendition.id} is not stored yet")
    return store.get(store_key(rendition, rendition.sha256))


def is_waiting(rendition: Rendition, now: datetime) -> bool:
    """Return whether the PDF is neither stored nor claimed by a worker."""
    return rendition.stored_at is None and rendition.next_try_at <= now


def claim(session: Session, rendition_id: UUID, now: datetime) -> Rendition | None:
    """Claim the row for this worker, or return None if it is stored or another worker has it."""
    taken = session.execute(
        update(Rendition)
        .where(Rendition.id == rendition_id, Rendition.stored_at.is_(None), Rendition.next_try_at <= now)
        .values(attempts=Rendition.attempts + 1, next_try_at=now + CLAIM_LASTS)
        .returning(Rendition.id)
    ).one_or_none()
    return session.get_one(Rendition, rendition_id, populate_existing=True) if taken else None


def make(
    begin: Callable[[], Session],
    rendition_id: UUID,
    *,
    renderer: Renderer,
    store: DocumentStore,
    clock: Callable[[], datetime],
) -> bool:
    """Render and store the PDF; return whether this call stored it. Hold no transaction while rendering.

    An exception of renderer or store is noted on the row and raised: the sweep tries again later.
    """
    with begin() as session, session.begin():
        rendition = claim(session, rendition_id, clock())
    if rendition is None:
        return False
    try:
        made = renderer.render(rendition.kind, rendition.document, pictures(rendition, store))
        sha256 = hashlib.sha256(made).hexdigest()
        store.put(store_key(rendition, sha256), made)
    except Exception as error:
        with begin() as session, session.begin():
            pause = PAUSES[min(rendition.attempts, len(PAUSES)) - 1]
            note = {"failure": type(error).__name__, "next_try_at": clock() + pause}
            session.execute(update(Rendition).where(Rendition.id == rendition_id).values(note))
        raise
    with begin() as session, session.begin():
        return keep(session, rendition, sha256, len(made), store, clock())


def pictures(rendition: Rendition, store: DocumentStore) -> dict[str, bytes]:
    """Load the logo and seal that the frozen document names by their keys in the store."""
    issuer = rendition.document["issuer"]
    return {key: store.get(key) for key in (issuer["logo"], issuer["seal"]) if key}


def keep(session: Session, rendition: Rendition, sha256: str, size: int, store: DocumentStore, now: datetime) -> bool:
    """Record the file by compare-and-set and return whether this call did; delete the file if another one was first."""
    stored = session.execute(
        update(Rendition)
        .where(Rendition.id == rendition.id, Rendition.sha256.is_(None))
        .values(sha256=sha256, size=size, stored_at=now, failure="")
        .returning(Rendition.id)
    ).one_or_none()
    kept = session.get_one(Rendition, rendition.id, populate_existing=True).sha256
    if kept != sha256:
        store.delete(store_key(rendition, sha256))
    return stored is not None


def left_out(session: Session, now: datetime, *, limit: int = 50) -> list[UUID]:
    """List rows whose job was lost, whose worker died or that failed, the longest due first."""
    waiting = select(Rendition.id).where(Rendition.stored_at.is_(None), Rendition.next_try_at <= now)
    return list(session.scalars(waiting.order_by(Rendition.next_try_at).limit(limit)))


def delete(session: Session, rendition: Rendition, store: DocumentStore) -> None:
    """Delete the row and its file."""
    if rendition.sha256 is not None:
        store.delete(store_key(rendition, rendition.sha256))
    session.delete(rendition)
