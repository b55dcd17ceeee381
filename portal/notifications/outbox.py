"""Writing of mails: `mailroom.post(session, …)` in the transaction of the change that the mail is about.

The mailroom is `current_app.extensions["mailroom"]`; domain verbs take it as an argument. Each message is a folder
templates/mail/<message>/ plus the function `portal.notifications.<message>.context(…)` that gives what it prints:

    mailroom.post(
        session, shop=shop, order=order, message="login_code", recipient=order.email, language="ja", now=now,
        once_key=None, context=login_code.context(code=code, order_code=order.code),
    )
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.headerregistry import Address
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.models import Order, OutboxMail, Shop
from portal.models.base import new_id
from portal.models.upsert import insert_if_absent
from portal.notifications import letters, own_letters, texts
from portal.notifications.fillings import Fillings
from portal.notifications.letters import Letter
from portal.notifications.once_keys import once_key
from portal.notifications.rules.messages import TEST, TEST_MARK
from portal.notifications.rules.placeholders import one_line
from portal.notifications.rules.texts import Text
from portal.values.dates import tokyo_date
from portal.values.emails import LONGEST, normalise
from portal.values.links import LinkRing

MAX_SUBJECT = 300
WAITED_FOR = frozenset({"login_code", "order_link", "staff_password"})
"""Messages that somebody waits for with the page open: they overtake the others."""
BAD_ADDRESS = "bad_address"


class To(StrEnum):
    """Page that the order's link leads to once the buyer is in."""

    ORDER = "order"
    SUBSCRIPTION = "subscription"
    """The order's subscription."""
    CARDS = "cards"
    """The buyer's cards, reached from that subscription."""


class Words(Protocol):
    """Wording that pages and mails share: `portal.words.change`, which stands above the domain."""

    def change_name(self, kind: str, *, language: str | None = None) -> str: ...

    def change_lines(
        self, facts: Mapping[str, Any], today: date, *, full: bool = False, language: str | None = None
    ) -> Sequence[tuple[str, str, str]]: ...


@dataclass(frozen=True)
class Mailroom:
    public_url: str
    links: LinkRing
    sender: str
    """From address of shops that have none of their own."""
    words: Words

    def order_url(self, shop: Shop, order: Order, to: To = To.ORDER) -> str:
        """Return the order's own link, as a mail prints it."""
        where = f"?to={to}" if to is not To.ORDER else ""
        return f"{self.public_url}/{shop.slug}/o/{self.links.sign_order(shop.id, order.id)}{where}"

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
        words: Text | None = None,
    ) -> bool:
        """Render the mail and write its row, sent after the caller's commit; return whether it was written.

        A second mail of this shop with the same `once_key` is not written. An address that no mail can be sent to
        gives a row that has failed already, for staff to see: the change itself must not fail because of it.
        """
        letter = self.write(
            session, shop=shop, order=order, message=message, context=context, language=language, now=now, words=words
        )
        facts = {"order_id": order.id if order else None, "once_key": once_key, "attachment_id": attachment_id}
        rank = 0 if message in WAITED_FOR else 1
        return self._put(session, shop, letter, recipient, now, message=message, rank=rank, **facts)

    def tell_shop(
        self,
        session: Session,
        *,
        shop: Shop,
        order: Order,
        message: str,
        context: Mapping[str, Any],
        about: UUID,
        now: datetime,
    ) -> None:
        """Write once to each address that the shop has named for notices. `about`: id of the row that it is about."""
        for address in shop.notice_addresses:
            self.post(
                session,
                shop=shop,
                order=order,
                message=message,
                recipient=address,
                context=context,
                language="ja",
                once_key=once_key(message, about, address),
                now=now,
            )

    def post_test(self, session: Session, *, shop: Shop, letter: Letter, recipient: str, now: datetime) -> None:
        """Write to a member of staff who wants to see a text in their own mailbox. The mail belongs to no order."""
        marked = replace(letter, subject=f"{TEST_MARK}{letter.subject}")
        self._put(session, shop, marked, recipient, now, message=TEST, rank=0)

    def write(
        self,
        session: Session,
        *,
        shop: Shop,
        order: Order | None,
        message: str,
        context: Mapping[str, Any],
        language: str,
        now: datetime,
        words: Text | None = None,
    ) -> Letter:
        """Write the mail in the shop's own words if it has any; if they cannot be filled, use ours and show staff why.

        `words`: what staff wrote for this one mail. Raise own_letters.UnfillableError if it could not be saved.
        """
        given = {**context, "order": order}
        value = self.fillings(shop, order, context, language, now)
        if words is not None:
            return own_letters.write(words, message, language, shop, value)
        own = texts.find(session, shop, message, language)
        if own is not None:
            try:
                return own_letters.write(Text(own.subject, own.body), message, language, shop, value)
            except SQLAlchemyError:
                raise
            except Exception as error:  # noqa: BLE001 - a mail that somebody waits for must not fail over a text
                failure = str(error) if isinstance(error, own_letters.UnfillableError) else type(error).__name__
                texts.note_failure(session, own, failure, now)
        return letters.write(message, language, shop, given, tokyo_date(now))

    def fillings(
        self, shop: Shop, order: Order | None, context: Mapping[str, Any], language: str, now: datetime
    ) -> Fillings:
        url = self.order_url(shop, order) if order else ""
        return Fillings(shop, order, url, language, context, tokyo_date(now))

    def _put(
        self, session: Session, shop: Shop, letter: Letter, recipient: str, now: datetime, **facts: object
    ) -> bool:
        mail_id = new_id()
        from_address = shop.mail_from or self.sender
        address = normalise(recipient)
        row = {
            "id": mail_id,
            "shop_id": shop.id,
            "message_id": f"<{mail_id.hex}@{from_address.rpartition('@')[2]}>",
            "sender": str(Address(one_line(shop.name), addr_spec=from_address)),
            "recipient": address or one_line(recipient)[:LONGEST],
            "subject": one_line(letter.subject)[:MAX_SUBJECT],
            "body_text": letter.text,
            "body_html": letter.html,
            "state": "queued" if address else "failed",
            "last_error": "" if address else BAD_ADDRESS,
            "next_try_at": now,
            "created_at": now,
            **facts,
        }
        return insert_if_absent(session, OutboxMail, row, ["shop_id", "once_key"])
