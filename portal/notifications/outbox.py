"""Writing mails: `mailroom.post(session, …)` in the transaction of the change that the mail tells of.

The mailroom is `current_app.extensions["mailroom"]`; domain verbs take it as an argument. Each message is a folder
templates/mail/<message>/ plus the function `portal.notifications.<message>.context(…)` that gives what it prints:

    mailroom.post(
        session, shop=shop, order=order, message="login_code", recipient=order.email, language="ja", now=now,
        once_key=None, context=login_code.context(code=code, order_code=order.code),
    )
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.models import Order, OutboxMail, Shop
from portal.models.base import new_id
from portal.models.upsert import insert_if_absent
from portal.notifications import letters
from portal.values.emails import LONGEST, normalise
from portal.values.links import LinkRing

MAX_SUBJECT = 300
WAITED_FOR = frozenset({"login_code", "order_link"})
"""Messages that somebody waits for with the page open: they overtake the others."""
BAD_ADDRESS = "bad_address"


@dataclass(frozen=True)
class Mailroom:
    public_url: str
    links: LinkRing
    sender: str
    """From address of shops that have none of their own."""

    def order_url(self, shop: Shop, order: Order) -> str:
        """The order's own link, as a mail prints it."""
        return f"{self.public_url}/{shop.slug}/o/{self.links.sign_order(shop.id, order.id)}"

    def post(
        self,
        session: Session,
        *,
        shop: Shop,
        order: Order | None,
        message: str,
        recipient: str,
        context: Mapping[str, Any],
        language: str,
        once_key: str | None,
        now: datetime,
        attachment_id: UUID | None = None,
    ) -> None:
        """Renders and writes the row; it is sent after the caller's commit.

        A second mail of this shop with the same `once_key` is not written. An address that no mail can be sent to
        gives a row that has failed already, for staff to see: the change itself must not fail over it.
        """
        letter = letters.write(message, language, shop, {**context, "order": order})
        mail_id = new_id()
        from_address = shop.mail_from or self.sender
        address = normalise(recipient)
        row = {
            "id": mail_id,
            "shop_id": shop.id,
            "order_id": order.id if order else None,
            "message": message,
            "once_key": once_key,
            "message_id": f"<{mail_id.hex}@{from_address.rpartition('@')[2]}>",
            "sender": str(Address(_one_line(shop.name), addr_spec=from_address)),
            "recipient": address or _one_line(recipient)[:LONGEST],
            "subject": _one_line(letter.subject)[:MAX_SUBJECT],
            "body_text": letter.text,
            "body_html": letter.html,
            "attachment_id": attachment_id,
            "rank": 0 if message in WAITED_FOR else 1,
            "state": "queued" if address else "failed",
            "last_error": "" if address else BAD_ADDRESS,
            "next_try_at": now,
            "created_at": now,
        }
        insert_if_absent(session, OutboxMail, row, ["shop_id", "once_key"])


def _one_line(text: str) -> str:
    """For a header: no line break can start another one, no control character survives."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()
