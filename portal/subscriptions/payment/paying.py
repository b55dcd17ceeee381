"""Payment for a subscription's orders: requested when an order is made, and again when the payment was changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Card, Order, PaymentAttempt, Shop, Subscription, SubscriptionRules
from portal.orders import changes as order_changes
from portal.payments import attempts
from portal.payments.attempts import Authorised, Kind
from portal.payments.rules.credit_states import REFUSED, Credit
from portal.payments.rules.payment_states import PaymentState
from portal.payments.rules.wallets import Way, way_of
from portal.subscriptions.record import history, shop_rules
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.values.states import OrderStatus

_ENDED = (OrderStatus.CANCELED, OrderStatus.RETURNED)


@dataclass(frozen=True)
class Arrangement:
    """How an order that is being made is paid, with the values of its columns."""

    way: Way
    status: OrderStatus = OrderStatus.AWAITING_SHIPMENT
    authorised: str = ""
    deferred_state: str = ""
    payment_state: str = PaymentState.UNKNOWN

    @property
    def asks(self) -> bool:
        """Tell whether `first_attempt` is to be stored with the order and settle_payments nudged after the commit."""
        return self.way in (Way.CARD, Way.WALLET) and self.status == OrderStatus.ON_HOLD


def arrangement(
    subscription: Subscription, total: int, of_shop: SubscriptionRules, own_words: Mapping[str, str]
) -> Arrangement:
    """Return how the order is paid; it is on hold until the payment is authorized, if the shop wants that.

    `own_words`: `Shop.payment_words`.
    """
    way = way_of(subscription.payment_method, own_words)
    goes_through_us = of_shop.authorises and way is not Way.OTHER
    if total <= 0:
        authorised = Authorised.NONE if goes_through_us else ""
        return Arrangement(way, authorised=authorised, payment_state=PaymentState.PAID)
    if not goes_through_us:
        return Arrangement(way)
    if way is Way.DEFERRED:
        return Arrangement(way, OrderStatus.ON_HOLD, deferred_state=Credit.TO_REGISTER)
    # Without the buyer's consent the attempt is refused before the company hears of it, as without a card.
    authorised = Authorised.NONE if lacks_consent(subscription, own_words) else Authorised.HELD
    return Arrangement(way, OrderStatus.ON_HOLD, authorised=authorised, payment_state=PaymentState.UNPAID)


def lacks_consent(subscription: Subscription, own_words: Mapping[str, str]) -> bool:
    """Tell whether it is paid by a wallet of which no agreement is stored: nothing may be charged."""
    return way_of(subscription.payment_method, own_words) is Way.WALLET and not subscription.wallet_agreement


def first_attempt(
    session: Session,
    subscription: Subscription,
    way: Way,
    order: Mapping[str, Any],
    of_shop: SubscriptionRules,
    *,
    actor: str,
    now: datetime,
) -> dict[str, Any]:
    """Return the row that asks the payment company for an order that is being made; `order`: its columns."""
    card = _card(session, subscription, way)
    return attempts.new_row(
        shop_id=order["shop_id"],
        order_id=order["id"],
        kind=Kind.AUTHORISE,
        card_id=card.id if card else None,
        amount=order["total"],
        gateway=card.gateway if card else of_shop.gateway,
        actor=actor,
        now=now,
    )


def _card(session: Session, subscription: Subscription, way: Way) -> Card | None:
    """Return the card to ask for, if it is known; its company may be another than the shop's for new cards."""
    return session.get_one(Card, subscription.card_id) if way is Way.CARD and subscription.card_id else None


def retry(session: Session, subscription: Subscription, *, actor: str, now: datetime) -> Sequence[PaymentAttempt]:
    """Ask once more for every order that was refused, by the payment that the subscription has now.

    The attempts returned include those that wait for an answer already. Raise RefusedError if that payment cannot be
    authorized.
    """
    history.lock(session, subscription)
    orders = held_orders(session, subscription)
    if not orders:
        return []
    way = _way_now(session, subscription)
    return [_ask_again(session, subscription, order, way, actor=actor, now=now) for order in orders]


def held_orders(session: Session, subscription: Subscription) -> Sequence[Order]:
    """Return its orders whose payment was asked for and not (yet) granted, oldest first."""
    never_asked = and_(Order.authorised == Authorised.NONE, Order.payment_state == PaymentState.UNPAID, Order.total > 0)
    held = select(Order).where(
        Order.subscription_id == subscription.id,
        or_(Order.authorised == Authorised.HELD, never_asked, Order.deferred_state.in_(REFUSED)),
        Order.status.not_in(_ENDED),
    )
    return session.scalars(held.order_by(Order.ordered_at, Order.id)).all()


def _way_now(session: Session, subscription: Subscription) -> Way:
    shop = session.get_one(Shop, subscription.shop_id)
    way = way_of(subscription.payment_method, shop.payment_words)
    if way is Way.CARD and subscription.card_id is None:
        raise RefusedError(Refusal.NO_CARD, "card_id")
    if lacks_consent(subscription, shop.payment_words):
        raise RefusedError(Refusal.NO_CONSENT, "wallet_agreement")
    if way not in (Way.CARD, Way.WALLET):
        raise RefusedError(Refusal.METHOD_NOT_OFFERED, "payment_method")
    return way


def _ask_again(
    session: Session, subscription: Subscription, order: Order, way: Way, *, actor: str, now: datetime
) -> PaymentAttempt:
    session.refresh(order, with_for_update=True)
    before = attempts.last_of(session, order.id)
    gateway = before.gateway if before else shop_rules.of_shop(session, order.shop_id).gateway
    attempt = _authorise(session, subscription, order, way, gateway, actor=actor, now=now)
    if before is not None and before.id == attempt.id:
        return attempt
    # A deferred-payment company that refused the order has nothing to do with it any more.
    values = {"payment_method": subscription.payment_method, "authorised": str(Authorised.HELD)}
    values |= {"deferred_state": str(Credit.CANCELED)} if order.deferred_state in REFUSED else {}
    changes: dict[str, audit.Change] = {name: (getattr(order, name), value) for name, value in values.items()}
    for name, value in values.items():
        setattr(order, name, value)
    order_changes.record(session, order, "order.payment_retried", changes, actor=actor, now=now)
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
    card = _card(session, subscription, way)
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
