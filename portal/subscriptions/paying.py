"""Paying for the orders of a subscription: asked for when an order is made, and again when the payment was changed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Card, Order, OrderStatus, PaymentAttempt, Shop, Subscription, SubscriptionRules
from portal.payments import attempts
from portal.payments.attempts import Authorised, Kind
from portal.payments.credit_states import REFUSED, Credit
from portal.payments.wallets import Way, way_of
from portal.subscriptions import history, rules
from portal.subscriptions.refusals import Refusal, RefusedError

_ENDED = (OrderStatus.CANCELLED, OrderStatus.RETURNED)


def arrange(
    session: Session, subscription: Subscription, order: Order, of_shop: SubscriptionRules, *, actor: str, now: datetime
) -> bool:
    """For an order just made, in its transaction. True: it is on hold until the payment is authorised.

    Nudge settle_payments after the commit.
    """
    way = way_of(order.payment_method, session.get_one(Shop, order.shop_id).payment_words)
    if not of_shop.authorises or way is Way.OTHER:
        return False
    if order.total <= 0 or (way is Way.WALLET and not subscription.wallet_agreement):
        order.authorised = Authorised.NONE
        return False
    order.status = OrderStatus.ON_HOLD
    if way is Way.DEFERRED:
        order.deferred_state = Credit.TO_REGISTER
    else:
        order.authorised = Authorised.HELD
        _authorise(session, subscription, order, way, of_shop.gateway, actor=actor, now=now)
    return True


def retry(session: Session, subscription: Subscription, *, actor: str, now: datetime) -> Sequence[PaymentAttempt]:
    """Asks once more for every order that was refused, by the payment that the subscription has now.

    Those that wait for an answer already are among what is given. RefusedError: that payment cannot be authorised.
    """
    history.lock(session, subscription)
    orders = held_orders(session, subscription)
    if not orders:
        return []
    way = _way_now(session, subscription)
    return [_ask_again(session, subscription, order, way, actor=actor, now=now) for order in orders]


def held_orders(session: Session, subscription: Subscription) -> Sequence[Order]:
    """Orders of it whose payment was asked for and not (yet) granted, oldest first."""
    held = select(Order).where(
        Order.subscription_id == subscription.id,
        or_(Order.authorised == Authorised.HELD, Order.deferred_state.in_(REFUSED)),
        Order.status.not_in(_ENDED),
    )
    return session.scalars(held.order_by(Order.ordered_at, Order.id)).all()


def _way_now(session: Session, subscription: Subscription) -> Way:
    shop = session.get_one(Shop, subscription.shop_id)
    way = way_of(subscription.payment_method, shop.payment_words)
    if way is Way.CARD and subscription.card_id is None:
        raise RefusedError(Refusal.NO_CARD, "card_id")
    if way is Way.WALLET and not subscription.wallet_agreement:
        raise RefusedError(Refusal.NO_CONSENT, "wallet_agreement")
    if way not in (Way.CARD, Way.WALLET):
        raise RefusedError(Refusal.METHOD_NOT_OFFERED, "payment_method")
    return way


def _ask_again(
    session: Session, subscription: Subscription, order: Order, way: Way, *, actor: str, now: datetime
) -> PaymentAttempt:
    session.refresh(order, with_for_update=True)
    before = attempts.last_of(session, order.id)
    gateway = before.gateway if before else rules.of_shop(session, order.shop_id).gateway
    attempt = _authorise(session, subscription, order, way, gateway, actor=actor, now=now)
    if before is not None and before.id == attempt.id:
        return attempt
    # A deferred-payment company that refused the order has nothing to do with it any more.
    values = {"payment_method": subscription.payment_method, "authorised": str(Authorised.HELD)}
    values |= {"deferred_state": str(Credit.CANCELLED)} if order.deferred_state in REFUSED else {}
    changes: dict[str, audit.Change] = {name: (getattr(order, name), value) for name, value in values.items()}
    for name, value in values.items():
        setattr(order, name, value)
    order.updated_at = now
    audit.record(
        session,
        shop_id=order.shop_id,
        actor=actor,
        action="order.payment_retried",
        subject=("order", order.id),
        now=now,
        changes=changes,
    )
    return attempt


def _authorise(
    session: Session,
    subscription: Subscription,
    order: Order,
    way: Way,
    gateway: str,
    *,
    actor: str,
    now: datetime,
) -> PaymentAttempt:
    """A card is asked for where it is known; its company may be another than the shop's for new cards."""
    card = session.get_one(Card, subscription.card_id) if way is Way.CARD and subscription.card_id else None
    return attempts.ask(
        session,
        order,
        kind=Kind.AUTHORISE,
        card_id=card.id if card else None,
        amount=order.total,
        gateway=card.gateway if card else gateway,
        actor=actor,
        now=now,
    )
