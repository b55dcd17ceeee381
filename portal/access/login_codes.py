"""確認コード: six digits sent to an e-mail address; typing them proves that one reads its mail."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.access import sessions, ways
from portal.access.rules.digests import login_code_digest, proved_token, same
from portal.access.rules.visits import Visit
from portal.models import BuyerSession, LoginCode, Order, Shop
from portal.notifications import login_code
from portal.notifications.outbox import Mailroom
from portal.values import emails

VALID_FOR = timedelta(minutes=10)
MOST_TRIES = 5
AGAIN_AFTER = timedelta(seconds=60)
MOST_A_DAY = 10
"""Most codes to one address in 24 hours, over all sessions. So no mailbox is flooded, and a guesser who knows name and
order code has 50 attempts a day at a million numbers. Codes to new addresses are counted apart: anybody may type an
address in, which must not keep its owner from the second step. So are codes for those who came by the link of the mail:
name and order code stand on the parcel, and who has read them there must not use up the owner's codes."""
DIGITS = 6


@dataclass(frozen=True)
class Sent:
    pass


@dataclass(frozen=True)
class TooSoon:
    again_at: datetime


@dataclass(frozen=True)
class TooMany:
    """Refusal of another code to this address within 24 hours."""


@dataclass(frozen=True)
class Confirmed:
    token: str
    """Token for the cookie, in place of the one that the code was typed with."""


@dataclass(frozen=True)
class Wrong:
    tries_left: int


@dataclass(frozen=True)
class Spent:
    """Outcome if no code can still be typed: it is too old, used, or was tried too often."""


def send(
    session: Session,
    shop: Shop,
    order: Order,
    visit: Visit,
    *,
    email: str,
    mailroom: Mailroom,
    secret: str,
    language: str,
    now: datetime,
    for_new_address: bool = False,
) -> Sent | TooSoon | TooMany:
    """Mail a new code, which replaces the one before it.

    `order`: the one by which the buyer signed in. `for_new_address`: the address is not yet known as the buyer's.
    Raise ValueError if it is no e-mail address.
    """
    email_key = emails.normalise(email)
    if not email_key:
        raise ValueError("no e-mail address")
    _queue_on(session, visit)
    last = _newest(session, email_key, visit)
    if last is not None and now < last.sent_at + AGAIN_AFTER:
        return TooSoon(last.sent_at + AGAIN_AFTER)
    by_link = ways.came_by_link(session, visit, order)
    sent_today = select(func.count()).where(
        LoginCode.shop_id == shop.id,
        LoginCode.email_key == email_key,
        LoginCode.for_new_address.is_(for_new_address),
        LoginCode.by_link.is_(by_link),
        LoginCode.sent_at > now - timedelta(days=1),
    )
    if session.scalars(sent_today).one() >= MOST_A_DAY:
        return TooMany()
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    session.add(
        LoginCode(
            shop_id=shop.id,
            session_id=visit.session_id,
            order_id=order.id,
            email_key=email_key,
            for_new_address=for_new_address,
            by_link=by_link,
            code_digest=login_code_digest(secret, visit.session_id, digits),
            sent_at=now,
        )
    )
    mailroom.post(
        session,
        shop=shop,
        order=order,
        message="login_code",
        recipient=email,
        context=login_code.context(code=digits, order_code=order.code),
        language=language,
        once_key=None,
        now=now,
    )
    _audit(session, order, visit, "login_code.sent", now)
    return Sent()


def confirm(
    session: Session, order: Order, visit: Visit, typed: str, *, email_key: str, secret: str, now: datetime
) -> Confirmed | Wrong | Spent:
    """Judge a code typed for this address. Parallel attempts wait for each other.

    The right code proves the address for the rest of the visit, which goes on in a session under a new token, so that
    knowing the old one gains nothing.
    """
    row = _queue_on(session, visit)
    code = _newest(session, email_key, visit)
    if code is None or not (is_usable(code, now) or _is_pressed_twice(code, now)):
        return Spent()
    code.tries += 1
    if same(code.code_digest, login_code_digest(secret, visit.session_id, digits_of(typed))):
        token = proved_token(secret, visit.session_id, code.id)
        if code.used_at is None:
            code.used_at = now
            sessions.go_on_proved(session, row, token=token, email_key=code.email_key, now=now)
            _audit(session, order, visit, "second_step.passed", now)
        return Confirmed(token)
    session.flush()
    return Wrong(MOST_TRIES - code.tries) if code.tries < MOST_TRIES else Spent()


def pending(session: Session, email_key: str, visit: Visit, now: datetime) -> LoginCode | None:
    """Return the code that can be typed now, or None."""
    code = _newest(session, email_key, visit)
    return code if code is not None and is_usable(code, now) else None


def is_usable(code: LoginCode, now: datetime) -> bool:
    return code.used_at is None and code.tries < MOST_TRIES and now < code.sent_at + VALID_FOR


def _is_pressed_twice(code: LoginCode, now: datetime) -> bool:
    """Tell whether the code was used a moment ago: a browser that did not wait for the answer may send it again."""
    return code.used_at is not None and code.tries < MOST_TRIES and now < code.used_at + sessions.HANDED_OVER_IN


def digits_of(typed: str) -> str:
    """Return '123456' for '１２３ ４５６'."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed))


def _newest(session: Session, email_key: str, visit: Visit) -> LoginCode | None:
    return session.scalar(
        select(LoginCode)
        .where(LoginCode.session_id == visit.session_id, LoginCode.email_key == email_key)
        .order_by(LoginCode.sent_at.desc(), LoginCode.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _queue_on(session: Session, visit: Visit) -> BuyerSession:
    """Return the session's row, locked until the transaction ends, so that codes are sent and judged one by one."""
    query = select(BuyerSession).filter_by(id=visit.session_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _audit(session: Session, order: Order, visit: Visit, action: str, now: datetime) -> None:
    audit.record_about(session, order, action, actor=visit.actor, now=now)
