"""Login of staff.

The slow check of the password runs between `find` and `judge`, while nothing is locked:

    candidate = find(reading, knock, …)            # the current state
    proof = passwords.check(candidate.password_hash, typed)
    outcome = judge(writing, knock, candidate, proof, …)

An unknown address, a wrong password and a disabled account take the same work and get the same answer.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.rules.digests import same, token_digest
from portal.models import Staff
from portal.staff import locks, second_factor, trail
from portal.staff.locks import Gate, Knock
from portal.staff.passwords import Proof
from portal.staff.second_factor import Locked, Refused
from portal.staff.totp import Seal


@dataclass(frozen=True)
class Candidate:
    staff_id: UUID | None
    password_hash: str
    """Hash of the password; empty if nobody has this address, or no password is chosen yet."""


@dataclass(frozen=True)
class Admitted:
    staff: Staff
    with_totp: bool = False


@dataclass(frozen=True)
class Halfway:
    """Outcome of a right password while the authenticator's code is missing. It is void once the password changes."""

    staff_id: UUID
    seal: str


def find(session: Session, knock: Knock, *, secret: str, now: datetime) -> Candidate | Locked:
    until = locks.locked_until(session, knock, secret=secret, now=now)
    row = session.execute(select(Staff.id, Staff.password_hash).where(Staff.email_key == knock.email_key)).one_or_none()
    if until:
        return Locked(until)
    return Candidate(row.id, row.password_hash) if row else Candidate(None, "")


def judge(
    session: Session, knock: Knock, candidate: Candidate, proof: Proof, *, secret: str, now: datetime
) -> Admitted | Halfway | Refused | Locked:
    gate = locks.take(session, knock, secret=secret, now=now)
    if until := gate.locked_until(now):
        return Locked(until)
    staff = session.get(Staff, candidate.staff_id) if candidate.staff_id else None
    if not proof.is_right or staff is None or staff.disabled_at or staff.password_hash != candidate.password_hash:
        gate.note_failure(now)
        if staff:
            trail.record(session, staff, "staff.refused", now, by=trail.NOBODY)
        return Refused()
    if proof.renewed:
        staff.password_hash = proof.renewed
    if staff.totp_confirmed_at:
        # Failures are kept until the code is right too, or the password would buy new attempts at the code.
        return Halfway(staff.id, _seal(staff))
    return _admit(session, gate, staff, now, with_totp=False)


def judge_code(
    session: Session, halfway: Halfway, typed: str, *, client: str, seal: Seal, secret: str, now: datetime
) -> Admitted | Refused | Locked | None:
    """Judge the app's code or a recovery code. Return None if the password has to be typed again."""
    staff = session.get(Staff, halfway.staff_id)
    if staff is None or staff.disabled_at or not same(_seal(staff), halfway.seal):
        return None
    outcome = second_factor.take(session, staff, typed, client=client, seal=seal, secret=secret, now=now)
    if not isinstance(outcome, Gate):
        return outcome
    return _admit(session, outcome, staff, now, with_totp=True)


def _admit(session: Session, gate: Gate, staff: Staff, now: datetime, *, with_totp: bool) -> Admitted:
    gate.open(now)
    trail.record(session, staff, "staff.signed_in", now)
    return Admitted(staff, with_totp)


def _seal(staff: Staff) -> str:
    return token_digest(staff.password_hash)
