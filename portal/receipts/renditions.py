"""PDFs from frozen documents: asked for in a transaction, made outside of one, stored once.

A row is the truth; a job is only a nudge. The digest of the document names the row, so the same content is
rendered once, and `sha256` is set by compare-and-set, so two workers cannot store two different files.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.models import Rendition, Shop
from portal.models.upsert import insert_if_absent
from portal.ports import DocumentStore, Renderer
from portal.receipts.wording import file_name

MAX_ATTEMPTS = 10
NUDGE_LOST_AFTER = timedelta(seconds=20)
"""A row that no worker has stored by then is taken up by the sweep."""


def digest(document: Mapping[str, Any]) -> str:
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def request(session: Session, *, shop_id: UUID, kind: str, document: Mapping[str, Any], now: datetime) -> Rendition:
    """The row of this very content, made if there is none; safe to call at the same moment twice."""
    key = {"shop_id": shop_id, "kind": kind, "digest": digest(document)}
    insert_if_absent(session, Rendition, {**key, "document": dict(document), "requested_at": now}, list(key))
    return session.scalars(select(Rendition).filter_by(**key)).one()


def store_key(rendition: Rendition, sha256: str) -> str:
    """Holds the digest of the bytes: two workers' files lie side by side until one of them is the stored one."""
    return f"{rendition.shop_id.hex}/{rendition.kind}/{rendition.id.hex}-{sha256[:16]}.pdf"


def content(rendition: Rendition, store: DocumentStore) -> bytes:
    """The stored bytes. Raises LookupError while there are none."""
    if rendition.sha256 is None:
        raise LookupError(f"rendition {rendition.id} is not stored yet")
    return store.get(store_key(rendition, rendition.sha256))


def attachment_name(rendition: Rendition) -> str:
    """File name of a receipt that is sent by mail."""
    document = rendition.document
    on = document["transaction_on"] or document["issued_on"]
    return file_name(date.fromisoformat(on), document["addressee"], document["amount"])


def make(
    begin: Callable[[], Session],
    rendition_id: UUID,
    *,
    renderer: Renderer,
    store: DocumentStore,
    clock: Callable[[], datetime],
) -> bool:
    """Render and store; True when this call stored it. Holds no transaction while it renders.

    An exception of the renderer is written to the row and raised: the sweep tries again, up to MAX_ATTEMPTS.
    """
    with begin() as session, session.begin():
        rendition = session.get_one(Rendition, rendition_id)
        if rendition.stored_at is not None:
            return False
        rendition.attempts += 1
        shop = session.get_one(Shop, rendition.shop_id)
        keys = {"logo": shop.logo_key, "seal": shop.seal_key}
    try:
        images = {name: store.get(key) for name, key in keys.items() if key}
        made = renderer.render(rendition.kind, rendition.document, images)
        sha256 = hashlib.sha256(made).hexdigest()
        store.put(store_key(rendition, sha256), made)
    except Exception as error:
        with begin() as session, session.begin():
            session.execute(
                update(Rendition)
                .where(Rendition.id == rendition_id)
                .values(failure=f"{type(error).__name__}: {error}"[:300])
            )
        raise
    with begin() as session, session.begin():
        stored = session.execute(
            update(Rendition)
            .where(Rendition.id == rendition_id, Rendition.sha256.is_(None))
            .values(sha256=sha256, size=len(made), stored_at=clock(), failure="")
            .returning(Rendition.id)
        ).one_or_none()
        standing = session.get_one(Rendition, rendition_id, populate_existing=True).sha256
    if stored is None and standing != sha256:
        store.delete(store_key(rendition, sha256))
    return stored is not None


def left_out(session: Session, now: datetime, *, limit: int = 50) -> list[UUID]:
    """Rows whose nudge was lost or whose worker died, oldest first."""
    return list(
        session.scalars(
            select(Rendition.id)
            .where(
                Rendition.stored_at.is_(None),
                Rendition.attempts < MAX_ATTEMPTS,
                Rendition.requested_at < now - NUDGE_LOST_AFTER,
            )
            .order_by(Rendition.requested_at)
            .limit(limit)
        )
    )
