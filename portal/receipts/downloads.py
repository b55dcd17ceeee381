"""Downloads of an issued receipt: how long its bytes are open, and sending it by mail."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Order, OutboxMail, Receipt, Shop
from portal.notifications import receipt_file
from portal.notifications.outbox import Mailroom
from portal.receipts.ledger import number_text
from portal.receipts.rules.permissions import GRACE, Copies, Download, Policy, download_decision
from portal.receipts.rules.wording import file_name
from portal.values.dates import tokyo_date


@dataclass(frozen=True)
class Window:
    """What decides when and how often the bytes of the newest row (`ledger.newest_of`) can be downloaded."""

    stored_at: datetime | None
    reopened_at: datetime | None
    extra_downloads: int
    by_staff: bool = False
    """True for an original issued by staff: its half hour begins when the buyer takes it, not when it was made."""
    copies: int = 0
    """Copies (再発行) that were taken so far."""
    first_on: date | None = None
    """Day from which the months of copies are counted, None while nobody took the original."""

    @property
    def waits_for_buyer(self) -> bool:
        return self.by_staff and self.reopened_at is None

    @property
    def opened_at(self) -> datetime | None:
        """Return the start of the half hour in which every buyer who proved the order gets the same bytes.

        Return None if the PDF is not stored yet.
        """
        return max(self.stored_at, self.reopened_at or self.stored_at) if self.stored_at else None


@dataclass(frozen=True)
class Offer:
    """The download that is open to the buyer now."""

    decision: Download
    open_until: datetime | None
    """End of the half hour, None if there is no limit or the PDF is not stored yet."""

    @property
    def is_open(self) -> bool:
        return self.decision is Download.SAME_BYTES


def window_of(receipt: Receipt) -> Window:
    by_staff = receipt.issued_by == "staff" and receipt.original_id is None
    first = receipt.original or receipt
    return Window(
        receipt.rendition.stored_at,
        receipt.reopened_at,
        receipt.extra_downloads,
        by_staff,
        receipt.copy_number,
        first_day(first.issued_on, first.reopened_at),
    )


def first_day(issued_on: date, reopened_at: datetime | None) -> date:
    """Return the day from which the months of copies count: the buyer's first download, or the last one granted."""
    return max(issued_on, tokyo_date(reopened_at)) if reopened_at else issued_on


def offer(shop: Shop, window: Window, now: datetime) -> Offer:
    policy = Policy(shop.receipt_policy)
    opened = window.opened_at
    copies = Copies(shop.receipt_copies, shop.receipt_months)
    decision = download_decision(
        policy,
        grace_from=opened,
        now=now,
        grants_left=window.extra_downloads,
        waits_for_buyer=window.waits_for_buyer,
        copies_left=window.first_on is None
        or copies.are_left(taken=window.copies, first_on=window.first_on, today=tokyo_date(now)),
    )
    return Offer(decision, opened + GRACE if opened and policy is not Policy.UNLIMITED else None)


def name_of_file(receipt: Receipt) -> str:
    return file_name(receipt.transaction_on, receipt.counterparty, receipt.amount)


def send_by_mail(
    session: Session,
    mailroom: Mailroom,
    *,
    shop: Shop,
    order: Order,
    receipt: Receipt,
    actor: str,
    language: str,
    now: datetime,
) -> None:
    """Mail the receipt to the order's own address and no other, at most once a day."""
    number, about = number_text(receipt.number), ("receipt_file", receipt.id)
    paper = Attached(about, number, receipt.rendition_id)
    if mail_paper(session, mailroom, paper, shop=shop, order=order, language=language, now=now):
        audit.record_about(session, receipt, "receipt.mailed", actor=actor, now=now)


@dataclass(frozen=True)
class Attached:
    about: tuple[str, UUID]
    """Message, and the id of what is mailed."""
    number: str
    """Number as it is printed on the paper."""
    rendition_id: UUID


def mail_paper(
    session: Session,
    mailroom: Mailroom,
    paper: Attached,
    *,
    shop: Shop,
    order: Order,
    language: str,
    now: datetime,
) -> bool:
    """Mail the paper to the order's own address and no other, at most once a day; return whether this call did."""
    if _is_written(session, shop.id, paper.about, now):
        return False
    mailroom.post(
        session,
        shop=shop,
        order=order,
        message=paper.about[0],
        recipient=order.email,
        context=receipt_file.context(order_code=order.code, number=paper.number),
        language=language,
        once_key=_once_key(paper.about, now),
        now=now,
        attachment_id=paper.rendition_id,
    )
    return True


def was_mailed(session: Session, receipt: Receipt, now: datetime) -> bool:
    """Return whether a mail with this receipt was written today."""
    return _is_written(session, receipt.shop_id, ("receipt_file", receipt.id), now)


def _is_written(session: Session, shop_id: UUID, about: tuple[str, UUID], now: datetime) -> bool:
    keys = {"shop_id": shop_id, "once_key": _once_key(about, now)}
    return session.scalar(select(OutboxMail.id).filter_by(**keys)) is not None


def _once_key(about: tuple[str, UUID], now: datetime) -> str:
    message, key = about
    return f"{message}:{key.hex}:{tokyo_date(now)}"
