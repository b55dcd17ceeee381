"""Sending what the outbox holds: claim a row and commit, send without a transaction, write what became of it.

queued → sending → sent, or queued again, failed, unknown. A worker that dies in between leaves its row in `sending`;
whether the server took the mail then nobody knows, so the row becomes `unknown` and staff decide.
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
"""Longer than any conversation with a server can last."""


KEEP_BODIES = timedelta(days=90)


@dataclass(frozen=True)
class Outcome:
    state: str
    error: str = ""
    next_try_at: datetime | None = None
    server_down: bool = False
    """It was not about this mail and does not use up one of its tries; the others would fare no better now."""


def send_due(
    begin: Callable[[], Session],
    *,
    mailer: Mailer,
    attachment: Callable[[UUID], Attachment],
    clock: Callable[[], datetime],
    limit: int,
) -> bool:
    """Sends up to `limit` due mails, one after the other; True when there may be more to send now.

    `attachment` gives a stored file, or raises LookupError while there is none.
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
    """The next due row, now `sending`. Workers skip each other's rows on PostgreSQL and queue up on SQLite."""
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
        # Its words could be personal: only the kind is kept.
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
    """Only if the row is still the one that was claimed: a later claim has a higher `attempts`."""
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
    """Rows whose worker died while sending → unknown. The number of them."""
    marked = session.scalars(
        update(OutboxMail)
        .where(OutboxMail.state == "sending", OutboxMail.claimed_at < now - STUCK_AFTER)
        .values(state="unknown", last_error="the worker died while it was sending")
        .returning(OutboxMail.id)
    ).all()
    return len(marked)


def expire_bodies(session: Session, now: datetime) -> None:
    """Blanks what mails said: a code's as soon as it is over, the others' after KEEP_BODIES. Who got which mail stays."""
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
