"""Reading of the audit trail: who did what, with values before and after. The pages put it into words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, tuple_
from sqlalchemy.orm import Session

from portal.models import (
    AuditEntry,
    AuditValue,
    BuyerRequest,
    BuyerSession,
    Card,
    ImportRun,
    ListedAddress,
    Order,
    OrderShipment,
    OutboxMail,
    Receipt,
    SessionOrder,
    Shipment,
    Staff,
    Subscription,
)
from portal.values.dates import ends, starts
from portal.values.ids import uuid_or_none

Subject = tuple[str, UUID]
"""(type, id) as `audit.record` takes it: ("receipt", id)."""


NAMES: Mapping[str, tuple[Any, ...]] = {
    "order": (Order.id, Order.code),
    "receipt": (Receipt.id, Receipt.number),
    "staff": (Staff.id, Staff.name),
    "subscription": (Subscription.id, Subscription.number),
    "import": (ImportRun.id, ImportRun.file_name),
    "mail": (OutboxMail.id, OutboxMail.subject),
    "shipment": (Shipment.id, Shipment.tracking_number),
    "card": (Card.id, Card.brand, Card.last4),
    "listed_address": (ListedAddress.id, ListedAddress.label, ListedAddress.recipient_name),
}
"""Id and columns that name a subject, by its type."""
REFERENCES: Mapping[str, str] = {"card_id": "card", "listed_address_id": "listed_address"}
"""Type of the row whose id stands in a changed field."""


class Who(StrEnum):
    STAFF = "staff"
    BUYER = "buyer"
    JOB = "job"
    """The worker by itself."""
    CLI = "cli"
    DEMO = "demo"
    """The data with which `make run` fills an empty database."""
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Actor:
    kind: Who
    name: str = ""
    """Name of the member of staff or the job; with `Who.BUYER`, of staff who look at the page as the buyer."""


@dataclass(frozen=True)
class Change:
    field: str
    before: str | None
    after: str | None
    erased: bool
    """Whether the values are gone (personal data); that something changed stays known."""


@dataclass(frozen=True)
class Line:
    id: UUID
    at: datetime
    actor: Actor
    action: str
    subject: Subject
    name: str
    """Order code, receipt number, file name or whatever names the subject, empty if nothing does."""
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Question:
    """Filter of the audit trail; an empty field narrows nothing."""

    actor: str = ""
    """Actor as staff:<id>, or one of `Who` for all of that kind."""
    actions: frozenset[str] = frozenset()
    subjects: tuple[Subject, ...] | None = None
    since: date | None = None
    until: date | None = None
    """Last day, included."""


@dataclass(frozen=True)
class Cursor:
    """The last line of a page; the next one begins after it, whatever was written since."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Return the cursor, or None if the text is not one of ours."""
        at, _, entry = text.partition("_")
        try:
            instant = datetime.fromisoformat(at)
            return cls(instant, UUID(entry)) if instant.tzinfo else None
        except ValueError:
            return None


def history_of(session: Session, shop_id: UUID, *subjects: Subject, limit: int = 200) -> list[Line]:
    """Return what happened to the subjects, newest first."""
    return search(session, shop_id, Question(subjects=subjects), limit=limit)


def subjects_of_order(session: Session, shop_id: UUID, order_id: UUID) -> list[Subject]:
    """Return the order and what belongs to it: receipts, parcels, requests, mails, the buyer's sessions."""
    found: list[Subject] = [("order", order_id)]
    parts: dict[str, Select[UUID]] = {
        "receipt": select(Receipt.id).where(Receipt.shop_id == shop_id, Receipt.order_id == order_id),
        "shipment": select(OrderShipment.shipment_id).where(OrderShipment.order_id == order_id),
        "request": select(BuyerRequest.id).where(BuyerRequest.order_id == order_id),
        "mail": select(OutboxMail.id).where(OutboxMail.order_id == order_id),
        "session": select(SessionOrder.session_id).where(SessionOrder.order_id == order_id),
    }
    for kind, query in parts.items():
        found += [(kind, one) for one in session.scalars(query)]
    return found


def search(
    session: Session, shop_id: UUID, question: Question, *, after: Cursor | None = None, limit: int = 50
) -> list[Line]:
    """Return the lines that match, newest first."""
    query = select(AuditEntry).where(AuditEntry.shop_id == shop_id, *_conditions(question))
    if after is not None:
        query = query.where(tuple_(AuditEntry.at, AuditEntry.id) < tuple_(after.at, after.id))
    newest = query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)
    return _told(session, session.scalars(newest).all())


