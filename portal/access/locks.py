"""Failed logins and locks, stored as rows so that they hold across processes and restarts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.access.rules import limits
from portal.access.rules.digests import order_code_digest
from portal.access.rules.limits import ADDRESS, Via
from portal.models import LoginFailure, LoginLock, Order
from portal.models.upsert import insert_if_absent

LOCK_KEY = ("shop_id", "subject", "via")


def take(session: Session, shop_id: UUID, subject: str, via: str, now: datetime) -> LoginLock:
    """Return the row of a code or address, locked until the transaction ends, so attempts are judged one by one."""
    window = limits.ADDRESS_WINDOW if via == ADDRESS else limits.CODE_WINDOW
    values = {"shop_id": shop_id, "subject": subject, "via": via, "counted_from": now - window}
    query = select(LoginLock).filter_by(shop_id=shop_id, subject=subject, via=via).with_for_update()
    while True:
        insert_if_absent(session, LoginLock, values, LOCK_KEY)
        # None if the sweep deleted the row between the two statements.
        if (row := session.scalar(query.execution_options(populate_existing=True))) is not None:
            return row


def address_locked_until(session: Session, shop_id: UUID, address: str, now: datetime) -> datetime | None:
    until = session.scalar(select(LoginLock.locked_until).filter_by(shop_id=shop_id, subject=address, via=ADDRESS))
    return until if limits.is_locked(until, now) else None


def note_failure(session: Session, lock: LoginLock, address: str, now: datetime) -> None:
    """Count a failed attempt on a row from `take`, and lock the code or the address if it has had too many."""
    session.add(LoginFailure(shop_id=lock.shop_id, code_digest=lock.subject, via=lock.via, address=address, at=now))
    session.flush()
    if _failures_of_code(session, lock, now) >= limits.CODE_FAILURES:
        lock.level = limits.next_level(lock.level, lock.locked_until, now)
        lock.locked_until = now + limits.lock_length(lock.level)
        lock.counted_from = now
    if lock.via == Via.CODE:
        _note_address(session, lock.shop_id, address, now)
    session.flush()


def clear(lock: LoginLock, now: datetime) -> None:
    """Forget the failures, after a right answer or when staff say so."""
    lock.counted_from = now
    lock.locked_until = None
    lock.level = 0


def lift(session: Session, order: Order, *, secret: str, actor: str, now: datetime) -> bool:
    """Let the order's buyer try again at once, by link and by code. Return False if nothing was locked."""
    subject = order_code_digest(secret, order.shop_id, order.code_key)
    rows = session.scalars(
        select(LoginLock).filter_by(shop_id=order.shop_id, subject=subject).order_by(LoginLock.via).with_for_update()
    ).all()
    locked = [row for row in rows if limits.is_locked(row.locked_until, now)]
    for row in rows:
        clear(row, now)
    if locked:
        audit.record_about(session, order, "login_lock.lifted", actor=actor, now=now)
    return bool(locked)


def lift_one(session: Session, shop_id: UUID, lock_id: UUID, *, actor: str, now: datetime) -> bool:
    """Lift one lock of a shop, a code's or an address's. Return False if nothing was locked."""
    row = session.scalar(select(LoginLock).filter_by(shop_id=shop_id, id=lock_id).with_for_update())
    if row is None or not limits.is_locked(row.locked_until, now):
        return False
    clear(row, now)
    audit.record_about(session, row, "login_lock.lifted", actor=actor, now=now)
    return True


def _failures_of_code(session: Session, lock: LoginLock, now: datetime) -> int:
    query = select(func.count()).where(
        LoginFailure.shop_id == lock.shop_id,
        LoginFailure.code_digest == lock.subject,
        LoginFailure.via == lock.via,
        LoginFailure.at > max(lock.counted_from, now - limits.CODE_WINDOW),
    )
    return session.scalars(query).one()


def _note_address(session: Session, shop_id: UUID, address: str, now: datetime) -> None:
    failures = _failures_of_address(session, shop_id, address, since=now - limits.ADDRESS_WINDOW)
    if not limits.address_is_suspicious(*failures):
        return
    row = take(session, shop_id, address, ADDRESS, now)
    # Counted again once the row is locked: failures before an earlier lock no longer count.
    since = max(row.counted_from, now - limits.ADDRESS_WINDOW)
    if limits.address_is_suspicious(*_failures_of_address(session, shop_id, address, since=since)):
        row.level = 1
        row.locked_until = now + limits.ADDRESS_LOCK
        row.counted_from = now


def _failures_of_address(session: Session, shop_id: UUID, address: str, *, since: datetime) -> tuple[int, int]:
    """Return (failures, different codes) of the attempts with a typed code from an address."""
    query = select(func.count(), func.count(LoginFailure.code_digest.distinct())).where(
        LoginFailure.shop_id == shop_id,
        LoginFailure.address == address,
        LoginFailure.via == Via.CODE,
        LoginFailure.at > since,
    )
    failures, codes = session.execute(query).one()
    return failures, codes
