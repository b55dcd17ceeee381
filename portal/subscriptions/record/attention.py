"""要対応: the mark that staff must look at a subscription, with its reason. Setting it makes no open form stale."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Subscription
from portal.subscriptions.record import history


class Attention(StrEnum):
    """Reasons that this product sets; any other text in `attention_reason` was written by staff."""

    PAYMENT_REFUSED = "payment_refused"
    """The payment was not authorized, and the order is on hold."""
    NO_CONSENT = "no_consent"
    """The wallet has no agreement of the buyer: nothing was charged, and the order is on hold."""
    CAPTURE_REFUSED = "capture_refused"
    """The order was shipped, but the payment could not be captured."""
    LATE = "late"
    """Orders for past dates wait for staff to confirm them."""
    CARD_EXPIRED = "card_expired"
    CODE_TAKEN = "code_taken"
    """Another order already has the code that the next order would get."""
    NOTHING_LEFT = "nothing_left"
    """The subscription is active and due, but no item has deliveries left."""
    CYCLE_DONE = "cycle_done"
    """The cycle of the next date was processed already."""
    CART = "cart"
    """The buyer changed it, and staff have to make the change in the shop's cart, which makes the orders."""
    NOT_MADE = "not_made"
    """The order could not be made; the log says why."""


STOPPED = frozenset({Attention.CODE_TAKEN, Attention.NOTHING_LEFT, Attention.CYCLE_DONE, Attention.NOT_MADE})
"""Reasons for which no order of the subscription is tried again until staff have seen to it."""


def flag(session: Session, subscription: Subscription, reason: str, *, actor: str, now: datetime) -> None:
    """Mark the subscription, replacing any earlier reason. `reason`: an `Attention`, or staff's own words."""
    _set(session, subscription, needed=True, reason=reason[:200], actor=actor, now=now)


def clear(session: Session, subscription: Subscription, *, actor: str, now: datetime) -> None:
    """Remove the mark and its reason, because staff have seen to it."""
    _set(session, subscription, needed=False, reason="", actor=actor, now=now)


def _set(session: Session, subscription: Subscription, *, needed: bool, reason: str, actor: str, now: datetime) -> None:
    history.lock(session, subscription)
    before = (subscription.needs_attention, subscription.attention_reason)
    if before == (needed, reason):
        return
    session.execute(
        update(Subscription)
        .where(Subscription.id == subscription.id)
        .values(needs_attention=needed, attention_reason=reason, attention_since=now, version=Subscription.version)
        .execution_options(synchronize_session=False)
    )
    session.refresh(subscription, ["needs_attention", "attention_reason", "attention_since"])
    audit.record_about(
        session,
        subscription,
        "subscription.flagged" if needed else "subscription.attention_cleared",
        {"needs_attention": (before[0], needed), "attention_reason": (before[1], reason)},
        actor=actor,
        now=now,
    )
