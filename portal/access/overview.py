"""Buyers' access as staff see it: attempts, locks and open sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.access import sessions
from portal.access.opening import STANDING, open_until
from portal.access.rules import limits
from portal.access.rules.digests import order_code_digest
from portal.access.rules.expiry import is_open
from portal.access.rules.limits import ADDRESS
from portal.models import AuditEntry, BuyerSession, LoginFailure, LoginLock, Order, Shop

SHOWN_TRIES = 20
SHOWN_LOCKS = 200
LOCKED_BY = timedelta(days=2)
"""Age of failures that may have led to a lock that still holds; the longest lock takes a day."""


@dataclass(frozen=True)
class Opening:
    until: date | None
    """Last day on which the page opens, or None if there is no end (yet)."""
    is_open: bool


@dataclass(frozen=True)
class Try:
    at: datetime
    succeeded: bool
    via: str = ""
    """link or code; empty for a success, of which it is not known."""
    address: str = ""


@dataclass(frozen=True)
class InNow:
    """Open session of a buyer."""

    since: datetime
    seen_at: datetime
    took_second_step: bool


@dataclass(frozen=True)
class Lock:
    id: UUID
    via: str
    """Subject of the lock: link, code or address."""
    until: datetime
    addresses: tuple[str, ...]
    """Client addresses with failed attempts, the latest first."""


def opening(session: Session, shop: Shop, order: Order, today: date) -> Opening:
    until = open_until(shop, session.execute(select(*STANDING).where(Order.id == order.id)).one())
    return Opening(until, is_open(until, today))


def tries(session: Session, order: Order, *, secret: str) -> list[Try]:
    """Return the newest attempts; failures are kept for a week."""
    failures = session.scalars(
        select(LoginFailure)
        .filter_by(shop_id=order.shop_id, code_digest=order_code_digest(secret, order.shop_id, order.code_key))
        .order_by(LoginFailure.at.desc())
        .limit(SHOWN_TRIES)
    )
    logins = session.scalars(
        select(AuditEntry.at)
        .filter_by(shop_id=order.shop_id, subject_type="order", subject_id=order.id, action="login.succeeded")
        .order_by(AuditEntry.at.desc())
        .limit(SHOWN_TRIES)
    )
    found = [Try(row.at, succeeded=False, via=row.via, address=row.address) for row in failures]
    found += [Try(at, succeeded=True) for at in logins]
    return sorted(found, key=lambda each: each.at, reverse=True)[:SHOWN_TRIES]


def in_now(session: Session, order: Order, now: datetime) -> list[InNow]:
    """Return the open sessions, newest first, without those of staff who look at the page as the buyer sees it."""
    rows = session.scalars(
        select(BuyerSession)
        .where(
            BuyerSession.shop_id == order.shop_id,
            sessions.reaches(order),
            BuyerSession.opened_by.is_(None),
            BuyerSession.seen_at > now - sessions.IDLE,
        )
        .order_by(BuyerSession.created_at.desc())
    )
    return [
        InNow(row.created_at, row.seen_at, took_second_step=row.proved_email_key != "")
        for row in rows
        if row.ended_at is None and sessions.is_live(row.created_at, row.seen_at, None, now)
    ]


def locks_of(session: Session, order: Order, seen: Sequence[Try], *, secret: str, now: datetime) -> list[Lock]:
    """Return the locks that keep this order's buyer out: those of its code and of the addresses that tried it."""
    digest = order_code_digest(secret, order.shop_id, order.code_key)
    subjects = [digest, *{each.address for each in seen if each.address}]
    return _locks(session, order.shop_id, now, LoginLock.subject.in_(subjects))


def locks_of_shop(session: Session, shop: Shop, now: datetime) -> list[Lock]:
    """Return all locks of the shop, also of codes that no order has, the longest first."""
    return _locks(session, shop.id, now)


def locks_of_code(session: Session, shop: Shop, code_key: str, *, secret: str, now: datetime) -> list[Lock]:
    """Return the locks of a code as typed, whether an order has it or not."""
    return _locks(session, shop.id, now, LoginLock.subject == order_code_digest(secret, shop.id, code_key))


def _locks(session: Session, shop_id: UUID, now: datetime, *where: ColumnElement[bool]) -> list[Lock]:
    rows = session.scalars(
        select(LoginLock)
        .where(LoginLock.shop_id == shop_id, LoginLock.locked_until > now, *where)
        .order_by(LoginLock.locked_until.desc())
        .limit(SHOWN_LOCKS)
    ).all()
    addresses = _addresses(session, shop_id, [row.subject for row in rows if row.via != ADDRESS], now)
    return [
        Lock(
            row.id,
            row.via,
            row.locked_until,
            (row.subject,) if row.via == ADDRESS else addresses.get((row.subject, row.via), ()),
        )
        for row in rows
        if row.locked_until and limits.is_locked(row.locked_until, now)
    ]


def _addresses(
    session: Session, shop_id: UUID, digests: Sequence[str], now: datetime
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return (digest, via) → client addresses that failed at it, the latest first."""
    if not digests:
        return {}
    failures = session.execute(
        select(LoginFailure.code_digest, LoginFailure.via, LoginFailure.address)
        .where(
            LoginFailure.shop_id == shop_id,
            LoginFailure.code_digest.in_(digests),
            LoginFailure.at > now - LOCKED_BY,
        )
        .order_by(LoginFailure.at.desc())
    )
    found: dict[tuple[str, str], dict[str, None]] = {}
    for digest, via, address in failures:
        found.setdefault((digest, via), {})[address] = None
    return {key: tuple(each) for key, each in found.items()}
