"""Second factor: a code of the authenticator app, or a recovery code. Wrong ones count as failed logins."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.access.login_codes import digits_of
from portal.models import Staff
from portal.staff import locks, recovery, totp, trail
from portal.staff.locks import Gate, Knock
from portal.staff.totp import Seal


@dataclass(frozen=True)
class Refused:
    """Refusal of a wrong code, a used code or an unknown person; it does not tell which."""


@dataclass(frozen=True)
class Locked:
    until: datetime


def take(
    session: Session, staff: Staff, typed: str, *, client: str, seal: Seal, secret: str, now: datetime
) -> Gate | Refused | Locked:
    """Return the gate if the code is right. Each code of the app and each recovery code is accepted once."""
    gate = locks.take(session, Knock(staff.email_key, client), secret=secret, now=now)
    if until := gate.locked_until(now):
        return Locked(until)
    session.refresh(staff)
    if _take_app_code(session, staff, seal.open(staff.totp_sealed), typed, now):
        staff.totp_sealed = seal.renewed(staff.totp_sealed)
        return gate
    if recovery.take(session, staff, typed, now):
        trail.record(session, staff, "staff.recovery_code_used", now)
        return gate
    gate.note_failure(now)
    trail.record(session, staff, "staff.code_refused", now, by=trail.NOBODY)
    return Refused()


def _take_app_code(session: Session, staff: Staff, app_secret: str | None, typed: str, now: datetime) -> bool:
    step = totp.matching_step(app_secret, digits_of(typed), now) if app_secret else None
    if step is None:
        return False
    taken = session.scalar(
        update(Staff).where(Staff.id == staff.id, Staff.totp_step < step).values(totp_step=step).returning(Staff.id)
    )
    return taken is not None
