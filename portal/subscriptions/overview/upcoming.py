"""Coming deliveries of a subscription as it stands: none while it rests, unless it starts again by itself."""

from datetime import date

from sqlalchemy.orm import Session

from portal.models import Subscription
from portal.subscriptions.changes import changing, stopping
from portal.subscriptions.record.facts import Frame, facts_of
from portal.subscriptions.schedule import Delivery, Facts, plan
from portal.values.states import SubscriptionState

SHOWN = 6
_STANDS_STILL = (SubscriptionState.SUSPENDED, SubscriptionState.CANCELED)


def coming(session: Session, subscription: Subscription, frame: Frame, today: date, n: int = SHOWN) -> list[Delivery]:
    if subscription.state == SubscriptionState.ACTIVE:
        return plan(facts_of(session, subscription, frame), n)
    if subscription.state == SubscriptionState.SUSPENDED and subscription.resume_on is not None:
        return plan(facts_when_going(session, subscription, frame, max(today, subscription.resume_on)), n)
    return []


def facts_when_going(session: Session, subscription: Subscription, frame: Frame, on: date) -> Facts:
    """Return the facts as they stand; for a suspended or canceled one, as if it started again on that day."""
    if subscription.state not in _STANDS_STILL:
        return facts_of(session, subscription, frame)
    copy = changing.copy_of(subscription)
    with session.no_autoflush:
        stopping.set_going(session, copy, frame, today=on)
    return facts_of(session, copy, frame)
