"""Sending of the outbox: claim a row and commit, send without a transaction, write what became of it.

queued → sending → sent, or queued again, failed, unknown. A worker that dies in between leaves its row in `sending`;
nobody knows then whether the server took the mail, so the row becomes `unknown` and staff decide.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from portal.models import OutboxMail
from portal.models.mail import HAS_BODY
from portal.notifications.rules.retries import LIFETIMES, WHILE_DOWN, is_too_late, next_try
from portal.ports import Attachment, Mail, Mailer, MailerDownError, MailRefusedError, MailUncertainError

log = structlog.get_logger("mypage")

STUCK_AFTER = timedelta(minutes=10)
"""Time after which a worker counts as dead, longer than any conversation with a mail server can last."""


KEEP_BODIES = timedelta(days=90)


@dataclass(frozen=True)
class Outcome:
    state: str
    error: str = ""
    next_try_at: datetime | None = None
    server_down: bool = False
    """True if the mail server was away: no try is used up, and the other mails must wait too."""


def send_due(
    begin: Callable[[], Session],
    *,
    mailer: Mailer,
    attachment: Callable[[UUID], Attachment],
    clock: Callable[[], datetime],
    limit: int,
) -> bool:
    """Send up to `limit` due mails, one after the other; return whether there may be more to send now.

    `attachment` gives a stored file, or raises LookupError if it is not stored yet.
    """
    for _ in range(limit):
        with begin() as session, session.begin():
            mail = claim(session, clock())
        if mail is None:
            return False
        outcome = _send(mail, mailer, attachment, clock)
        with begin() as session, session.begin():
            _settle(session, mail, outcome, clock())
        log.info("mail", mail_id=str(mail.id), message=mail.message, state=outcome.state, error=outcome.error)
        if outcome.server_down:
            return False
    return True


def claim(session: Session, now: datetime) -> OutboxMail | None:
    """Claim the next due row and set it to `sending`, or return None.

    Workers skip each other's rows on PostgreSQL and queue up on SQLite.
    """
    mail = session.scalars(
        select(OutboxMail)
        .where(OutboxMail.state == "queued", OutboxMail.next_try_at <= now)
        .order_by(OutboxMail.rank, OutboxMail.next_try_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if mail is not None:
        mail.state = "sending"
        mail.claimed_at = now
        mail.attempts += 1
    return mail


def _send(
    mail: OutboxMail, mailer: Mailer, attachment: Callable[[UUID], Attachment], clock: Callable[[], datetime]
) -> Outcome:
    if is_too_late(mail.message, mail.created_at, clock()):
        return Outcome("failed", "too late")
    try:
        attachments = (attachment(mail.attachment_id),) if mail.attachment_id else ()
    except (LookupError, OSError) as error:
        return _again(mail, clock(), f"attachment: {type(error).__name__}")
    try:
        mailer.send(_ready(mail, attachments))
    except MailUncertainError as error:
        return Outcome("unknown", str(error))
    except MailerDownError as error:
        return Outcome("queued", str(error), clock() + WHILE_DOWN, server_down=True)
    except MailRefusedError as error:
        return Outcome("failed", str(error)) if error.permanent else _again(mail, clock(), str(error))
    except Exception as error:  # noqa: BLE001 - it has to become a state that staff see, and not hold up the others
        # The error's text could contain personal data: only its class is kept.
        return Outcome("failed", f"not sendable: {type(error).__name__}")
    return Outcome("sent")


def _ready(mail: OutboxMail, attachments: tuple[Attachment, ...]) -> Mail:
    return Mail(
        message_id=mail.message_id,
        sender=mail.sender,
        recipient=mail.recipient,
        subject=mail.subject,
        text=mail.body_text,
        html=mail.body_html,
        attachments=attachments,
    )


def _again(mail: OutboxMail, now: datetime, error: str) -> Outcome:
    at = next_try(mail.attempts, now)
    return Outcome("queued" if at else "failed", error, at)


def _settle(session: Session, mail: OutboxMail, outcome: Outcome, now: datetime) -> None:
    """Write the outcome unless the row was claimed again: a later claim has a higher `attempts`."""
    session.execute(
        update(OutboxMail)
        .where(OutboxMail.id == mail.id, OutboxMail.attempts == mail.attempts)
        .where(OutboxMail.state.in_(["sending", "unknown"]))
        .values(
            state=outcome.state,
            last_error=outcome.error[:300],
            next_try_at=outcome.next_try_at or mail.next_try_at,
            sent_at=now if outcome.state == "sent" else None,
            attempts=mail.attempts - outcome.server_down,
        )
    )


def mark_stuck(session: Session, now: datetime) -> int:
    """Set rows whose worker died while sending to `unknown` and return their number."""
    marked = session.scalars(
        update(OutboxMail)
        .where(OutboxMail.state == "sending", OutboxMail.claimed_at < now - STUCK_AFTER)
        .values(state="unknown", last_error="the worker died while it was sending")
        .returning(OutboxMail.id)
    ).all()
    return len(marked)


def expire_bodies(session: Session, now: datetime) -> None:
    """Blank the bodies of mails: those with a code or link when it expires, the others after KEEP_BODIES.

    Who got which mail stays known.
    """
    for message, lifetime in LIFETIMES.items():
        session.execute(_blank(now - lifetime).where(OutboxMail.message == message))
    session.execute(_blank(now - KEEP_BODIES))


def _blank(before: datetime) -> Update:
    return (
        update(OutboxMail)
        .where(HAS_BODY, OutboxMail.created_at < before, OutboxMail.state.in_(["sent", "failed", "unknown"]))
        .values(body_text="", body_html="")
        .execution_options(synchronize_session=False)
    )
