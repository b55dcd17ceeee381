"""Recording of looks at a buyer's personal data: once, not again with every refresh of the page."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from flask import g
from sqlalchemy import select

from admin.ground.door import staff_actor
from portal import audit
from portal.clock import now
from portal.extensions import db, writing_session
from portal.models import AuditEntry

ONE_LOOK = timedelta(minutes=30)
ONE_SEARCH = timedelta(minutes=3)
"""Time in which a search is recorded once: while somebody types, every letter is a search of its own."""


def note_look(
    action: str,
    kind: str,
    key: UUID,
    *,
    shop_id: UUID | None = None,
    once_in: timedelta = ONE_LOOK,
    changes: Mapping[str, audit.Change] | None = None,
) -> None:
    """Record a look, for views that only read: `note_look("mail.viewed", "mail", mail.id)`.

    The same look is recorded once within `once_in`. `shop_id`: the thing's shop, if it is not that of the page.
    """
    instant, actor = now(), staff_actor()
    shop_id = shop_id or g.shop.id
    noted = select(AuditEntry.id).where(
        AuditEntry.shop_id == shop_id,
        AuditEntry.subject_type == kind,
        AuditEntry.subject_id == key,
        AuditEntry.at > instant - once_in,
        AuditEntry.action == action,
        AuditEntry.actor == actor,
    )
    if db.session.scalar(noted.limit(1)) is None:
        with writing_session() as session:
            subject = (kind, key)
            audit.record(
                session, shop_id=shop_id, actor=actor, action=action, subject=subject, now=instant, changes=changes
            )
