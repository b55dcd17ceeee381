"""Proposals: changes that a buyer wants of a subscription, their preview, and the verbs that make them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy.orm import Session

from portal.models import Subscription
from portal.subscriptions.changes import changing, checks, skipping, stopping
from portal.subscriptions.changes.next_dates import Manner
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.facts import Frame
from portal.subscriptions.rules.allowances import Change
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState


@dataclass(frozen=True)
class Proposal:
    change: Change
    wanted: Wanted = field(default_factory=Wanted)
    """Columns to set; empty for skip, unskip, pause, resume and cancel."""
    manner: Manner = changing.USUAL
    reason: str = ""
    """Reason for a pause or cancellation, empty if the buyer gave none."""
    resume_on: date | None = None
    """Day on which a pause ends by itself, if any."""


def foresee(
    session: Session, subscription: Subscription, proposal: Proposal, frame: Frame, *, now: datetime
) -> Subscription:
    """Return an unsaved copy of the subscription as it would be. Raise RefusedError like the verb itself.

    Skip, unskip, pause and cancel are not checked here.
    """
    if proposal.change not in _STANDING:
        return changing.foresee(session, subscription, proposal.wanted, proposal.manner, frame=frame, now=now)
    copy = changing.copy_of(subscription)
    with session.no_autoflush:
        _STANDING[proposal.change](session, copy, proposal, frame, tokyo_date(now))
    return copy


def apply(
    session: Session,
    subscription: Subscription,
    proposal: Proposal,
    frame: Frame,
    *,
    foreseen: Subscription | None,
    seen_version: int | None,
    actor: str,
    now: datetime,
) -> None:
    """Call the verb that the proposal stands for. If it raises RefusedError or StaleError, nothing was changed."""
    by = _By(seen_version=seen_version, actor=actor, now=now)
    match proposal.change:
        case Change.SKIP:
            skipping.skip(session, subscription, frame=frame, **by)
        case Change.UNSKIP:
            skipping.unskip(session, subscription, **by)
        case Change.PAUSE:
            stopping.suspend(session, subscription, reason=proposal.reason, resume_on=proposal.resume_on, **by)
        case Change.RESUME:
            stopping.resume(session, subscription, by_buyer=True, frame=frame, **by)
        case Change.CANCEL:
            stopping.cancel(session, subscription, reason=proposal.reason, **by)
        case _:
            changing.change(
                session, subscription, proposal.wanted, proposal.manner, frame=frame, foreseen=foreseen, **by
            )


class _By(TypedDict):
    seen_version: int | None
    actor: str
    now: datetime


def _skipped(_session: Session, copy: Subscription, proposal: Proposal, _frame: Frame, _today: date) -> None:
    copy.next_skipped = proposal.change is Change.SKIP


def _paused(_session: Session, copy: Subscription, proposal: Proposal, _frame: Frame, _today: date) -> None:
    copy.state, copy.stop_reason = SubscriptionState.SUSPENDED, proposal.reason
    copy.resume_on = proposal.resume_on


def _resumed(session: Session, copy: Subscription, _proposal: Proposal, frame: Frame, today: date) -> None:
    checks.card_is_left(session, copy)
    stopping.set_going(session, copy, frame, today=today)


def _canceled(_session: Session, copy: Subscription, _proposal: Proposal, _frame: Frame, _today: date) -> None:
    copy.state, copy.resume_on = SubscriptionState.CANCELED, None


_STANDING: Mapping[Change, Callable[[Session, Subscription, Proposal, Frame, date], None]] = {
    Change.SKIP: _skipped,
    Change.UNSKIP: _skipped,
    Change.PAUSE: _paused,
    Change.RESUME: _resumed,
    Change.CANCEL: _canceled,
}
