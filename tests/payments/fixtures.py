"""A shop with subscriptions paid by card, and the worker that asks the sandbox gateway."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.adapters.sandbox_gateway import SandboxGateway
from portal.config import Settings
from portal.jobs.payments import ask_captures, settle_payments
from portal.models import Order, PaymentAttempt, Shop, Subscription
from portal.ports import PaymentGateway
from portal.subscriptions.payment import paying
from portal.subscriptions.record import shop_rules
from tests.cast import Cast
from tests.conftest import Clock


@pytest.fixture
def sandbox(settings: Settings, clock: Clock) -> SandboxGateway:
    return SandboxGateway(settings.instance / "sandbox-gateway.sqlite3", settings.public_url, clock)


@pytest.fixture
def use(app: Flask) -> Callable[[PaymentGateway], None]:
    """Return `use(gateway)`, which makes this gateway answer from now on."""

    def put(gateway: PaymentGateway) -> None:
        app.extensions["ports"] = replace(app.extensions["ports"], gateways={"sandbox": gateway})

    return put


@pytest.fixture
def settle(
    app: Flask, session: Session, use: Callable[[PaymentGateway], None], sandbox: SandboxGateway
) -> Callable[[], None]:
    """Return a function that commits what the test has written and lets the worker ask the payment company."""
    use(sandbox)

    def run() -> None:
        session.commit()
        with app.app_context():
            settle_payments()
        session.expire_all()

    return run


@pytest.fixture
def capture(app: Flask, session: Session, settle: Callable[[], None]) -> Callable[[], None]:
    """Return a function that lets the worker take the money for what has shipped."""

    def run() -> None:
        session.commit()
        with app.app_context():
            ask_captures()
        settle()

    return run


Subscribed = Callable[..., tuple[Subscription, Order]]


@pytest.fixture
def subscribed(cast: Cast, shop: Shop, clock: Clock) -> Subscribed:
    """Return `subscribed(card="declined-1", …)`, which makes 花子's subscription by card and its second order.

    The payment of the order, ¥1,580 (`total`), has been asked for. Other arguments are the subscription's columns.
    """

    def make(code: str = "0000000001-2", **changes: object) -> tuple[Subscription, Order]:
        total = changes.pop("total", 1580)
        reference = changes.pop("card", "card-4242")
        number = changes.pop("number", "0000000001")
        if reference is not None:
            card = cast.card(shop, reference=reference)
            changes.setdefault("card_id", card.id)
        changes.setdefault("payment_method", "クレジットカード")
        subscription = cast.subscription(shop, number, **changes)
        paid = paying.arrangement(subscription, total, shop_rules.of_shop(cast.session, shop.id), shop.payment_words)
        order = cast.order(
            shop,
            code,
            total=total,
            subscription_id=subscription.id,
            subscription_number=subscription.number,
            cycle_number=2,
            payment_method=subscription.payment_method,
            payment_state=paid.payment_state,
            status=paid.status,
            authorised=paid.authorised,
            deferred_state=paid.deferred_state,
        )
        if paid.asks:
            columns = {"id": order.id, "shop_id": shop.id, "total": total}
            asked = {"actor": "job:generate_orders", "now": clock()}
            of_shop = shop_rules.of_shop(cast.session, shop.id)
            row = paying.first_attempt(cast.session, subscription, paid.way, columns, of_shop, **asked)
            cast.session.execute(insert(PaymentAttempt), [row])
        return subscription, order

    return make
