"""メール文面: a shop's own words in place of ours, per message and language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.models import MailText, Shop
from portal.models.upsert import insert_if_absent
from portal.notifications.rules.texts import Problem, Text, problems


@dataclass(frozen=True)
class Saved:
    version: int


@dataclass(frozen=True)
class Refused:
    problems: Sequence[Problem]


@dataclass(frozen=True)
class Stale:
    """Somebody else has saved in between. `found` is the text that stands now, None for our own words."""

    found: MailText | None


def all_of(session: Session, shop: Shop) -> dict[tuple[str, str], MailText]:
    """Return the shop's texts by (message, language)."""
    rows = session.scalars(select(MailText).where(MailText.shop_id == shop.id))
    return {(row.message, row.language): row for row in rows}


def find(session: Session, shop: Shop, message: str, language: str) -> MailText | None:
    key = {"shop_id": shop.id, "message": message, "language": language}
    return session.scalar(select(MailText).filter_by(**key))


def save(
    session: Session,
    shop: Shop,
    message: str,
    language: str,
    text: Text,
    *,
    seen_version: int,
    actor: str,
    now: datetime,
) -> Saved | Refused | Stale:
    """Save the shop's text. `seen_version`: version of the row that the form was made from, 0 for our own words."""
    found = problems(text, message)
    if found:
        return Refused(found)
    row = _locked(session, shop, message, language)
    if row is None:
        if seen_version:
            return Stale(None)
        row, is_ours = _created(session, shop, message, language, text, now)
        if is_ours:
            _record(session, row, "mail_text.saved", None, text, actor, now)
            return Saved(row.version)
    if (row.subject, row.body) == (text.subject, text.body) and row.failed_at is None:
        # Pressed twice, or nothing was changed.
        return Saved(row.version)
    if row.version != seen_version:
        return Stale(row)
    before = Text(row.subject, row.body)
    row.subject, row.body, row.updated_at = text.subject, text.body, now
    row.failed_at, row.failure = None, ""
    session.flush()
    _record(session, row, "mail_text.saved", before, text, actor, now)
    return Saved(row.version)


def reset(
    session: Session, shop: Shop, message: str, language: str, *, seen_version: int, actor: str, now: datetime
) -> Saved | Stale:
    """Delete the shop's text, so that our own words are used again."""
    row = _locked(session, shop, message, language)
    if row is None:
        return Saved(0)
    if row.version != seen_version:
        return Stale(row)
    session.delete(row)
    session.flush()
    _record(session, row, "mail_text.reset", Text(row.subject, row.body), None, actor, now)
    return Saved(0)


def note_failure(session: Session, row: MailText, failure: str, now: datetime) -> None:
    """Record that our own words went out instead; staff see it with the text until it is saved again.

    The version does not change.
    """
    session.execute(
        update(MailText)
        .where(MailText.id == row.id, MailText.failed_at.is_(None))
        .values(failed_at=now, failure=failure[:100], version=MailText.version)
        .execution_options(synchronize_session=False)
    )


def _created(
    session: Session, shop: Shop, message: str, language: str, text: Text, now: datetime
) -> tuple[MailText, bool]:
    """Return the row and whether this call wrote it; somebody else may have been faster."""
    values = {"shop_id": shop.id, "message": message, "language": language, "version": 1}
    values |= {"subject": text.subject, "body": text.body, "updated_at": now}
    is_ours = insert_if_absent(session, MailText, values, ["shop_id", "message", "language"])
    row = _locked(session, shop, message, language)
    if row is None:
        raise LookupError("the text that was just written")
    return row, is_ours


def _locked(session: Session, shop: Shop, message: str, language: str) -> MailText | None:
    key = {"shop_id": shop.id, "message": message, "language": language}
    query = select(MailText).filter_by(**key).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def _record(
    session: Session, row: MailText, action: str, before: Text | None, after: Text | None, actor: str, now: datetime
) -> None:
    audit.record_about(
        session,
        row,
        action,
        {
            "text": (None, f"{row.message}/{row.language}"),
            "subject": (before and before.subject, after and after.subject),
            "body": (before and before.body, after and after.body),
        },
        actor=actor,
        now=now,
    )
