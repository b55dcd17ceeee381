"""Writing the audit trail: one call beside each change, in its transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.models import AuditEntry, AuditValue
from portal.models.base import new_id

Change = tuple[object, object]
"""(before, after)"""


def record(
    session: Session,
    *,
    shop_id: UUID,
    actor: str,
    action: str,
    subject: tuple[str, UUID],
    now: datetime,
    changes: Mapping[str, Change] | None = None,
) -> None:
    """`action` is noun.verb (receipt.issued); `changes` may hold personal data, which is kept erasable."""
    changed = {field: pair for field, pair in (changes or {}).items() if pair[0] != pair[1]}
    entry_id = new_id()
    session.add(
        AuditEntry(
            id=entry_id,
            shop_id=shop_id,
            at=now,
            actor=actor,
            action=action,
            subject_type=subject[0],
            subject_id=subject[1],
            fields=sorted(changed),
        )
    )
    session.flush()
    session.add_all(
        AuditValue(shop_id=shop_id, entry_id=entry_id, field=field, before=_text(before), after=_text(after))
        for field, (before, after) in changed.items()
    )


def record_many(
    session: Session,
    *,
    shop_id: UUID,
    actor: str,
    action: str,
    subject_type: str,
    subjects: Sequence[UUID],
    now: datetime,
) -> None:
    """The same thing happened to all of these, and no value changed (they were created, say)."""
    if subjects:
        entry = {"shop_id": shop_id, "at": now, "actor": actor, "action": action, "subject_type": subject_type}
        rows = [{**entry, "id": new_id(), "subject_id": subject, "fields": []} for subject in subjects]
        session.execute(insert(AuditEntry.__table__), rows)  # type: ignore[arg-type]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
