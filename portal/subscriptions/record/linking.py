"""Linking orders that name a subscription to it, whichever of the two came first."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from portal.models import Order, Subscription
from portal.models.order import UNLINKED


def known(session: Session, shop_id: UUID, numbers: Collection[str]) -> Mapping[str, UUID]:
    """Return number → subscription for those found and not deleted.

    Our own numbers take precedence over those of the system that a subscription came from.
    """
    if not numbers:
        return {}
    mine = (Subscription.shop_id == shop_id, Subscription.deleted_at.is_(None))
    found: dict[str, UUID] = {}
    for column in (Subscription.external_number, Subscription.number):
        rows = session.execute(select(column.label("name"), Subscription.id).where(*mine, column.in_(numbers)))
        found.update({row.name: row.id for row in rows})
    return found


def take_orders(session: Session, subscription: Subscription) -> bool:
    """Link the earlier orders that name the subscription, and return whether there were any. The caller counts them."""
    names = {subscription.number, subscription.external_number} - {""}
    waiting = and_(UNLINKED, Order.shop_id == subscription.shop_id, Order.subscription_number.in_(names))
    ids = session.scalars(select(Order.id).where(waiting)).all()
    if ids:
        session.execute(
            update(Order)
            .where(Order.id.in_(ids))
            .values(subscription_id=subscription.id, version=Order.version + 1)
            .execution_options(synchronize_session=False)
        )
    return bool(ids)
