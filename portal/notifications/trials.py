"""テストメール: a member of staff sends a text to their own mailbox."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import AuditEntry, Shop
from portal.notifications.letters import Letter
from portal.notifications.outbox import Mailroom

TESTED = "mail_text.tested"
MOST_AN_HOUR = 10


def send(
    session: Session,
    mailroom: Mailroom,
    shop: Shop,
    letter: Letter,
    *,
    message: str,
    order_code: str,
    recipient: str,
    actor: str,
    now: datetime,
) -> bool:
    """Send the mail to the member of staff who asks for it; return False after MOST_AN_HOUR mails within an hour.

    `order_code`: the order whose data it contains, empty if none.
    """
    lately = select(func.count()).where(
        AuditEntry.shop_id == shop.id,
        AuditEntry.subject_type == "shop",
        AuditEntry.subject_id == shop.id,
        AuditEntry.at > now - timedelta(hours=1),
        AuditEntry.action == TESTED,
        AuditEntry.actor == actor,
    )
    if session.scalars(lately).one() >= MOST_AN_HOUR:
        return False
    mailroom.post_test(session, shop=shop, letter=letter, recipient=recipient, now=now)
    audit.record_about(
        session, shop, TESTED, {"text": (None, message), "orders": (None, order_code or None)}, actor=actor, now=now
    )
    return True
