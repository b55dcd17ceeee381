"""花子 before the second step."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.models import Order, Shop
from tests.mypage.access.second_step import Buyer


@pytest.fixture
def hanako(app: Flask, session: Session, shop: Shop, order: Order) -> Buyer:
    return Buyer(app, session, shop, order)
