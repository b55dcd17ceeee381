"""A shop with subscriptions switched on."""

import pytest

from portal.models import Shop
from tests.cast import Cast


@pytest.fixture
def shop(cast: Cast) -> Shop:
    shop = cast.shop()
    cast.rules(shop)
    return shop
