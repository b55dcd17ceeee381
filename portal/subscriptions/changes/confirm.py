"""A buyer's confirmed change: checked, made and written on a receipt, all or nothing. `mails.tell` sends the mails."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.models import Subscription, SubscriptionChange
from portal.subscriptions.changes import change_receipts, proposals, standings
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.record import history
from portal.subscriptions.record.facts import Frame
from portal.subscriptions.rules.allowances import Verdict
from portal.values.dates import tokyo_date


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
    language: str,
    actor: str,
    now: datetime,
) -> SubscriptionChange:
    """Make the change and return its receipt.

    `once_id`: id made with the page that showed what will happen; however often it is sent, it is one change. Raise
    LookupError if it is another subscription's. If NotAllowedError, RefusedError or StaleError is raised, nothing was
    changed.
    """
    history.lock(session, subscription)
    done = change_receipts.standing(session, subscription, once_id)
    if done is not None:
        return done
    history.compare_version(subscription, seen_version)
    verdict = standings.verdicts(subscription, frame, tokyo_date(now))[proposal.change]
    if not verdict.allowed:
        raise NotAllowedError(verdict)
    before = history.snapshot(subscription)
    proposals.apply(
        session, subscription, proposal, frame, foreseen=foreseen, seen_version=seen_version, actor=actor, now=now
    )
    return change_receipts.write(
        session,
        subscription,
        proposal.change,
        once_id=once_id,
        before=before,
        after=history.snapshot(subscription),
        language=language,
        actor=actor,
        now=now,
    )
