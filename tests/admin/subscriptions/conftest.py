import pytest
from flask.testing import FlaskClient

from tests.admin.subscriptions.desk import Desk
from tests.cast import Cast


@pytest.fixture
def desk(client: FlaskClient, cast: Cast) -> Desk:
    return Desk(client, cast)
