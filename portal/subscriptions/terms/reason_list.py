"""The reasons for suspending and for cancelling that a shop offers, in the order of their ids."""

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
"""On offer, of each kind."""


def reasons_of(session: Session, shop: Shop, kind: Kind) -> list[StopReason]:
    """Retired ones too."""
    return list(session.scalars(select(StopReason).filter_by(shop_id=shop.id, kind=kind).order_by(StopReason.id)))


def add_reason(session: Session, shop: Shop, kind: Kind, text: str, *, actor: str, now: datetime) -> StopReason:
    """Raises ListError."""
    lock_shop(session, shop.id)
    offered = _offered(session, shop, kind)
    check_name(text, offered, longest=LONGEST)
    check_count(len(offered), most=MOST)
    reason = StopReason(shop_id=shop.id, kind=kind, text=text)
    session.add(reason)
    session.flush()
    _record(session, reason, "added", (None, text), actor, now)
    return reason


def retire_reason(session: Session, shop: Shop, reason: StopReason, *, actor: str, now: datetime) -> None:
    """No longer on offer; where it was chosen it stays."""
    lock_shop(session, shop.id)
    session.refresh(reason)
    if reason.retired_at is None:
        reason.retired_at = now
        _record(session, reason, "retired", (reason.text, None), actor, now)


def offer_reason(session: Session, shop: Shop, reason: StopReason, *, actor: str, now: datetime) -> None:
    """On offer again, at its old place. Raises ListError if one with these words was added since."""
    lock_shop(session, shop.id)
    session.refresh(reason)
    if reason.retired_at is None:
        return
    offered = _offered(session, shop, Kind(reason.kind))
    check_name(reason.text, offered, longest=LONGEST)
    check_count(len(offered), most=MOST)
    reason.retired_at = None
    _record(session, reason, "offered", (None, reason.text), actor, now)


def _offered(session: Session, shop: Shop, kind: Kind) -> list[str]:
    return [reason.text for reason in reasons_of(session, shop, kind) if reason.retired_at is None]


def _record(session: Session, reason: StopReason, verb: str, change: audit.Change, actor: str, now: datetime) -> None:
    audit.record(
        session,
        shop_id=reason.shop_id,
        actor=actor,
        action=f"stop_reason.{verb}",
        subject=("stop_reason", reason.id),
        now=now,
        changes={"reason": change},
    )
