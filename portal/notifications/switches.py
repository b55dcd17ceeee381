"""Mails that a shop turns on for what happens from then on."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.models import Shop
from portal.notifications.rules.messages import SWITCHED


def told_since(shop: Shop, message: str) -> datetime | None:
    """Return the time since which the shop has the mail sent, or None if it is off."""
    since: datetime | None = getattr(shop, SWITCHED[message])
    return since


def is_told(shop: Shop, message: str, at: datetime) -> bool:
    """Tell whether the shop has such a mail sent about what happened at this time."""
    since = told_since(shop, message)
    return since is not None and at >= since


def switch(session: Session, shop: Shop, message: str, *, on: bool, actor: str, now: datetime) -> None:
    """Turn the mail on or off; what is there already is not told."""
    column, before = SWITCHED[message], told_since(shop, message)
    if on == (before is not None):
        return
    after = now if on else None
    setattr(shop, column, after)
    # The version counts the audit entries of this kind: a form uses it to find what was changed since it was opened.
    shop.settings_version += 1
    audit.record_about(session, shop, "shop.settings_changed", {column: (before, after)}, actor=actor, now=now)
