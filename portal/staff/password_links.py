"""Mailed links with which a password is chosen: the invitation (72 hours) and "forgot my password" (1 hour)."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.rules.digests import token_digest
from portal.models import Membership, Shop, Staff, StaffLink
from portal.models.base import new_id
from portal.notifications import staff_invitation, staff_password
from portal.notifications.outbox import Mailroom
from portal.staff import account, locks
from portal.values import emails

INVITED_FOR = timedelta(hours=72)
FORGOTTEN_FOR = timedelta(hours=1)
AGAIN_AFTER = timedelta(minutes=2)
MOST_A_DAY = 5
"""Most mails to one person in 24 hours, whoever asks, so that no mailbox is flooded."""
TOKEN_BYTES = 32


def invite(
    session: Session, shop: Shop, staff: Staff, *, by: str, mailroom: Mailroom, language: str, now: datetime
) -> None:
    """Mail a new member how to sign in, without a link if there is a password already. `by`: the inviter's name."""
    token = _new_link(session, staff, INVITED_FOR, now) if not staff.password_hash else None
    mailroom.post(
        session,
        shop=shop,
        order=None,
        message="staff_invitation",
        recipient=staff.email,
        context=staff_invitation.context(mailroom, name=staff.name, email=staff.email, by=by, token=token),
        language=language,
        once_key=None,
        now=now,
    )


def send_forgotten(session: Session, typed: str, *, mailroom: Mailroom, language: str, now: datetime) -> bool:
    """Mail a link to the person with this address, from the person's first shop; return whether it was written.

    The work is the same for an unknown address, and the page must not show the result.
    """
    known = select(Staff).where(Staff.email_key == emails.normalise(typed), Staff.disabled_at.is_(None))
    staff = session.scalar(known.with_for_update())
    # For an unknown address, a mail to anybody is written and rolled back.
    somebody = staff or session.scalars(select(Staff).limit(1)).first()
    shop = _first_shop(session, somebody) if somebody else None
    if somebody is None or shop is None:
        return False
    may = may_have_another(session, somebody, now)
    with session.begin_nested() as savepoint:
        token = _new_link(session, somebody, FORGOTTEN_FOR, now)
        mailroom.post(
            session,
            shop=shop,
            order=None,
            message="staff_password",
            recipient=somebody.email,
            context=staff_password.context(mailroom, name=somebody.name, token=token),
            language=language,
            once_key=None,
            now=now,
        )
        if staff is None or not may:
            savepoint.rollback()
    return staff is not None and may


def may_have_another(session: Session, staff: Staff, now: datetime) -> bool:
    of_today = select(StaffLink.sent_at).where(
        StaffLink.staff_id == staff.id, StaffLink.sent_at > now - timedelta(days=1)
    )
    sent = session.scalars(of_today).all()
    return len(sent) < MOST_A_DAY and all(now - at >= AGAIN_AFTER for at in sent)


def find(session: Session, token: str, now: datetime) -> Staff | None:
    """Return the person whose password this link can set, or None. It is not used up: mail scanners open links too."""
    return session.scalar(
        select(Staff)
        .join(StaffLink, StaffLink.staff_id == Staff.id)
        .where(
            StaffLink.token_digest == token_digest(token),
            StaffLink.used_at.is_(None),
            StaffLink.expires_at > now,
            Staff.disabled_at.is_(None),
        )
    )


def choose(session: Session, token: str, new_hash: str, *, secret: str, now: datetime) -> bool:
    """Set the password, once. Return False if the link is no longer valid.

    All sessions end. The lock of the e-mail address is lifted, since the link proves that the person reads its mail.
    """
    staff = find(session, token, now)
    if staff is None:
        return False
    # Lock the login's row first, as everywhere, so that two submissions of the form run one after the other.
    locks.lift(session, staff.email_key, secret=secret, now=now)
    if find(session, token, now) is None:
        return False
    account.set_password(session, staff, new_hash, now)
    return True


def _first_shop(session: Session, staff: Staff) -> Shop | None:
    mine = select(Shop).join(Membership, Membership.shop_id == Shop.id).where(Membership.staff_id == staff.id)
    return session.scalars(mine.order_by(Membership.created_at, Membership.id).limit(1)).first()


def _new_link(session: Session, staff: Staff, valid_for: timedelta, now: datetime) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        StaffLink(
            id=new_id(), staff_id=staff.id, token_digest=token_digest(token), sent_at=now, expires_at=now + valid_for
        )
    )
    session.flush()
    return token
