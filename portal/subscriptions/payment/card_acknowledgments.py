"""Acknowledgments and mails for cards registered for later, or deleted, although no subscription's payment changes."""

from typing import Unpack
from uuid import UUID

from sqlalchemy.orm import Session

from portal.models import Card, Order, Shop, Subscription, SubscriptionChange
from portal.notifications.outbox import Mailroom
from portal.subscriptions.changes import acknowledgments
from portal.subscriptions.changes import mails as change_mails
from portal.subscriptions.payment import card_use
from portal.subscriptions.record.facts import Frame
from portal.subscriptions.rules.allowances import Change


class By(acknowledgments.By):
    frame: Frame
    order: Order
    """Order through which the buyer came."""
    once_id: UUID
    mailroom: Mailroom


def registered(session: Session, subscription: Subscription, card: Card, **by: Unpack[By]) -> SubscriptionChange:
    """Write the acknowledgment of a registered card. `subscription`: the one from whose page it was registered."""
    return _write(session, subscription, "", acknowledgments.card_words(session, card.id), by)


def delete(session: Session, subscription: Subscription, card: Card, **by: Unpack[By]) -> SubscriptionChange:
    """Delete the card and return the acknowledgment; a form sent again gets the same one.

    Raise CardInUseError if an active subscription uses the card, LookupError if it was deleted before.
    """
    session.flush()
    session.refresh(card, with_for_update=True)
    done = acknowledgments.written(session, subscription, by["once_id"])
    if done is not None:
        return done
    if card.deleted_at is not None:
        raise LookupError("the card was deleted")
    card_use.delete(session, card, actor=by["actor"], now=by["now"])
    return _write(session, subscription, acknowledgments.card_words(session, card.id), "", by)


def _write(session: Session, subscription: Subscription, before: str, after: str, by: By) -> SubscriptionChange:
    acknowledgment = acknowledgments.write(
        session,
        subscription,
        Change.CARD,
        once_id=by["once_id"],
        before={"cards": before},
        after={"cards": after},
        language=by["language"],
        actor=by["actor"],
        now=by["now"],
    )
    shop = session.get_one(Shop, subscription.shop_id)
    room, order = by["mailroom"], by["order"]
    language, now = by["language"], by["now"]
    change_mails.tell(session, room, shop, subscription, order, acknowledgment, by["frame"], language=language, now=now)
    return acknowledgment
