"""経過: what happened to an order or another thing, in words, for templates/admin/audit/_history.html."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from admin.audit.values import FIELDS, value_words
from admin.audit.words import ACTIONS
from portal import trail
from portal.models import Shop
from portal.trail import Actor, Line, Subject, Who


@dataclass(frozen=True)
class Altered:
    field: str
    before: str | None
    after: str | None
    erased: bool


@dataclass(frozen=True)
class Told:
    """An entry of the audit trail in words, one line of the page."""

    at: datetime
    who: str
    what: str
    subject: Subject
    name: str
    changes: tuple[Altered, ...]


def history_of(session: Session, shop: Shop, *subjects: Subject, limit: int = 200) -> list[Told]:
    """Return the entries about these subjects, newest first. A subject is as in `audit.record`: ("receipt", id)."""
    return told(trail.history_of(session, shop.id, *subjects, limit=limit))


def history_of_order(session: Session, shop: Shop, order_id: UUID, *, limit: int = 200) -> list[Told]:
    """Return an order's history with that of its receipts, parcels, requests, mails and the buyer's sessions."""
    return history_of(session, shop, *trail.subjects_of_order(session, shop.id, order_id), limit=limit)


def told(lines: Sequence[Line]) -> list[Told]:
    return [
        Told(
            at=line.at,
            who=who_words(line.actor),
            what=str(ACTIONS.get(line.action, line.action)),
            subject=line.subject,
            name=line.name,
            changes=tuple(
                Altered(
                    field=str(FIELDS.get(change.field, change.field)),
                    before=value_words(change.before),
                    after=value_words(change.after),
                    erased=change.erased,
                )
                for change in line.changes
            ),
        )
        for line in lines
    ]


def who_words(actor: Actor) -> str:
    names: dict[Who, Any] = {
        Who.BUYER: _("購入者"),
        Who.JOB: _("自動処理"),
        Who.CLI: _("システム管理者"),
        Who.DEMO: _("デモデータ"),
    }
    if actor.kind is Who.STAFF:
        return actor.name or str(_("不明な担当者"))
    if actor.kind is Who.BUYER and actor.name:
        return str(_("%(name)s（購入者の画面）", name=actor.name))
    return str(names.get(actor.kind, _("不明")))
