"""A shop with two orders that wait for their parcels."""

import pytest

from portal.models import Shop
from tests.cast import Cast


@pytest.fixture
def shop(cast: Cast) -> Shop:
    shop = cast.shop()
    cast.order(shop, "A-1001")
    cast.order(shop, "A-1002")
    cast.session.commit()
    return shop
