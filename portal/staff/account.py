"""Changes of a staff member's own name and password."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.models import Membership, Shop, Staff, StaffLink
from portal.staff import locks, sessions, trail
from portal.staff.locks import Knock
from portal.staff.passwords import Proof
from portal.staff.second_factor import Locked, Refused


def rename(session: Session, staff: Staff, name: str, now: datetime) -> None:
    if name != staff.name:
        trail.record(session, staff, "staff.renamed", now, changes={"staff_name": (staff.name, name)})
        staff.name = name


def change_password(
    session: Session,
    staff: Staff,
    proof: Proof,
    new_hash: str,
    *,
    session_id: UUID,
    client: str,
    secret: str,
    now: datetime,
) -> Refused | Locked | None:
    """Change the password and end the person's other sessions. Return None if done.

    `proof`: result of checking the old password. If it is wrong, count a failure.
    """
    gate = locks.take(session, Knock(staff.email_key, client), secret=secret, now=now)
    if until := gate.locked_until(now):
        return Locked(until)
    if not proof.is_right:
        gate.note_failure(now)
        trail.record(session, staff, "staff.refused", now, by=trail.NOBODY)
        return Refused()
    gate.open(now)
    set_password(session, staff, new_hash, now, keep=session_id)
    return None


def set_password(session: Session, staff: Staff, new_hash: str, now: datetime, *, keep: UUID | None = None) -> None:
    """Set the password; end every session but `keep` and every mailed link, which a stranger may hold."""
    staff.password_hash = new_hash
    sessions.end_others(session, staff.id, now, but=keep)
    unused = update(StaffLink).where(StaffLink.staff_id == staff.id, StaffLink.used_at.is_(None))
    session.execute(unused.values(used_at=now))
    trail.record(session, staff, "staff.password_changed", now)


def own_words(session: Session, staff: Staff) -> list[str]:
    """Return the words that a password of this person must not be made of."""
    names = (
        select(Shop.name, Shop.slug)
        .join(Membership, Membership.shop_id == Shop.id)
        .where(Membership.staff_id == staff.id)
    )
    return [staff.email, staff.name, *(word for row in session.execute(names) for word in row)]
