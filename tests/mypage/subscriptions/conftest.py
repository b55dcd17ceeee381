"""花子 on her phone."""

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.mypage.subscriptions.visitors import Visitor


@pytest.fixture
def hanako(client: FlaskClient, cast: Cast) -> Visitor:
    return Visitor(client, cast)
