"""Audit of staff accounts: a change is recorded in each of the person's shops."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import Change
from portal.models import Membership, Staff

NOBODY = "door"
"""Actor of failed logins, which prove nothing."""


def actor(staff: Staff) -> str:
    return f"staff:{staff.id}"


def record(
    session: Session,
    staff: Staff,
    action: str,
    now: datetime,
    *,
    by: str | None = None,
    changes: Mapping[str, Change] | None = None,
) -> None:
    """Record an action in each of the person's shops. `by`: who did it, if not the person."""
    shops = select(Membership.shop_id).where(Membership.staff_id == staff.id).order_by(Membership.shop_id)
    for shop_id in session.scalars(shops).all():
        audit.record(
            session,
            shop_id=shop_id,
            actor=by or actor(staff),
            action=action,
            subject=("staff", staff.id),
            now=now,
            changes=changes,
        )
