"""Adding, retiring and restoring the reasons for suspending and canceling that a shop offers."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Shop, StopReason
from portal.orders.turns import lock_shop
from portal.subscriptions.rules.list_rules import check_count, check_name
from portal.subscriptions.terms.reasons import Kind

LONGEST = 100
MOST = 50
"""Most reasons on offer, for each kind."""


def reasons_of(session: Session, shop: Shop, kind: Kind) -> list[StopReason]:
    """Return the reasons in the order of their ids, including retired ones."""
    return list(session.scalars(select(StopReason).filter_by(shop_id=shop.id, kind=kind).order_by(StopReason.id)))


def add_reason(session: Session, shop: Shop, kind: Kind, text: str, *, actor: str, now: datetime) -> StopReason:
    """Add a reason. Raise ListError if the text is not allowed or there are too many reasons on offer."""
    lock_shop(session, shop.id)
    offered = _offered(session, shop, kind)
    check_name(text, offered, longest=LONGEST)
    check_count(len(offered), most=MOST)
    reason = StopReason(shop_id=shop.id, kind=kind, text=text)
    session.add(reason)
    session.flush()
    audit.record_about(session, reason, "stop_reason.added", {"reason": (None, text)}, actor=actor, now=now)
    return reason


def retire_reason(session: Session, shop: Shop, reason: StopReason, *, actor: str, now: datetime) -> None:
    """Take the reason off the offer; subscriptions for which it was chosen keep it."""
    lock_shop(session, shop.id)
    session.refresh(reason)
    if reason.retired_at is None:
        reason.retired_at = now
        audit.record_about(
            session, reason, "stop_reason.retired", {"reason": (reason.text, None)}, actor=actor, now=now
        )


def offer_reason(session: Session, shop: Shop, reason: StopReason, *, actor: str, now: datetime) -> None:
    """Put a retired reason back on offer, at its old place.

    Raise ListError if the same text was added since, or there are too many reasons on offer.
    """
    lock_shop(session, shop.id)
    session.refresh(reason)
    if reason.retired_at is None:
        return
    offered = _offered(session, shop, Kind(reason.kind))
    check_name(reason.text, offered, longest=LONGEST)
    check_count(len(offered), most=MOST)
    reason.retired_at = None
    audit.record_about(session, reason, "stop_reason.offered", {"reason": (None, reason.text)}, actor=actor, now=now)


def _offered(session: Session, shop: Shop, kind: Kind) -> list[str]:
    return [reason.text for reason in reasons_of(session, shop, kind) if reason.retired_at is None]
