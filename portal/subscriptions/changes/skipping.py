"""お休み: skipping the next delivery. A skip can be taken back until its creation date; then it is final."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.models import Subscription
from portal.subscriptions.record import history
from portal.subscriptions.record.facts import Frame
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState


def skip(
    session: Session,
    subscription: Subscription,
    *,
    frame: Frame,
    seen_version: int | None = None,
    actor: str,
    now: datetime,
) -> None:
    """Skip the next delivery, at most as many in a row as the shop allows."""
    history.lock(session, subscription)
    if subscription.next_skipped:
        return
    _refuse(subscription, seen_version, now)
    if subscription.skips_in_a_row >= frame.rules.skips_allowed:
        raise RefusedError(Refusal.TOO_MANY_SKIPS)
    _mark(session, subscription, "skipped", skipped=True, actor=actor, now=now)


def unskip(
    session: Session, subscription: Subscription, *, seen_version: int | None = None, actor: str, now: datetime
) -> None:
    history.lock(session, subscription)
    if not subscription.next_skipped:
        return
    _refuse(subscription, seen_version, now)
    _mark(session, subscription, "unskipped", skipped=False, actor=actor, now=now)


def _refuse(subscription: Subscription, seen_version: int | None, now: datetime) -> None:
    history.compare_version(subscription, seen_version)
    if subscription.state != SubscriptionState.ACTIVE:
        raise RefusedError(Refusal.STATE)
    if subscription.next_creation_on <= tokyo_date(now):
        raise RefusedError(Refusal.TOO_LATE)


def _mark(session: Session, subscription: Subscription, verb: str, *, skipped: bool, actor: str, now: datetime) -> None:
    before = history.snapshot(subscription)
    subscription.next_skipped = skipped
    history.record(session, subscription, verb, before, actor=actor, now=now)
