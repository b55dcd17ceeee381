"""要対応: why staff must look at a subscription, and that they have. Makes no form stale."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Subscription
from portal.subscriptions.record import history


class Attention(StrEnum):
    """Codes that are said by us; anything else in `attention_reason` is the words of staff."""

    PAYMENT_REFUSED = "payment_refused"
    """The order is on hold: the payment was not authorised."""
    CAPTURE_REFUSED = "capture_refused"
    """Shipped and not paid."""
    LATE = "late"
    """Orders for past dates wait for a person to confirm them."""
    CARD_EXPIRED = "card_expired"
    CODE_TAKEN = "code_taken"
    """Another order has the code that the next one would get."""
    NOTHING_LEFT = "nothing_left"
    """It is active and due, and no item has deliveries left."""
    CYCLE_DONE = "cycle_done"
    """The cycle of its next date was dealt with already."""
    NOT_MADE = "not_made"
    """Its order could not be made; the log says why."""


STOPPED = frozenset({Attention.CODE_TAKEN, Attention.NOTHING_LEFT, Attention.CYCLE_DONE, Attention.NOT_MADE})
"""Until staff have seen to it, no order of it is tried again."""


def flag(session: Session, subscription: Subscription, reason: str, *, actor: str, now: datetime) -> None:
    """The latest reason stands: an `Attention` or the words of staff."""
    _set(session, subscription, needed=True, reason=reason[:200], actor=actor, now=now)


def clear(session: Session, subscription: Subscription, *, actor: str, now: datetime) -> None:
    """Staff have seen to it; the reason goes too."""
    _set(session, subscription, needed=False, reason="", actor=actor, now=now)


def _set(session: Session, subscription: Subscription, *, needed: bool, reason: str, actor: str, now: datetime) -> None:
    history.lock(session, subscription)
    before = (subscription.needs_attention, subscription.attention_reason)
    if before == (needed, reason):
        return
    session.execute(
        update(Subscription)
        .where(Subscription.id == subscription.id)
        .values(needs_attention=needed, attention_reason=reason, version=Subscription.version)
        .execution_options(synchronize_session=False)
    )
    session.refresh(subscription, ["needs_attention", "attention_reason"])
    audit.record(
        session,
        shop_id=subscription.shop_id,
        actor=actor,
        action="subscription.flagged" if needed else "subscription.attention_cleared",
        subject=("subscription", subscription.id),
        now=now,
        changes={"needs_attention": (before[0], needed), "attention_reason": (before[1], reason)},
    )
