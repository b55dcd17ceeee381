"""花子's order and 花子 on her phone; a test file or its folder provides `shop` and `subscription`."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.models import Order, Shop, Subscription
from tests.cast import Cast
from tests.mypage.subscribers import Subscriber


@pytest.fixture
def order(cast: Cast, shop: Shop, subscription: Subscription) -> Order:
    order = cast.order(shop, subscription_id=subscription.id, status="shipped")
    cast.session.commit()
    return order


@pytest.fixture
def hanako(app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription) -> Subscriber:
    hanako = Subscriber(app, session, shop, order, subscription)
    session.rollback()
    return hanako
