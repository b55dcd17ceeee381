"""Orders and subscriptions that a visit may see, and the orders that lead there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session, selectinload

from portal.access.opening import ALIVE, STANDING, opens
from portal.access.rules import second_step
from portal.access.rules.second_step import Action
from portal.access.rules.visits import Visit
from portal.models import Order, SessionOrder, Shop, Subscription

MOST = 100
"""Most subscriptions of one buyer that are listed."""


def way_to(session: Session, shop: Shop, visit: Visit, subscription: Subscription) -> Order | None:
    """Return the order through which this visit may see a subscription, or None if it may not.

    It is the newest of the subscription's own orders that was proved in the visit, not only its parcel. Any proved order
    will do if the second step has proved the subscription's e-mail address; one with that address, if the shop asks no
    code for the same buyer's other orders.
    """
    proved = select(Order).join(SessionOrder, SessionOrder.order_id == Order.id).where(_is_whole(visit))
    ways = [Order.subscription_id == subscription.id]
    if visit.proves(subscription.email_key):
        ways.append(true())
    elif subscription.email_key and not second_step.is_asked(shop, Action.OTHER_ORDERS):
        ways.append(Order.email_key == subscription.email_key)
    mine = proved.where(SessionOrder.session_id == visit.session_id, Order.shop_id == shop.id, or_(*ways))
    own_first = (Order.subscription_id == subscription.id).desc()
    return session.scalar(mine.order_by(own_first, Order.ordered_at.desc(), Order.id.desc()).limit(1))


def _is_whole(visit: Visit) -> ColumnElement[bool]:
    """Return the condition of proofs that open more than a parcel."""
    return or_(
        SessionOrder.parcel_only.is_(False), and_(Order.email_key != "", Order.email_key == visit.proved_email_key)
    )


def came_by_link(session: Session, visit: Visit, order: Order) -> bool:
    """Tell whether the order was opened by its own link in this visit."""
    proof = select(SessionOrder.by_link).filter_by(session_id=visit.session_id, order_id=order.id)
    return bool(session.scalar(proof))


@dataclass(frozen=True)
class _Proved:
    """Order whose name or phone was typed in this session."""

    id: UUID
    subscription_id: UUID | None
    email_key: str
    is_open: bool


@dataclass(frozen=True)
class Reach:
    """Orders and e-mail addresses that decide what a visit may see."""

    proved: tuple[_Proved, ...]
    """Proved orders, newest first, without those of which only the parcel is open."""
    emails: frozenset[str]
    """Addresses whose orders and subscriptions may all be seen."""

    def opens_order(self, order_id: UUID, email_key: str) -> bool:
        """Tell whether the order is one of the buyer's; `opening` decides whether its time is over."""
        return email_key in self.emails or any(order.id == order_id for order in self.proved)

    def leads_to(self, subscription: Subscription) -> bool:
        """Tell whether `way_to` finds an order. If the subscription is not alive, that order must still be open."""
        own = [order for order in self.proved if order.subscription_id == subscription.id]
        others = list(self.proved) if subscription.email_key in self.emails else []
        way = next(iter(own or others), None)
        return way is not None and (subscription.state in ALIVE or way.is_open)


def reach_of(session: Session, shop: Shop, visit: Visit, now: datetime) -> Reach:
    """Return what the visit may see, in one query."""
    rows = session.execute(
        select(Order.id, Order.subscription_id, Order.email_key, *STANDING)
        .join(SessionOrder, SessionOrder.order_id == Order.id)
        .where(SessionOrder.session_id == visit.session_id, Order.shop_id == shop.id, _is_whole(visit))
        .order_by(Order.ordered_at.desc(), Order.id.desc())
    ).all()
    proved = tuple(
        _Proved(
            row.id,
            row.subscription_id,
            row.email_key,
            opens(shop, row, now),
        )
        for row in rows
    )
    emails = {visit.proved_email_key}
    if not second_step.is_asked(shop, Action.OTHER_ORDERS):
        emails |= {order.email_key for order in proved}
    return Reach(proved, frozenset(emails - {""}))


def subscriptions_of(session: Session, shop: Shop, reach: Reach) -> Sequence[Subscription]:
    """Return the subscriptions that the visit may open: those alive first, then the newest first."""
    named = {order.subscription_id for order in reach.proved} - {None}
    mine = select(Subscription).where(
        Subscription.shop_id == shop.id,
        Subscription.deleted_at.is_(None),
        or_(Subscription.id.in_(named), Subscription.email_key.in_(reach.emails)),
    )
    newest = mine.order_by(Subscription.created_at.desc(), Subscription.id.desc()).limit(MOST)
    found = session.scalars(newest.options(selectinload(Subscription.items))).all()
    return sorted(filter(reach.leads_to, found), key=lambda one: one.state not in ALIVE)
