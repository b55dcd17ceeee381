"""Suspending, canceling and finishing a subscription, and starting it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NotRequired, Unpack
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Subscription
from portal.subscriptions.changes import checks, next_dates
from portal.subscriptions.record import history
from portal.subscriptions.record.facts import Frame, facts_of, frame_of
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.rules import states
from portal.subscriptions.schedule import next_possible
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState

AT_ONCE = 200


@dataclass(frozen=True)
class _Stop:
    state: SubscriptionState
    verb: str
    since: str
    """Column that holds the time of the stop."""


class By(audit.By):
    seen_version: NotRequired[int | None]
    """Version that the form was made from; None or missing if there was no form."""


_SUSPEND = _Stop(SubscriptionState.SUSPENDED, "suspended", "suspended_at")
_CANCEL = _Stop(SubscriptionState.CANCELED, "canceled", "canceled_at")
_FINISH = _Stop(SubscriptionState.FINISHED, "finished", "finished_at")


def suspend(
    session: Session,
    subscription: Subscription,
    *,
    reason: str = "",
    resume_on: date | None = None,
    **by: Unpack[By],
) -> None:
    """Suspend the subscription (停止); it may come back, by itself on `resume_on` if given.

    If it is suspended already, it gets the new reason and date. Raise RefusedError if `resume_on` is not after today.
    """
    if resume_on is not None and resume_on <= tokyo_date(by["now"]):
        raise RefusedError(Refusal.RESUME_DATE, "resume_on")
    _stop(session, subscription, _SUSPEND, reason, resume_on, **by)


def cancel(
    session: Session,
    subscription: Subscription,
    *,
    reason: str = "",
    asked_at: datetime | None = None,
    **by: Unpack[By],
) -> None:
    """Cancel the subscription (キャンセル); it is not expected back.

    `asked_at`: the time of the buyer's request, from which the cancellation counts; without one it counts from now.
    """
    _stop(session, subscription, _CANCEL, reason, since=asked_at, **by)


def finish(session: Session, subscription: Subscription, *, reason: str = "", **by: Unpack[By]) -> None:
    """Finish the subscription for good (終了)."""
    _stop(session, subscription, _FINISH, reason, **by)


def resume(
    session: Session,
    subscription: Subscription,
    *,
    frame: Frame,
    by_buyer: bool = False,
    seen_version: int | None = None,
    actor: str,
    now: datetime,
) -> None:
    """Start it again at its next delivery date; if that is past or too near, at the next possible one by the rule."""
    history.lock(session, subscription)
    if subscription.state == SubscriptionState.ACTIVE:
        return
    history.compare_version(subscription, seen_version)
    if not states.may_move(subscription.state, SubscriptionState.ACTIVE):
        raise RefusedError(Refusal.FINISHED)
    if by_buyer:
        checks.card_is_left(session, subscription)
    before = history.snapshot(subscription)
    set_going(session, subscription, frame, today=tokyo_date(now))
    subscription.resumed = subscription.resumed or by_buyer
    history.record(session, subscription, "resumed", before, actor=actor, now=now)


def set_going(session: Session, subscription: Subscription, frame: Frame, *, today: date) -> None:
    """Set the columns of a subscription that runs again, stored or a copy. Take no lock and write no history."""
    facts = facts_of(session, subscription, frame)
    anchor_on, delivery_on = next_possible(facts, today)
    if delivery_on != subscription.next_delivery_on or subscription.next_creation_on <= today:
        # A skip was meant for the date that is no longer the next one.
        subscription.next_skipped = subscription.next_skipped and delivery_on == subscription.next_delivery_on
        next_dates.restart(subscription, facts.timing, anchor_on, delivery_on)
    subscription.state = SubscriptionState.ACTIVE
    subscription.suspended_at = subscription.canceled_at = subscription.resume_on = None
    subscription.stop_reason = ""


def shops_with_due(session: Session, now: datetime) -> Sequence[UUID]:
    return session.scalars(select(Subscription.shop_id).where(*_is_due(now)).distinct()).all()


def resume_due(session: Session, shop_id: UUID, *, actor: str, now: datetime) -> int:
    """Resume those whose resume date has come, AT_ONCE at most; return how many. Locked rows wait for the next run."""
    due = select(Subscription).where(Subscription.shop_id == shop_id, *_is_due(now)).order_by(Subscription.id)
    claimed = due.limit(AT_ONCE).with_for_update(skip_locked=True, key_share=True)
    subscriptions = session.scalars(claimed.execution_options(populate_existing=True)).all()
    frame = frame_of(session, shop_id)
    for subscription in subscriptions:
        resume(session, subscription, frame=frame, actor=actor, now=now)
    return len(subscriptions)


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Subscription.state == SubscriptionState.SUSPENDED,
        Subscription.resume_on <= tokyo_date(now),
        Subscription.deleted_at.is_(None),
    )


def _stop(
    session: Session,
    subscription: Subscription,
    stop: _Stop,
    reason: str,
    resume_on: date | None = None,
    *,
    since: datetime | None = None,
    seen_version: int | None = None,
    actor: str,
    now: datetime,
) -> None:
    history.lock(session, subscription)
    reason = reason[:100]
    if (subscription.state, subscription.stop_reason, subscription.resume_on) == (stop.state, reason, resume_on):
        return
    history.compare_version(subscription, seen_version)
    if not states.may_move(subscription.state, stop.state):
        code = Refusal.FINISHED if subscription.state == SubscriptionState.FINISHED else Refusal.STATE
        raise RefusedError(code)
    history.refuse_locked(subscription, now)
    before = history.snapshot(subscription)
    if subscription.state != stop.state:
        subscription.suspended_at = subscription.canceled_at = None
        setattr(subscription, stop.since, since or now)
    subscription.state, subscription.stop_reason, subscription.resume_on = stop.state, reason, resume_on
    history.record(session, subscription, stop.verb, before, actor=actor, now=now)
