"""経過: what happened to an order or another thing, in words, for templates/admin/audit/_history.html."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from admin.audit.values import field_words, value_words
from admin.audit.words import ACTIONS, SUBJECTS
from portal import trail
from portal.models import Shop
from portal.trail import Actor, Change, Line, Subject, Who

PAGES: Mapping[str, tuple[str, str]] = {
    "order": ("admin.show_order", "order_id"),
    "receipt": ("admin.show_receipt", "receipt_id"),
    "subscription": ("admin.show_subscription", "subscription_id"),
    "import": ("admin.show_import", "run_id"),
    "mail": ("admin.show_mail", "mail_id"),
}
"""Endpoint of a subject's page and the name of its id there."""


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
    """Kind and name of the subject, like 定期購入 0000000012."""
    changes: tuple[Altered, ...]

    @property
    def address(self) -> str:
        """Return the page of the subject, empty if it has no name or no page of its own."""
        endpoint, key = PAGES.get(self.subject[0], ("", ""))
        return url_for(endpoint, **{key: self.subject[1]}) if endpoint and self.name else ""  # type: ignore[arg-type]


def history_of(session: Session, shop: Shop, *subjects: Subject, limit: int = 200) -> list[Told]:
    """Return the entries about these subjects, newest first. A subject is as in `audit.record`: ("receipt", id)."""
    own = subjects[:1]
    lines = trail.history_of(session, shop.id, *subjects, limit=limit)
    # On its own page a thing needs no name.
    return [replace(line, name="") if line.subject in own else line for line in told(lines)]


def history_of_order(session: Session, shop: Shop, order_id: UUID, *, limit: int = 200) -> list[Told]:
    """Return an order's history with that of its receipts, parcels, requests, mails and the buyer's sessions."""
    return history_of(session, shop, *trail.subjects_of_order(session, shop.id, order_id), limit=limit)


def told(lines: Sequence[Line]) -> list[Told]:
    return [
        Told(
            at=line.at,
            who=who_words(line.actor),
            what=str(ACTIONS.get(line.action, _("そのほかの操作"))),
            subject=line.subject,
            name=_named(line),
            changes=tuple(
                _altered(change) for change in line.changes if change.before or change.after or change.erased
            ),
        )
        for line in lines
    ]


def _altered(change: Change) -> Altered:
    return Altered(
        field=field_words(change.field),
        before=value_words(change.field, change.before),
        after=value_words(change.field, change.after),
        erased=change.erased,
    )


def _named(line: Line) -> str:
    words = SUBJECTS.get(line.subject[0], "")
    return f"{words} {line.name}" if words and line.name else line.name


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
