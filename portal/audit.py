"""Writing of the audit trail, beside each change in its transaction; and what changed since a form was opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, AuditValue, BuyerRequest, BuyerSession, ImportRun, OutboxMail, Shop, ShopMapping
from portal.models.base import Keyed, OfShop, new_id

Change = tuple[object, object]
"""(before, after)."""
NOUNS: Mapping[type[Keyed], str] = {
    BuyerRequest: "request",
    BuyerSession: "session",
    ImportRun: "import",
    OutboxMail: "mail",
    ShopMapping: "mapping",
}
"""Names of rows as subjects, where they differ from the name of the table."""
LOOKED_BACK = 100
"""Changes looked back on; a form that is older than so many is told of these only."""


class By(TypedDict):
    """Who does something, and when: what many verbs only hand on."""

    actor: str
    now: datetime


@dataclass(frozen=True)
class Meanwhile:
    """Somebody else's change since a form was opened."""

    actor: str
    at: datetime


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
    """Write an entry. `action` is noun.verb (receipt.issued); personal data in `changes` is kept erasable."""
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
    if changed:
        # A new subscription has sixty of them: as objects they would take longer than everything else.
        of_entry = {"shop_id": shop_id, "entry_id": entry_id}
        rows = [
            {**of_entry, "id": new_id(), "field": field, "before": _text(before), "after": _text(after)}
            for field, (before, after) in changed.items()
        ]
        session.execute(insert(AuditValue.__table__), rows)  # type: ignore[arg-type]


def record_about(
    session: Session,
    row: Shop | OfShop,
    action: str,
    changes: Mapping[str, Change] | None = None,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Write an entry about a row, under its shop; else like `record`."""
    record(
        session,
        shop_id=row.id if isinstance(row, Shop) else row.shop_id,
        actor=actor,
        action=action,
        subject=(NOUNS.get(type(row), row.__tablename__), row.id),
        now=now,
        changes=changes,
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
    """Write an entry for each subject: the same happened to all, and no value changed (say, they were created)."""
    if subjects:
        entry = {"shop_id": shop_id, "at": now, "actor": actor, "action": action, "subject_type": subject_type}
        rows = [{**entry, "id": new_id(), "subject_id": subject, "fields": []} for subject in subjects]
        session.execute(insert(AuditEntry.__table__), rows)  # type: ignore[arg-type]


def changed_since(
    session: Session, shop_id: UUID, *, action: str, subject: tuple[str, UUID], versions: int
) -> dict[str, Meanwhile]:
    """Return field → who changed it last, from the newest `versions` entries: each change of settings writes one."""
    if versions <= 0:
        return {}
    entries = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.shop_id == shop_id)
        .where(AuditEntry.subject_type == subject[0], AuditEntry.subject_id == subject[1])
        .where(AuditEntry.action == action)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(min(versions, LOOKED_BACK))
    )
    found: dict[str, Meanwhile] = {}
    for entry in entries:
        for field in entry.fields:
            found.setdefault(field, Meanwhile(entry.actor, entry.at))
    return found


def as_lines(value: object) -> object:
    """Return a table or list as lines, so that it can be read, and anything else as it is."""
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {_as_line(one)}" for key, one in sorted(value.items()))
    return "\n".join(value) if isinstance(value, list) else value


def _as_line(value: object) -> object:
    if value is None:
        return "–"
    return "–".join(map(str, value)) if isinstance(value, list) else value


def _text(value: object) -> str | None:
    return None if value is None else str(value)
