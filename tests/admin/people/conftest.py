"""さくら茶舗 with its only manager."""

import pytest

from portal.models import Shop, Staff
from portal.values.roles import Role
from tests.cast import Cast


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop()


@pytest.fixture
def manager(cast: Cast, shop: Shop) -> Staff:
    """Return 鈴木, the shop's only manager."""
    suzuki = cast.staff(shop, role=Role.MANAGER)
    cast.session.commit()
    return suzuki
