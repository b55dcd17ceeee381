"""購入者の画面を見る: staff look at an order's page as its buyer sees it, read-only.

The session begins on the staff's pages and is taken over once on the shop's by a signed link, since a cookie belongs to
one path. It shows that one order, masked as before the second step, and lasts half an hour.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.access.rules.digests import token_digest
from portal.models import BuyerSession, Membership, Order, SessionOrder, Staff, StaffSession
from portal.models.base import new_id
from portal.staff import sessions

LONGEST = timedelta(minutes=30)
HANDED_OVER_IN = timedelta(seconds=60)
TOKEN_BYTES = 32


def begin(session: Session, order: Order, *, staff_id: UUID, actor: str, now: datetime) -> UUID:
    """Create a session and return its id; nobody has a token for it until `take_over`."""
    row = BuyerSession(
        id=new_id(), shop_id=order.shop_id, token_digest="", created_at=now, seen_at=now, opened_by=staff_id
    )
    row.token_digest = _not_taken(row.id)
    session.add(row)
    session.flush()
    session.add(SessionOrder(shop_id=order.shop_id, session_id=row.id, order_id=order.id, proved_at=now))
    audit.record_about(session, order, "order.opened_as_buyer", actor=actor, now=now)
    return row.id


def take_over(session: Session, shop_id: UUID, session_id: UUID, now: datetime) -> tuple[str, UUID] | None:
    """Return (token for the cookie, order id), once, or None if it was taken over before, has ended or is too old."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    taken = session.execute(
        update(BuyerSession)
        .where(
            BuyerSession.id == session_id,
            BuyerSession.shop_id == shop_id,
            BuyerSession.token_digest == _not_taken(session_id),
            BuyerSession.ended_at.is_(None),
            BuyerSession.created_at > now - HANDED_OVER_IN,
        )
        .values(token_digest=token_digest(token), seen_at=now)
        .returning(BuyerSession.id)
    ).one_or_none()
    if taken is None:
        return None
    return token, session.scalars(select(SessionOrder.order_id).filter_by(session_id=session_id)).one()


def may_go_on(session: Session, shop_id: UUID, staff_id: UUID, created_at: datetime, now: datetime) -> bool:
    """Tell whether a visit may go on: half an hour, while the person is signed in somewhere and works for the shop."""
    if now - created_at >= LONGEST:
        return False
    works_here = (
        select(Membership.id)
        .join(Staff, Staff.id == Membership.staff_id)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(
            Membership.shop_id == shop_id,
            Membership.staff_id == staff_id,
            Staff.disabled_at.is_(None),
            sessions.is_live(now),
        )
    )
    return session.scalar(works_here.limit(1)) is not None


def _not_taken(session_id: UUID) -> str:
    """Return a text in place of a token's digest that no token has as its digest."""
    return f"staff visit {session_id.hex}"
