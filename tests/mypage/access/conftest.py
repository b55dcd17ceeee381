"""One shop with one order of 花子, and 花子 before the second step."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.models import Order, Shop
from tests.cast import Cast
from tests.mypage.access.second_step import Buyer


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop()


@pytest.fixture
def order(cast: Cast, shop: Shop) -> Order:
    order = cast.order(shop)
    cast.session.commit()
    return order


@pytest.fixture
def hanako(app: Flask, session: Session, shop: Shop, order: Order) -> Buyer:
    return Buyer(app, session, shop, order)
