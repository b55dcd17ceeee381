"""花子's subscription with two items, in a shop that offers every change."""

import pytest

from portal.models import (
    Shop,
    Subscription,
    SubscriptionRules,
)
from tests.cast import Cast
from tests.mypage.subscribers import hanako, order

__all__ = ["hanako", "order"]


ITEMS = [
    {"product_code": "T-100", "name": "煎茶 やぶきた 100g"},
    {"product_code": "G-001", "name": "有機玄米茶", "first_price": 756, "later_price": 756, "quantity": 2},
]


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop(notice_addresses=["notice@example.jp"])


@pytest.fixture
def rules(cast: Cast, shop: Shop) -> SubscriptionRules:
    return cast.rules(shop)


@pytest.fixture
def subscription(cast: Cast, shop: Shop, rules: SubscriptionRules) -> Subscription:
    return cast.subscription(shop, items=ITEMS, customer_number="C-1", points_balance=1200)
