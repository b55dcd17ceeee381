"""花子's order of a subscription, for which the shop asks more in 北海道, and 花子 on her phone."""

import pytest

from portal.models import Shop, Subscription, SubscriptionRules
from tests.cast import Cast
from tests.mypage.subscribers import hanako, order

__all__ = ["hanako", "order"]


@pytest.fixture
def rules(cast: Cast, shop: Shop) -> SubscriptionRules:
    return cast.rules(shop, shipping_fees={"": 500, "北海道": 1200})


@pytest.fixture
def subscription(cast: Cast, shop: Shop, rules: SubscriptionRules) -> Subscription:
    return cast.subscription(shop)
