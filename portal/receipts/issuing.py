"""Issuing by the buyer, exactly once, and reissuing. The verbs flush; the entry points commit."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from portal import audit
from portal.models import Order, Receipt, Shop
from portal.receipts import ledger
from portal.receipts.documents import ReceiptDocument, Reissue
from portal.receipts.downloads import offer, window_of
from portal.receipts.drafting import Texts, draft_receipt
from portal.receipts.facts import facts_of
from portal.receipts.rules.permissions import Download, Refusal, may_issue, may_reissue
from portal.receipts.writing import VerifyUrl, write_receipt
from portal.values.dates import tokyo_date


@dataclass(frozen=True)
class Refused:
    reasons: tuple[Refusal, ...]


def issue(
    session: Session, *, shop: Shop, order: Order, texts: Texts, verify_url: VerifyUrl, actor: str, now: datetime
) -> Receipt | Refused:
    """Issue the buyer's receipt of this order, or return the one that exists.

    Repeated and simultaneous calls give one receipt.
    """
    ledger.lock_order(session, order.id)
    session.expire(order)
    receipts = ledger.live_receipts(session, order.id)
    own = ledger.buyers_own(receipts)
    if own is not None:
        return ledger.newest_of(receipts, own)
    reasons = may_issue(facts_of(shop, order, receipts))
    if reasons:
        return Refused(tuple(reasons))
    return write_receipt(
        session,
        shop,
        order,
        draft_receipt(shop, order, texts, tokyo_date(now)),
        {"issued_by": "buyer"},
        verify_url=verify_url,
        actor=actor,
        now=now,
    )


def issue_again(
    session: Session, *, shop: Shop, order: Order, receipt: Receipt, verify_url: VerifyUrl, actor: str, now: datetime
) -> Receipt | Refused:
    """Return the row that the buyer may download now, or write a 再発行 if the shop's policy asks for one.

    The newest row is returned while its bytes are open, on the first download of a receipt by staff, when a grant of
    staff opens it again, and when the policy `once` is used up; then its bytes stay closed. Under `reissue` a 再発行
    with a number of its own is written, as long as the sale and the permission stand.
    """
    ledger.lock_order(session, order.id)
    session.expire(order)
    receipts = ledger.live_receipts(session, order.id)
    newest = ledger.newest_of(receipts, receipt)
    decision = offer(shop, window_of(newest), now).decision
    if decision is Download.FIRST:
        _take_first(session, newest, actor=actor, now=now)
    if decision is Download.GRANTED:
        _use_grant(session, newest, actor=actor, now=now)
    if decision is not Download.REISSUE or newest not in receipts:
        return newest
    reasons = may_reissue(facts_of(shop, order, receipts))
    if reasons:
        return Refused(tuple(reasons))
    original = session.get_one(Receipt, newest.original_id or newest.id)
    return _reissue(session, shop, order, original, newest, verify_url=verify_url, actor=actor, now=now)


def _take_first(session: Session, receipt: Receipt, *, actor: str, now: datetime) -> None:
    receipt.reopened_at = now
    audit.record_about(session, receipt, "receipt.taken", actor=actor, now=now)


def _use_grant(session: Session, receipt: Receipt, *, actor: str, now: datetime) -> None:
    left = receipt.extra_downloads
    receipt.extra_downloads = left - 1
    receipt.reopened_at = now
    audit.record_about(
        session, receipt, "receipt.reopened", {"extra_downloads": (left, left - 1)}, actor=actor, now=now
    )


def _reissue(
    session: Session,
    shop: Shop,
    order: Order,
    original: Receipt,
    newest: Receipt,
    *,
    verify_url: VerifyUrl,
    actor: str,
    now: datetime,
) -> Receipt:
    """Issue the original's snapshot again: same texts and amounts, whatever has become of the order since."""
    first = ReceiptDocument.from_dict(original.snapshot)
    mark = Reissue(ledger.number_text(original.number), original.issued_on)
    return write_receipt(
        session,
        shop,
        order,
        replace(first, reissue=mark),
        {"issued_by": original.issued_by, "original_id": original.id, "copy_number": newest.copy_number + 1},
        verify_url=verify_url,
        actor=actor,
        now=now,
    )
