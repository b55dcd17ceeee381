"""鈴木, the only manager of the shop."""

import pytest

from portal.models import Shop, Staff
from portal.values.roles import Role
from tests.cast import Cast


@pytest.fixture
def manager(cast: Cast, shop: Shop) -> Staff:
    """Return 鈴木, the shop's only manager."""
    suzuki = cast.staff(shop, role=Role.MANAGER)
    cast.session.commit()
    return suzuki
