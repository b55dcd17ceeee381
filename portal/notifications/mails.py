"""送ったメール: search of a shop's mails, and what staff may do with one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select, tuple_, update
from sqlalchemy.orm import Session, defer

from portal import audit
from portal.models import Order, OutboxMail, Shop
from portal.notifications.outbox import BAD_ADDRESS
from portal.notifications.rules.messages import MESSAGES, SECRET, TEST
from portal.notifications.rules.retries import is_too_late
from portal.values.dates import ends, starts

A_PAGE = 50
OF_AN_ORDER = 50
STATES: Mapping[str, Sequence[str]] = {
    "waiting": ("queued", "sending"),
    "sent": ("sent",),
    "failed": ("failed",),
    "unknown": ("unknown",),
}
"""States of the outbox by the state that staff see."""
TO_THE_ORDERS_ADDRESS = {*MESSAGES} - SECRET - {"request_answered", "request_received", "subscription_changed"}
"""Messages that go to the order's address.

Not among them: an answer goes to the address that the buyer gave with the question, word of it to the subscription's; a change is told to each address
that it concerns, also to the old one; a code is worth nothing at another address.
"""
SETTLED_BY_STAFF = "taken as sent by staff"
_BODIES = (defer(OutboxMail.body_text), defer(OutboxMail.body_html))


@dataclass(frozen=True)
class Wanted:
    """Filters of the search; an empty field does not filter.

    `recipient` is the beginning of an address; days are days in Tokyo, both included.
    """

    state: str = ""
    message: str = ""
    recipient: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Listed:
    mail: OutboxMail
    order_code: str | None


def search(session: Session, shop: Shop, wanted: Wanted, before: UUID | None) -> tuple[list[Listed], UUID | None]:
    """Return one page of mails, newest first, without bodies, and the last mail of the page if there are more.

    `before`: that last mail of the page before.
    """
    query = select(OutboxMail, Order.code).outerjoin(Order, Order.id == OutboxMail.order_id).options(*_BODIES)
    query = _narrowed(query.where(OutboxMail.shop_id == shop.id), wanted)
    if before is not None:
        place = select(OutboxMail.created_at, OutboxMail.id).where(
            OutboxMail.shop_id == shop.id, OutboxMail.id == before
        )
        at = session.execute(place).one_or_none()
        if at is not None:
            query = query.where(tuple_(OutboxMail.created_at, OutboxMail.id) < tuple_(at.created_at, at.id))
    rows = session.execute(query.order_by(OutboxMail.created_at.desc(), OutboxMail.id.desc()).limit(A_PAGE + 1)).all()
    found = [Listed(mail, code) for mail, code in rows[:A_PAGE]]
    return found, found[-1].mail.id if len(rows) > A_PAGE else None


def mails_of(session: Session, shop: Shop, order: Order) -> list[OutboxMail]:
    """Return the order's newest mails, without bodies, for templates/admin/mails/_of_order.html."""
    query = select(OutboxMail).where(OutboxMail.shop_id == shop.id, OutboxMail.order_id == order.id)
    newest = query.order_by(OutboxMail.created_at.desc(), OutboxMail.id.desc())
    return list(session.scalars(newest.options(*_BODIES).limit(OF_AN_ORDER)))


def _narrowed(query: Select[OutboxMail, str], wanted: Wanted) -> Select[OutboxMail, str]:
    if wanted.state in STATES:
        query = query.where(OutboxMail.state.in_(STATES[wanted.state]))
    if wanted.message:
        query = query.where(OutboxMail.message == wanted.message)
    if wanted.recipient:
        # Addresses are stored in lower case.
        query = query.where(OutboxMail.recipient.startswith(wanted.recipient.strip().lower(), autoescape=True))
    if wanted.since:
        query = query.where(OutboxMail.created_at >= starts(wanted.since))
    if wanted.until:
        query = query.where(OutboxMail.created_at < ends(wanted.until))
    return query


