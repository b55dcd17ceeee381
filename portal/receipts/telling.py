"""Mail to the buyer that staff's receipts are ready: at once, or in the transaction that ships the last parcel."""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Order, Receipt, Shop
from portal.notifications import receipts_ready
from portal.notifications.outbox import Mailroom
from portal.receipts import ledger
from portal.receipts.rules.permissions import all_shipped
from portal.values.dates import tokyo_date
from portal.values.states import OrderStatus


class Told(StrEnum):
    NOW = "now"
    """The mail was written."""
    LATER = "later"
    """The mail will be written when everything is shipped."""
    BEFORE = "before"
    """A mail went to the same address today already; no second one was written."""
    NOBODY = "nobody"
    """The order has no e-mail address or no receipt by staff."""


def ask_to_tell(session: Session, mailroom: Mailroom, *, shop: Shop, order: Order, actor: str, now: datetime) -> Told:
    """Mark staff's live receipts to be announced, and write the mail if everything has shipped."""
    ledger.lock_order(session, order.id)
    # An import may have shipped it while we waited for the lock.
    session.expire(order)
    receipts = ledger.staffs(ledger.live_receipts(session, order.id))
    if not receipts or not order.email:
        return Told.NOBODY
    newly = not all(receipt.tell_buyer for receipt in receipts)
    for receipt in receipts:
        receipt.tell_buyer = True
    session.flush()
    told = _tell_if_ready(session, mailroom, shop=shop, order=order, now=now)
    # A second press changes nothing and is not recorded.
    if told is Told.NOW or (told is Told.LATER and newly):
        audit.record_about(session, order, "order.receipts_told", actor=actor, now=now)
    return told


def tell_waiting(session: Session, mailroom: Mailroom, *, shop: Shop, now: datetime) -> int:
    """Write the mails of marked orders whose last parcel has left, and return how many were written.

    Call it in the transaction that may have shipped some.
    """
    marked = select(Receipt.order_id).where(Receipt.shop_id == shop.id, Receipt.tell_buyer)
    shipped = select(Order).where(Order.id.in_(marked), Order.status == OrderStatus.SHIPPED)
    outcomes = [
        _tell_if_ready(session, mailroom, shop=shop, order=order, now=now) for order in session.scalars(shipped)
    ]
    return outcomes.count(Told.NOW)


def _tell_if_ready(session: Session, mailroom: Mailroom, *, shop: Shop, order: Order, now: datetime) -> Told:
    if not all_shipped(parcel.status for parcel in order.shipments):
        return Told.LATER
    receipts = ledger.staffs(ledger.live_receipts(session, order.id))
    if not any(receipt.tell_buyer for receipt in receipts):
        return Told.NOBODY
    for receipt in receipts:
        receipt.tell_buyer = False
    written = mailroom.post(
        session,
        shop=shop,
        order=order,
        message="receipts_ready",
        recipient=order.email,
        context=receipts_ready.context(
            order_url=mailroom.order_url(shop, order),
            numbers=[ledger.number_text(receipt.number) for receipt in receipts],
        ),
        language="ja",
        # The digest of the address lets a corrected address get the mail at once.
        once_key=f"receipts_ready:{order.id.hex}:{receipts[-1].number}:{tokyo_date(now)}:{_digest(order.email_key)}",
        now=now,
    )
    return Told.NOW if written else Told.BEFORE


def _digest(email_key: str) -> str:
    return sha256(email_key.encode()).hexdigest()[:8]
