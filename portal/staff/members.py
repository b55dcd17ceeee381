"""Members of a shop and their roles. A change takes effect at the person's next request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Membership, Shop, Staff
from portal.models.base import new_id
from portal.models.upsert import insert_if_absent
from portal.values import emails
from portal.values.roles import Role


class LastManagerError(Exception):
    """Raised if no manager would be left who can add members."""


class StaleError(Exception):
    """Raised if somebody has changed the role since the form was shown."""


@dataclass(frozen=True)
class Member:
    id: UUID
    """Id of the membership."""
    staff: Staff
    role: Role

    @property
    def is_invited(self) -> bool:
        """Tell whether the person has not chosen a password yet."""
        return not self.staff.password_hash


@dataclass(frozen=True)
class Added:
    staff: Staff
    is_new_member: bool
    """False if the person was a member already and nothing changed."""


def of_shop(session: Session, shop: Shop) -> Sequence[Member]:
    rows = session.execute(
        select(Membership, Staff)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(Membership.shop_id == shop.id)
        .order_by(Staff.name, Staff.id)
    )
    return [Member(membership.id, staff, Role(membership.role)) for membership, staff in rows]


def find(session: Session, shop: Shop, membership_id: UUID) -> Member | None:
    return next((member for member in of_shop(session, shop) if member.id == membership_id), None)


def add(
    session: Session,
    shop: Shop,
    *,
    email: str,
    name: str,
    role: Role,
    actor: str,
    now: datetime,
    password_hash: str = "",
) -> Added:
    """Add a member. A person known by this address keeps name and password.

    Raise ValueError if no mail can be sent to the address.
    """
    email_key = emails.normalise(email)
    if not email_key:
        raise ValueError("no e-mail address")
    person = {"name": name, "email": email_key, "email_key": email_key, "password_hash": password_hash}
    insert_if_absent(session, Staff, person | {"created_at": now}, ("email_key",))
    staff = session.scalars(select(Staff).filter_by(email_key=email_key)).one()
    membership = {"id": new_id(), "shop_id": shop.id, "staff_id": staff.id, "role": role, "created_at": now}
    is_new = insert_if_absent(session, Membership, membership, ("shop_id", "staff_id"))
    if is_new:
        changes = {"role": (None, role.value), "email": (None, email_key)}
        _record(session, shop, staff, "member.added", actor, now, changes)
    return Added(staff, is_new)


def change_role(
    session: Session, shop: Shop, membership_id: UUID, *, was: str, role: Role, actor: str, now: datetime
) -> None:
    """Change a member's role. Raise LookupError if no longer a member, StaleError or LastManagerError."""
    membership = _locked(session, shop, membership_id, leaves_manager=role == Role.MANAGER)
    if membership.role == role:
        return
    if membership.role != was:
        raise StaleError
    staff = session.get_one(Staff, membership.staff_id)
    _record(session, shop, staff, "member.role_changed", actor, now, {"role": (str(membership.role), role.value)})
    membership.role = role


def remove(session: Session, shop: Shop, membership_id: UUID, *, actor: str, now: datetime) -> Staff | None:
    """Remove a member and return the person, or None if no longer a member. Raise LastManagerError."""
    try:
        membership = _locked(session, shop, membership_id, leaves_manager=False)
    except LookupError:
        return None
    staff = session.get_one(Staff, membership.staff_id)
    changes = {"role": (str(membership.role), None), "email": (staff.email, None)}
    _record(session, shop, staff, "member.removed", actor, now, changes)
    session.delete(membership)
    return staff


def note_invited_again(session: Session, shop: Shop, staff: Staff, *, actor: str, now: datetime) -> None:
    _record(session, shop, staff, "member.invited_again", actor, now, {})


def _locked(session: Session, shop: Shop, membership_id: UUID, *, leaves_manager: bool) -> Membership:
    """Return a membership to change.

    All memberships of the shop are locked, so that two managers cannot demote each other at once. Raise LookupError if
    it is gone, LastManagerError if no manager would be left.
    """
    query = select(Membership).where(Membership.shop_id == shop.id).order_by(Membership.id).with_for_update()
    of_shop = session.scalars(query.execution_options(populate_existing=True)).all()
    membership = next((each for each in of_shop if each.id == membership_id), None)
    if membership is None:
        raise LookupError("no longer a member")
    others = [each.staff_id for each in of_shop if each.role == Role.MANAGER and each.id != membership_id]
    # Someone who never accepted the invitation, or is disabled, cannot manage the shop.
    able = select(Staff.id).where(Staff.id.in_(others), Staff.password_hash != "", Staff.disabled_at.is_(None))
    is_able = session.scalars(able.limit(1)).first() is not None
    if membership.role == Role.MANAGER and not leaves_manager and not is_able:
        raise LastManagerError
    return membership


def _record(
    session: Session,
    shop: Shop,
    staff: Staff,
    action: str,
    actor: str,
    now: datetime,
    changes: Mapping[str, audit.Change],
) -> None:
    subject = ("staff", staff.id)
    audit.record(session, shop_id=shop.id, actor=actor, action=action, subject=subject, now=now, changes=changes)
