"""Cards and listed addresses of a buyer, who is known by the key of an e-mail address that may change."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.models import Card, ListedAddress, Subscription


def follow(session: Session, subscription: Subscription, key_before: str) -> None:
    """Move the buyer's cards and addresses to the new e-mail key, unless another subscription still has the old one."""
    key = subscription.email_key
    if "" in (key, key_before) or key == key_before:
        return
    others = select(Subscription.id).where(
        Subscription.shop_id == subscription.shop_id,
        Subscription.email_key == key_before,
        Subscription.deleted_at.is_(None),
        Subscription.id != subscription.id,
    )
    if session.scalar(others.limit(1)) is not None:
        return
    _keep_one_default(session, subscription.shop_id, key_before, key)
    for model in (Card, ListedAddress):
        mine = (model.shop_id == subscription.shop_id, model.email_key == key_before)
        session.execute(update(model).where(*mine).values(email_key=key, version=model.version + 1))


def _keep_one_default(session: Session, shop_id: UUID, key_before: str, key: str) -> None:
    """If the new address already has a default card, keep it, and let the moved one no longer be the default."""
    default = (Card.shop_id == shop_id, Card.is_default, Card.deleted_at.is_(None))
    if session.scalar(select(Card.id).where(*default, Card.email_key == key).limit(1)) is None:
        return
    moved = update(Card).where(*default, Card.email_key == key_before)
    session.execute(moved.values(is_default=False, version=Card.version + 1))