# --- what is the matter with one --------------------------------------------------------------------------------------
def state(mail: OutboxMail) -> str:
    """Return the key of the sentences in templates/admin/mails/_words.html."""
    if mail.state == "queued":
        return "again_later" if mail.last_error else "queued"
    if mail.state == "sent":
        return "taken_as_sent" if mail.last_error == SETTLED_BY_STAFF else "sent"
    if mail.state == "failed":
        if mail.settled_at is not None:
            return "settled"
        return _FAILURES.get(mail.last_error, "refused" if "refused" in mail.last_error else "failed")
    return mail.state


_FAILURES = {BAD_ADDRESS: "bad_address", "too late": "too_late"}


def is_shown(mail: OutboxMail) -> bool:
    """Return whether staff may read the mail: only messages known to hold neither a code nor a link to log in.

    A colleague's mail, for example, may hold a link to a new password.
    """
    return mail.message in {*MESSAGES, TEST} - SECRET


def may_retry(mail: OutboxMail, now: datetime, *, elsewhere: bool = False) -> bool:
    """Return whether the mail can go into the queue again: failed or of unknown fate, with its body, and not too late.

    One with a bad address needs another one. `elsewhere`: it goes to another address than before.
    """
    return (
        mail.state in ("failed", "unknown")
        and (mail.last_error != BAD_ADDRESS or elsewhere)
        and mail.body_text != ""
        and not is_too_late(mail.message, mail.created_at, now)
    )


def address_now(session: Session, mail: OutboxMail) -> str:
    """Return the address of the mail's order, or an empty string if the mail went there."""
    if mail.order_id is None or mail.message not in TO_THE_ORDERS_ADDRESS:
        return ""
    order = session.get_one(Order, mail.order_id)
    return order.email_key if order.email_key != mail.recipient else ""


# --- what staff may do ------------------------------------------------------------------------------------------------
def retry(
    session: Session, mail: OutboxMail, *, seen_attempts: int, actor: str, now: datetime, recipient: str = ""
) -> bool:
    """Put the mail into the queue again, once for what was seen on the page; return whether this call did it.

    A second press, or one on an old page, does nothing. `recipient`: the order's address as the page showed it
    (`address_now`), to which the mail goes from now on.
    """
    if not may_retry(mail, now, elsewhere=bool(recipient)):
        return False
    values: dict[str, object] = {"state": "queued", "next_try_at": now, "settled_at": None}
    if recipient:
        if recipient != address_now(session, mail):
            return False
        values |= {"recipient": recipient, "last_error": ""}
    return _move(session, mail, ("failed", "unknown"), values, "mail.retried", seen_attempts, actor, now)


def take_as_sent(session: Session, mail: OutboxMail, *, seen_attempts: int, actor: str, now: datetime) -> bool:
    """Mark a mail of unknown fate as sent: staff have found that it need not go again."""
    values = {"state": "sent", "last_error": SETTLED_BY_STAFF}
    return _move(session, mail, ("unknown",), values, "mail.taken_as_sent", seen_attempts, actor, now)


def resolve(session: Session, mail: OutboxMail, *, seen_attempts: int, actor: str, now: datetime) -> bool:
    """Mark a failed mail as settled: somebody has dealt with it in another way."""
    if mail.settled_at is not None:
        return False
    values = {"state": "failed", "settled_at": now}
    return _move(session, mail, ("failed",), values, "mail.settled", seen_attempts, actor, now)


def _move(
    session: Session,
    mail: OutboxMail,
    states: Sequence[str],
    values: Mapping[str, object],
    action: str,
    seen_attempts: int,
    actor: str,
    now: datetime,
) -> bool:
    changes = {field: (getattr(mail, field), values.get(field)) for field in ("state", "settled_at")}
    if "recipient" in values:
        changes["recipient"] = (mail.recipient, values["recipient"])
    # One statement: of two presses at the same moment the second finds another state or more attempts.
    moved = session.execute(
        update(OutboxMail)
        .where(OutboxMail.id == mail.id, OutboxMail.state.in_(states), OutboxMail.attempts == seen_attempts)
        .values(values)
        .returning(OutboxMail.id)
        .execution_options(synchronize_session=False)
    ).first()
    if moved is None:
        return False
    audit.record_about(session, mail, action, changes, actor=actor, now=now)
    return True
