"""An order whose parcel has left."""

import pytest

from portal.models import Order, Shop
from tests.cast import Cast


@pytest.fixture
def order(cast: Cast, shop: Shop) -> Order:
    order = cast.order(shop)
    cast.shipment(order)
    cast.session.commit()
    return order
