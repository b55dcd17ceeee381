"""Changes of a buyer's contact data, for the subscription and all others that follow it, or for none.

The e-mail address identifies the buyer: all subscriptions under the old one move to the new one, with the cards and the
address list that belong to it. The phone number changes in every subscription that has the same number.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Unpack
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Subscription, SubscriptionChange
from portal.subscriptions.changes import acknowledgments, standings
from portal.subscriptions.changes.acknowledgments import By
from portal.subscriptions.changes.confirm import NotAllowedError, carry_out
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.record import history, shared_data
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.facts import Frame
from portal.subscriptions.record.refusals import StaleError
from portal.subscriptions.rules.allowances import STATES, Change
from portal.values import emails, phones
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState

CONTACT = ("phone", "email")


class CannotFollowError(Exception):
    """Raised if another subscription of the buyer cannot change now; nothing was changed."""

    def __init__(self, subscription: Subscription, error: NotAllowedError) -> None:
        super().__init__(subscription.number)
        self.subscription, self.verdict = subscription, error.verdict


def followers(session: Session, subscription: Subscription, wanted: Wanted) -> list[tuple[Subscription, Wanted]]:
    """Return the buyer's other subscriptions that follow, by number, each with its changes; finished ones too."""
    if not subscription.email_key:
        return []
    others = select(Subscription).where(
        Subscription.shop_id == subscription.shop_id,
        Subscription.email_key == subscription.email_key,
        Subscription.id != subscription.id,
        Subscription.deleted_at.is_(None),
    )
    found = (
        (other, _of(other, subscription, wanted)) for other in session.scalars(others.order_by(Subscription.number))
    )
    return [(other, changes) for other, changes in found if changes]


def change(
    session: Session,
    subscription: Subscription,
    proposal: Proposal,
    frame: Frame,
    *,
    foreseen: Subscription | None = None,
    seen_followers: Sequence[UUID],
    once_id: UUID,
    seen_version: int,
    **by: Unpack[By],
) -> Sequence[SubscriptionChange]:
    """Change the contact data; return a receipt for each subscription that is not finished, this one's first.

    The caller must have verified a new e-mail address. Raise CannotFollowError if one of the others cannot follow,
    StaleError also if others follow than `seen_followers`. If these, NotAllowedError or RefusedError are raised,
    nothing was changed.
    """
    _lock(session, subscription)
    done = acknowledgments.written(session, subscription, once_id)
    if done is not None:
        return [done]
    others = followers(session, subscription, proposal.wanted)
    if [other.id for other, _changes in others] != list(seen_followers):
        raise StaleError(subscription)
    for other, _changes in others:
        verdict = standings.verdicts(session, other, frame, tokyo_date(by["now"]))[Change.CONTACT]
        if other.state in STATES[Change.CONTACT] and not verdict.allowed:
            raise CannotFollowError(other, NotAllowedError(verdict))
    key_before = subscription.email_key
    first = carry_out(
        session, subscription, proposal, frame, foreseen=foreseen, once_id=once_id, seen_version=seen_version, **by
    )
    receipts = [first]
    for other, changes in others:
        if other.state == SubscriptionState.FINISHED:
            _put(session, other, changes, key_before, actor=by["actor"], now=by["now"])
            continue
        following, once = Proposal(Change.CONTACT, changes), uuid5(once_id, other.id.hex)
        receipts.append(carry_out(session, other, following, frame, once_id=once, seen_version=other.version, **by))
    return receipts


def _of(other: Subscription, subscription: Subscription, wanted: Wanted) -> Wanted:
    changes: Wanted = {}
    if "email" in wanted and emails.normalise(wanted["email"]) != subscription.email_key:
        changes["email"] = wanted["email"]
    number = phones.normalise(subscription.phone)
    if "phone" in wanted and number and phones.normalise(other.phone) == number and wanted["phone"] != other.phone:
        changes["phone"] = wanted["phone"]
    return changes


def _lock(session: Session, subscription: Subscription) -> None:
    """Lock the buyer's subscriptions in order of id, so that two changes wait for each other and do not deadlock."""
    mine = select(Subscription.id).where(
        Subscription.shop_id == subscription.shop_id, Subscription.email_key == subscription.email_key
    )
    if subscription.email_key:
        session.execute(mine.order_by(Subscription.id).with_for_update(key_share=True))
    history.take(session, subscription)


def _put(
    session: Session,
    subscription: Subscription,
    changes: Mapping[str, object],
    key_before: str,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Change a finished subscription, which no verb does any more: left alone, it would keep the cards from moving."""
    before = history.snapshot(subscription)
    for name, value in changes.items():
        setattr(subscription, name, value)
    subscription.email_key = emails.normalise(subscription.email)
    history.record(session, subscription, "changed", before, actor=actor, now=now)
    shared_data.follow(session, subscription, key_before)
