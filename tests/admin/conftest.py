"""鈴木, who manages the shop."""

import pytest
from flask.testing import FlaskClient

from portal.models import Shop
from portal.values.roles import Role
from tests.admin.signing_in import signed_in
from tests.cast import Cast


@pytest.fixture
def suzuki(client: FlaskClient, cast: Cast, shop: Shop) -> FlaskClient:
    return signed_in(client, cast, shop, Role.MANAGER)
