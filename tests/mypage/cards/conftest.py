"""花子's subscription, paid by a card of each payment company in turn."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.models import (
    Card,
    Order,
    Shop,
    Subscription,
)
from tests.cast import Cast
from tests.mypage.cards.cardholder import Hanako
from tests.mypage.subscribers import order
from tests.payments.companies import Company, company, stripe_company

__all__ = ["company", "order", "stripe_company"]


@pytest.fixture
def shop(cast: Cast, app: Flask, company: Company) -> Shop:
    app.extensions["ports"] = replace(app.extensions["ports"], gateways={company.name: company.gateway})
    shop = cast.shop()
    cast.rules(shop, gateway=company.name)
    return shop


@pytest.fixture
def old(cast: Cast, shop: Shop, company: Company) -> Card:
    return cast.card(shop, gateway=company.name, reference="old", last4="1881", customer_reference="")


@pytest.fixture
def subscription(cast: Cast, shop: Shop, old: Card) -> Subscription:
    return cast.subscription(shop, payment_method="クレジットカード", card_id=old.id)


@pytest.fixture
def hanako(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription, company: Company
) -> Hanako:
    hanako = Hanako(app, session, shop, order, subscription)
    hanako.company = company
    # End the transaction of what was read while signing in, so that the test can write.
    session.rollback()
    return hanako
