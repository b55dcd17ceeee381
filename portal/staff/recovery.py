"""Recovery codes: ten per person, each valid once in place of the authenticator's code."""

import re
import secrets
import unicodedata
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.access.rules.digests import token_digest
from portal.models import RecoveryCode, Staff

HOW_MANY = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters of a code, without those that look alike on paper."""
LENGTH, GROUP = 16, 4


def renew(session: Session, staff: Staff) -> list[str]:
    """Replace the codes and return ten new ones, to be shown once."""
    forget(session, staff)
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(HOW_MANY)]
    session.add_all(RecoveryCode(staff_id=staff.id, code_digest=_digest(code)) for code in codes)
    return ["-".join(re.findall("." * GROUP, code)) for code in codes]


def take(session: Session, staff: Staff, typed: str, now: datetime) -> bool:
    """Use up a typed code and return whether it was valid; hyphens and case do not matter."""
    letters = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", typed)).casefold()
    taken = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.staff_id == staff.id,
            RecoveryCode.code_digest == _digest(letters),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return taken is not None


def left(session: Session, staff: Staff) -> int:
    query = select(func.count()).where(RecoveryCode.staff_id == staff.id, RecoveryCode.used_at.is_(None))
    return session.scalars(query).one()


def forget(session: Session, staff: Staff) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))


def _digest(letters: str) -> str:
    """Return the digest of a code.

    79 random bits need no key, so codes outlive a change of the keys, which the app's secret does not.
    """
    return token_digest(letters)
