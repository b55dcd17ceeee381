"""Writing the audit trail: one call beside each change, in its transaction."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

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


def _text(value: object) -> str | None:
    return None if value is None else str(value)
