"""Subscriptions that a card pays for, and its deletion, which is refused while an active subscription needs it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Card, Subscription
from portal.payments import cards
from portal.values.states import SubscriptionState

ACTIVE = frozenset({SubscriptionState.ACTIVE})
ACTIVE_OR_RESTING = ACTIVE | {SubscriptionState.SUSPENDED}


class CardInUseError(ValueError):
    """Raised instead of deleting a card, because the `subscriptions` would not be paid any more."""

    def __init__(self, subscriptions: Sequence[Subscription]) -> None:
        super().__init__(", ".join(subscription.number for subscription in subscriptions))
        self.subscriptions = subscriptions


def users(session: Session, card: Card) -> Sequence[Subscription]:
    """Return the active subscriptions that the card pays for, oldest first."""
    return users_of(session, [card.id]).get(card.id, ())


def resting(session: Session, card: Card) -> Sequence[Subscription]:
    """Return the suspended subscriptions that the card would pay for again, oldest first."""
    return users_of(session, [card.id], {SubscriptionState.SUSPENDED}).get(card.id, ())


def users_of(
    session: Session, card_ids: Iterable[UUID], states: Collection[SubscriptionState] = ACTIVE
) -> Mapping[UUID, Sequence[Subscription]]:
    using = select(Subscription).where(
        Subscription.card_id.in_(list(card_ids)),
        Subscription.state.in_(states),
        Subscription.deleted_at.is_(None),
    )
    found: dict[UUID, list[Subscription]] = {}
    for subscription in session.scalars(using.order_by(Subscription.created_at, Subscription.id)):
        if subscription.card_id is not None:
            found.setdefault(subscription.card_id, []).append(subscription)
    return found


def delete(session: Session, card: Card, *, actor: str, now: datetime) -> None:
    """Delete the card. Raise CardInUseError if an active subscription uses it.

    A stopped subscription that used it has to name another card to start again.
    """
    # A transaction that gives a subscription this card locks its row by the foreign key: wait for it, and see it.
    session.flush()
    session.refresh(card, with_for_update=True)
    in_use = users(session, card)
    if in_use:
        raise CardInUseError(in_use)
    cards.delete(session, card, actor=actor, now=now)
