"""Cards of buyers, never their numbers. `subscriptions.payment.card_use` knows which subscriptions a card pays."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Card, Shop
from portal.models.upsert import insert_if_absent
from portal.ports import SavedCard


def of_buyer(session: Session, shop_id: UUID, email_key: str) -> Sequence[Card]:
    """List the buyer's cards, the default first, then the newest."""
    mine = select(Card).where(Card.shop_id == shop_id, Card.email_key == email_key, Card.deleted_at.is_(None))
    return session.scalars(mine.order_by(Card.is_default.desc(), Card.created_at.desc(), Card.id.desc())).all()


def add(
    session: Session, shop: Shop, *, email_key: str, gateway: str, saved: SavedCard, actor: str, now: datetime
) -> Card:
    """Add a card as the payment company has verified it; the same reference again is the same card.

    A buyer's first card becomes the default. Raise LookupError if the reference belongs to another buyer.
    """
    key = {"shop_id": shop.id, "gateway": gateway, "reference": saved.reference}
    facts = {"brand": saved.brand, "last4": saved.last4, "expires": saved.expires}
    row = key | facts | {"customer_reference": saved.customer_reference, "email_key": email_key, "created_at": now}
    is_new = insert_if_absent(session, Card, row | {"version": 1}, list(key))
    card = session.scalars(select(Card).filter_by(**key).with_for_update()).one()
    if card.email_key != email_key:
        raise LookupError("the card belongs to somebody else")
    changes: dict[str, audit.Change] = {name: (getattr(card, name), value) for name, value in facts.items()}
    changes["deleted_at"] = (card.deleted_at, None)
    for name, (_before, after) in changes.items():
        setattr(card, name, after)
    if not any(other.is_default for other in of_buyer(session, shop.id, email_key)):
        card.is_default = True
    if is_new:
        changes = {"card": (None, f"{card.brand} {card.last4} {card.expires}")}
    if any(before != after for before, after in changes.values()):
        audit.record_about(session, card, "card.added", changes, actor=actor, now=now)
    return card


def make_default(session: Session, card: Card, *, actor: str, now: datetime) -> None:
    """Make the card the first one to be offered; no subscription changes. Raise LookupError if it was deleted."""
    session.flush()
    session.refresh(card, with_for_update=True)
    if card.deleted_at is not None:
        raise LookupError("the card was deleted")
    if card.is_default:
        return
    for other in of_buyer(session, card.shop_id, card.email_key):
        other.is_default = False
    card.is_default = True
    audit.record_about(session, card, "card.made_default", {"is_default": (False, True)}, actor=actor, now=now)


def delete(session: Session, card: Card, *, actor: str, now: datetime) -> None:
    """Delete the card. `subscriptions.payment.card_use.delete` checks before whether a subscription needs it."""
    session.flush()
    session.refresh(card, with_for_update=True)
    if card.deleted_at is not None:
        return
    was_default, card.deleted_at, card.is_default = card.is_default, now, False
    session.flush()
    left = of_buyer(session, card.shop_id, card.email_key)
    if was_default and left:
        left[0].is_default = True
    audit.record_about(session, card, "card.deleted", {"deleted_at": (None, now)}, actor=actor, now=now)