def _conditions(question: Question) -> Iterable[ColumnElement[bool]]:
    if question.actor in (Who.BUYER, Who.JOB, Who.STAFF):
        yield AuditEntry.actor.startswith(f"{question.actor}:", autoescape=True)
    elif question.actor:
        yield AuditEntry.actor == question.actor
    if question.actions:
        yield AuditEntry.action.in_(question.actions)
    if question.since:
        yield AuditEntry.at >= starts(question.since)
    if question.until:
        yield AuditEntry.at < ends(question.until)
    if question.subjects is not None:
        yield _among(question.subjects)


def _among(subjects: Sequence[Subject]) -> ColumnElement[bool]:
    by_kind: dict[str, list[UUID]] = {}
    for kind, subject_id in subjects:
        by_kind.setdefault(kind, []).append(subject_id)
    mine = [(AuditEntry.subject_type == kind) & AuditEntry.subject_id.in_(ids) for kind, ids in by_kind.items()]
    return or_(False, *mine)


# --- from rows to lines ----------------------------------------------------------------------------------------------
def _told(session: Session, entries: Sequence[AuditEntry]) -> list[Line]:
    """Turn entries into lines, with the same few queries however many entries there are."""
    ids = [entry.id for entry in entries]
    values: dict[UUID, dict[str, AuditValue]] = {}
    for value in session.scalars(select(AuditValue).where(AuditValue.entry_id.in_(ids))):
        values.setdefault(value.entry_id, {})[value.field] = value
    actors = actors_named(session, {entry.actor for entry in entries})
    referred = {
        (kind, found)
        for of_entry in values.values()
        for field, kind in REFERENCES.items()
        if field in of_entry
        for text in (of_entry[field].before, of_entry[field].after)
        if (found := uuid_or_none(text or ""))
    }
    names = _names(session, {(entry.subject_type, entry.subject_id) for entry in entries} | referred)
    return [
        Line(
            id=entry.id,
            at=entry.at,
            actor=actors[entry.actor],
            action=entry.action,
            subject=(entry.subject_type, entry.subject_id),
            name=names.get((entry.subject_type, entry.subject_id), ""),
            changes=tuple(_change(field, values.get(entry.id, {}).get(field), names) for field in entry.fields),
        )
        for entry in entries
    ]


def _change(field: str, value: AuditValue | None, names: Mapping[Subject, str]) -> Change:
    if value is None:
        return Change(field, None, None, erased=True)
    kind = REFERENCES.get(field)
    if kind is None:
        return Change(field, value.before, value.after, erased=False)
    before, after = (_named(kind, text, names) for text in (value.before, value.after))
    return Change(field, before, after, erased=False)


def _named(kind: str, text: str | None, names: Mapping[Subject, str]) -> str | None:
    """Return the name of the row that the text is the id of; the text itself if the row is gone."""
    found = uuid_or_none(text or "")
    return names.get((kind, found), text) if found else text


def actors_named(session: Session, actors: Iterable[str]) -> dict[str, Actor]:
    """Return who each actor is, by the text that `audit.record` was given."""
    split = {actor: _split(actor) for actor in actors}
    staff = _by_id(session, select(Staff.id, Staff.name), Staff.id, split, Who.STAFF)
    looking = select(BuyerSession.id, Staff.name).join(Staff, Staff.id == BuyerSession.opened_by)
    as_buyer = _by_id(session, looking, BuyerSession.id, split, Who.BUYER)
    names = staff | as_buyer
    return {
        actor: Actor(kind, text if kind is Who.JOB else names.get(uuid_or_none(text) or UUID(int=0), ""))
        for actor, (kind, text) in split.items()
    }


def _split(actor: str) -> tuple[Who, str]:
    kind, _, text = actor.partition(":")
    return (Who(kind), text) if kind in set(Who) else (Who.UNKNOWN, text)


def _by_id(
    session: Session, query: Select[UUID, str], column: Any, split: dict[str, tuple[Who, str]], kind: Who
) -> dict[UUID, str]:
    ids = [found for of_kind, text in split.values() if of_kind is kind and (found := uuid_or_none(text))]
    return {row[0]: row[1] for row in session.execute(query.where(column.in_(ids)))} if ids else {}


def _names(session: Session, things: Iterable[Subject]) -> dict[Subject, str]:
    by_kind: dict[str, set[UUID]] = {}
    for kind, subject_id in things:
        by_kind.setdefault(kind, set()).add(subject_id)
    names: dict[Subject, str] = {}
    for kind, (key, *columns) in NAMES.items():
        if kind in by_kind:
            for subject_id, *texts in session.execute(select(key, *columns).where(key.in_(by_kind[kind]))):
                words = " ".join(str(text) for text in texts if text)
                names[kind, subject_id] = f"{texts[0]:08d}" if kind == "receipt" else words
    return names
