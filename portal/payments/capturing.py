"""Capturing of authorized money once the order has shipped, and its release if the order has ended."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.models import Order, PaymentAttempt, Subscription
from portal.models.order import MONEY_HELD
from portal.payments.attempts import Authorised, Kind, ask, standing_authorisation
from portal.values.states import OrderStatus

_ENDED = (OrderStatus.CANCELED, OrderStatus.RETURNED)


def ask_due(session: Session, *, actor: str, now: datetime, limit: int) -> int:
    """Ask for what is due and return the number of orders found.

    Each order is found until an answer is written, and is asked about once.
    """
    is_asked = exists().where(
        PaymentAttempt.order_id == Order.id, PaymentAttempt.state == "asked", PaymentAttempt.kind != Kind.AUTHORISE
    )
    due = (
        select(Order)
        .where(MONEY_HELD, Order.status.in_([OrderStatus.SHIPPED, *_ENDED]), ~is_asked)
        .order_by(Order.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    orders = session.scalars(due).all()
    for order in orders:
        _ask_for(session, order, actor=actor, now=now)
    return len(orders)


def authorise_anew(session: Session, order: Order, *, actor: str, now: datetime) -> PaymentAttempt:
    """Ask for a new authorization on the card that the subscription has now: the buyer may have changed it.

    Raise LookupError if the order was never authorized.
    """
    before = standing_authorisation(session, order.id)
    subscription = session.get(Subscription, order.subscription_id) if order.subscription_id else None
    if before is None:
        raise LookupError(f"order {order.id} was never authorised")
    card_id = subscription.card_id if subscription and before.card_id else before.card_id
    order.authorised = Authorised.HELD
    return ask(
        session,
        order,
        kind=Kind.AUTHORISE,
        card_id=card_id,
        amount=order.total,
        gateway=before.gateway,
        actor=actor,
        now=now,
    )


def _ask_for(session: Session, order: Order, *, actor: str, now: datetime) -> None:
    held = standing_authorisation(session, order.id)
    if held is None:
        raise LookupError(f"order {order.id} counts as authorised without an attempt")
    to_let_go = order.status in _ENDED or order.total <= 0
    if to_let_go or order.total > held.amount:
        _ask(session, order, held, Kind.VOID, held.amount, actor, now)
    elif held.lapses_at is None or held.lapses_at > now:
        _ask(session, order, held, Kind.CAPTURE, order.total, actor, now)
    if not to_let_go and (order.total > held.amount or (held.lapses_at is not None and held.lapses_at <= now)):
        authorise_anew(session, order, actor=actor, now=now)


def _ask(
    session: Session, order: Order, held: PaymentAttempt, kind: Kind, amount: int, actor: str, now: datetime
) -> None:
    ask(
        session,
        order,
        kind=kind,
        card_id=held.card_id,
        amount=amount,
        gateway=held.gateway,
        payment_reference=held.payment_reference,
        actor=actor,
        now=now,
    )
