"""経過: changes of a subscription as its buyer reads them: own ones from receipts, others' from the audit trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, AuditValue, Subscription
from portal.subscriptions.changes import acknowledgments

SHOWN = 50
TOLD = frozenset(
    {"state", "resume_on", "next_skipped", "cycle", "next_delivery_on", "time_slot", "items", "payment_method"}
)
"""Columns that concern the buyer if others change them; the rest is the shop's bookkeeping."""
_VERBS = tuple(
    f"subscription.{verb}"
    for verb in ("changed", "suspended", "canceled", "finished", "resumed", "skipped", "unskipped")
)
_STAFF = "staff:"


@dataclass(frozen=True)
class Event:
    at: datetime
    facts: Mapping[str, Any]
    """Changed values, in the form of `SubscriptionChange.facts`."""
    receipt_id: UUID | None = None
    """Id of the receipt of the buyer's own change, None if the shop or a job made the change."""
    number: str = ""
    kind: str = ""
    is_request: bool = False
    by_staff: bool = False


def of_subscription(session: Session, subscription: Subscription) -> Sequence[Event]:
    """Return the last events, SHOWN at most, newest first, in three queries."""
    own = [
        Event(one.at, one.facts, one.id, one.number, one.kind, is_request=one.outcome == "requested")
        for one in acknowledgments.of_subscription(session, subscription)
    ]
    return sorted([*own, *_others(session, subscription)], key=attrgetter("at"), reverse=True)[:SHOWN]


def _others(session: Session, subscription: Subscription) -> list[Event]:
    entries = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.shop_id == subscription.shop_id,
            AuditEntry.subject_type == "subscription",
            AuditEntry.subject_id == subscription.id,
            AuditEntry.action.in_(_VERBS),
            AuditEntry.actor.not_like("buyer:%"),
        )
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(SHOWN)
    ).all()
    values = select(AuditValue).where(AuditValue.entry_id.in_([one.id for one in entries]), AuditValue.field.in_(TOLD))
    facts: dict[UUID, dict[str, Any]] = {}
    for value in session.scalars(values) if entries else ():
        facts.setdefault(value.entry_id, {})[value.field] = [
            _plain(value.field, one) for one in (value.before, value.after)
        ]
    return [
        Event(entry.at, facts[entry.id], by_staff=entry.actor.startswith(_STAFF))
        for entry in entries
        if entry.id in facts
    ]


def _plain(field: str, text: str | None) -> Any:
    """Return the value as the receipts hold it."""
    return text == "True" if field == "next_skipped" else text
