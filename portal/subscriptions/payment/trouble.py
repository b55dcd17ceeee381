"""お支払いの不都合: orders of a subscription whose payment was refused, and what its buyer can do about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Order, PaymentAttempt, Shop, Subscription
from portal.notifications.payment_failed import DEFERRED, cause_of
from portal.payments.rules.credit_states import REFUSED
from portal.payments.rules.wallets import Way, way_of
from portal.subscriptions.payment.paying import held_orders
from portal.values.states import OrderStatus


@dataclass(frozen=True)
class Held:
    """An order whose payment was refused."""

    order_id: UUID
    code: str
    total: int
    is_shipped: bool
    cause: str
    """Result of `payment_failed.cause_of`."""
    card_id: UUID | None
    """Card that was refused, None if it was no card."""
    is_asked_again: bool
    """True if the company was asked again and has not answered yet."""


@dataclass(frozen=True)
class Trouble:
    orders: Sequence[Held]
    method: str
    """Payment method of the subscription, in the shop's words."""
    way: Way
    """Way in which the subscription is paid now."""
    has_means: bool
    """True if there is a card or an agreement to ask for the money, so that one press is enough."""
    is_changed: bool
    """True if the subscription has another card or way of paying than the one that was refused."""

    @property
    def total(self) -> int:
        """Return the yen that one press asks for, without the orders that wait for an answer already."""
        return sum(order.total for order in self.orders if not order.is_asked_again)

    @property
    def is_asked_again(self) -> bool:
        return all(order.is_asked_again for order in self.orders)


def trouble_of(session: Session, subscription: Subscription) -> Trouble | None:
    """Return the refused orders, or None if everything is paid, or asked for the first time."""
    orders = held_orders(session, subscription)
    if not orders:
        return None
    attempts = _attempts(session, [order.id for order in orders])
    held = [one for order in orders if (one := _held(order, attempts.get(order.id, ()))) is not None]
    if not held:
        return None
    way = way_of(subscription.payment_method, session.get_one(Shop, subscription.shop_id).payment_words)
    means = {Way.CARD: subscription.card_id is not None, Way.WALLET: subscription.wallet_agreement != ""}
    is_changed = any(
        order.card_id != subscription.card_id or (order.cause == "deferred") != (way is Way.DEFERRED) for order in held
    )
    return Trouble(held, subscription.payment_method, way, has_means=means.get(way, False), is_changed=is_changed)


def _held(order: Order, attempts: Sequence[PaymentAttempt]) -> Held | None:
    """Return the order if its payment was refused, else None. `attempts`: the order's, oldest first."""
    refused = next((attempt for attempt in reversed(attempts) if attempt.state == "refused"), None)
    if order.deferred_state in REFUSED:
        code, card_id = f"{DEFERRED}{order.deferred_state}", None
    elif refused is not None:
        code, card_id = refused.reason, refused.card_id
    else:
        return None
    return Held(
        order_id=order.id,
        code=order.code,
        total=order.total,
        is_shipped=order.status == OrderStatus.SHIPPED,
        cause=cause_of(code),
        card_id=card_id,
        is_asked_again=bool(attempts) and attempts[-1].state == "asked",
    )


def _attempts(session: Session, order_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[PaymentAttempt]]:
    query = select(PaymentAttempt).where(PaymentAttempt.order_id.in_(order_ids))
    found: dict[UUID, list[PaymentAttempt]] = {}
    for attempt in session.scalars(query.order_by(PaymentAttempt.asked_at, PaymentAttempt.id)):
        found.setdefault(attempt.order_id, []).append(attempt)
    return found
