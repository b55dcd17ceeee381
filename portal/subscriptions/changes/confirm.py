"""A buyer's confirmed change: checked, made and written on a receipt, all or nothing. `mails.tell` sends the mails."""

from collections.abc import Mapping
from typing import Unpack
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access.rules.second_step import Action
from portal.models import Subscription, SubscriptionChange
from portal.subscriptions.changes import acknowledgments, proposals, standings
from portal.subscriptions.changes.acknowledgments import By
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.record import history
from portal.subscriptions.record.facts import Frame
from portal.subscriptions.rules.allowances import Change, Verdict
from portal.values.dates import tokyo_date

STEPS: Mapping[Change, Action] = {
    **dict.fromkeys((Change.SKIP, Change.UNSKIP, Change.TIME_SLOT), Action.SUBSCRIPTION_REVERSIBLE),
    Change.CANCEL: Action.CANCEL,
}
"""Change → the action whose setting says whether the e-mailed code comes first; any other has `Action.SUBSCRIPTION`."""


def step_of(change: Change) -> Action:
    return STEPS.get(change, Action.SUBSCRIPTION)


class NotAllowedError(Exception):
    """Raised if the shop's terms or the day do not allow the change; nothing was changed."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(str(verdict.why))
        self.verdict = verdict


def carry_out(
    session: Session,
    subscription: Subscription,
    proposal: Proposal,
    frame: Frame,
    *,
    foreseen: Subscription | None = None,
    once_id: UUID,
    seen_version: int,
    **by: Unpack[By],
) -> SubscriptionChange:
    """Make the change and return its receipt.

    `once_id`: id made with the page that showed what will happen; however often it is sent, it is one change. Raise
    LookupError if it is another subscription's. If NotAllowedError, RefusedError or StaleError is raised, nothing was
    changed.
    """
    done = acknowledgments.begin(session, subscription, once_id, seen_version)
    if done is not None:
        return done
    verdict = standings.verdicts(session, subscription, frame, tokyo_date(by["now"]))[proposal.change]
    if not verdict.allowed:
        raise NotAllowedError(verdict)
    before = history.snapshot(subscription)
    proposals.apply(
        session,
        subscription,
        proposal,
        frame,
        foreseen=foreseen,
        seen_version=seen_version,
        actor=by["actor"],
        now=by["now"],
    )
    after = history.snapshot(subscription)
    return acknowledgments.write(
        session, subscription, proposal.change, once_id=once_id, before=before, after=after, **by
    )
