"""Issuing by staff: all parts in one transaction, once per form however often it is sent. The caller commits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal import audit
from portal.models import Order, Receipt, Shop
from portal.receipts import ledger
from portal.receipts.custom import Part, draft_parts
from portal.receipts.drafting import transaction_on
from portal.receipts.facts import facts_of
from portal.receipts.return_invoices import standing_returns
from portal.receipts.rules.permissions import Refusal, may_issue
from portal.receipts.rules.splitting import MOST_PARTS
from portal.receipts.voiding import void
from portal.receipts.writing import VerifyUrl, write_receipt
from portal.values.dates import tokyo_date


class CustomRefusal(StrEnum):
    """Why nothing was issued. The form is kept and shown again with the current figures."""

    ORDER_CHANGED = "order_changed"
    """Amounts, lines or parcels differ from those the form was drawn from."""
    ISSUED_MEANWHILE = "issued_meanwhile"
    """Another receipt of this order was issued after the form was opened."""
    BUYERS_STANDS = "buyers_stands"
    """The buyer's own receipt is valid, and staff have not confirmed that it will be voided."""
    REPLACED_IS_VOID = "replaced_is_void"
    RETURNED = "returned"
    """A receipt that would be voided has a 返還インボイス that still stands."""
    TOO_MUCH = "too_much"
    """The order's receipts would come to more than was received."""


@dataclass(frozen=True)
class Seen:
    """State of the order's receipts when the form was drawn, and what staff confirmed on it."""

    order_version: int
    last_number: int
    """Result of `last_number(...)` at that time."""
    buyers_own: UUID | None = None
    """Buyer's own receipt that staff agreed to void."""


@dataclass(frozen=True)
class Issued:
    receipts: tuple[Receipt, ...]
    fresh: bool
    """False if an earlier request with the same form issued them."""


def last_number(session: Session, order: Order) -> int:
    """Return the highest number among the order's receipts, or 0 if none was ever issued.

    Voided receipts count, 再発行 do not.
    """
    newest = select(func.max(Receipt.number)).where(Receipt.order_id == order.id, Receipt.original_id.is_(None))
    return session.scalar(newest) or 0


def warnings(shop: Shop, order: Order, receipts: Sequence[Receipt]) -> list[Refusal]:
    """Return the rules that would stop the buyer from issuing but only warn staff, who decide."""
    own_business = {Refusal.NOT_ALLOWED, Refusal.STAFF_ISSUED, Refusal.ALREADY_ISSUED}
    return [reason for reason in may_issue(facts_of(shop, order, receipts)) if reason not in own_business]


def standing_after(receipts: Sequence[Receipt], replaced: UUID | None) -> list[Receipt]:
    """Return staff's receipts that stay valid beside the new parts, without the one that is replaced.

    `receipts`: the order's live ones.
    """
    return [one for one in ledger.staffs(receipts) if one.id != replaced]


def falling(own: Receipt | None, replaced: UUID | None) -> list[UUID]:
    """Return the receipts that are voided when the new parts are issued: the buyer's `own` and the replaced one."""
    return list({one for one in (own.id if own else None, replaced) if one is not None})


def issue_parts(
    session: Session,
    *,
    shop: Shop,
    order: Order,
    parts: Sequence[Part],
    issue_key: UUID,
    seen: Seen,
    replaces: UUID | None = None,
    void_reason: str = "",
    day_reason: str = "",
    verify_url: VerifyUrl,
    actor: str,
    now: datetime,
) -> Issued | CustomRefusal:
    """Issue a receipt for each part, or return why none was issued.

    A form that issued before returns what it issued then. `replaces`: a receipt that is voided with `void_reason` in
    the same transaction; the new ones name it. `day_reason`: why a part bears another day than the last ship date. The buyer's own receipt is voided too, if staff confirmed it (`seen`).
    """
    assert 1 <= len(parts) <= MOST_PARTS, "the form sees to it"
    ledger.lock_order(session, order.id)
    done = _issued_before(session, shop, order, issue_key)
    if done:
        return Issued(tuple(done), fresh=False)
    session.expire(order)
    receipts = ledger.live_receipts(session, order.id)
    own = ledger.buyers_own(receipts)
    refusal = _refusal(session, order, receipts, own, seen, replaces)
    if refusal:
        return refusal
    plan = draft_parts(shop, order, parts, standing_after(receipts, replaces), tokyo_date(now))
    if plan.rest < 0:
        return CustomRefusal.TOO_MUCH
    replaced = next((one for one in receipts if one.id == replaces), None)
    for one in (replaced, own):
        if one is not None:
            void(session, one, reason=void_reason, actor=actor, now=now)
    columns = {
        "issued_by": "staff",
        "issue_key": issue_key.hex,
        "replaces_id": replaces,
    }
    drafts = plan.drafts
    if replaced is not None:
        number = ledger.number_text(replaced.number)
        drafts = tuple(replace(draft, replaces_number=number) for draft in drafts)
    written = [
        write_receipt(
            session,
            shop,
            order,
            draft,
            {**columns, "part": place, "note": draft.note},
            verify_url=verify_url,
            actor=actor,
            now=now,
        )
        for place, draft in enumerate(drafts, 1)
    ]
    for one in written:
        _note_day(session, order, one, day_reason, actor=actor, now=now)
    return Issued(tuple(written), fresh=True)


def _note_day(session: Session, order: Order, receipt: Receipt, reason: str, *, actor: str, now: datetime) -> None:
    """Record why the 取引日 is not the ship date."""
    shipped_on = transaction_on(order)
    if shipped_on is not None and receipt.transaction_on != shipped_on:
        changes = {"transaction_on": (shipped_on, receipt.transaction_on), "day_reason": (None, reason)}
        audit.record_about(session, receipt, "receipt.day_changed", changes, actor=actor, now=now)


def issued_together(session: Session, receipt: Receipt) -> list[Receipt]:
    """Return the receipts issued together with this one, in the order of their parts; a buyer's is alone."""
    if receipt.issue_key is None:
        return [receipt]
    return _parts_of(session, receipt.shop_id, receipt.order_id, receipt.issue_key)


def _issued_before(session: Session, shop: Shop, order: Order, issue_key: UUID) -> list[Receipt]:
    return _parts_of(session, shop.id, order.id, issue_key.hex)


def _parts_of(session: Session, shop_id: UUID, order_id: UUID, issue_key: str) -> list[Receipt]:
    rows = select(Receipt).filter_by(shop_id=shop_id, order_id=order_id, issue_key=issue_key)
    return list(session.scalars(rows.order_by(Receipt.part).options(joinedload(Receipt.rendition))))


def _refusal(
    session: Session,
    order: Order,
    receipts: Sequence[Receipt],
    own: Receipt | None,
    seen: Seen,
    replaces: UUID | None,
) -> CustomRefusal | None:
    if replaces is not None and replaces not in {one.id for one in receipts if one.original_id is None}:
        return CustomRefusal.REPLACED_IS_VOID
    if standing_returns(session, falling(own, replaces)):
        return CustomRefusal.RETURNED
    if own is not None and own.id not in (seen.buyers_own, replaces):
        return CustomRefusal.BUYERS_STANDS
    if last_number(session, order) != seen.last_number:
        return CustomRefusal.ISSUED_MEANWHILE
    if order.version != seen.order_version:
        return CustomRefusal.ORDER_CHANGED
    return None
