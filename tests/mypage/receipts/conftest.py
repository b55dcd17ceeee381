"""花子 in her browser, logged in to the test's order."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.models import Order, Shop
from tests.mypage.signing_in import sign_in


@pytest.fixture
def hanako(app: Flask, shop: Shop, order: Order) -> FlaskClient:
    app.config["WAIT_FOR_PDF"] = 0
    client = app.test_client()
    sign_in(client, shop, order, by_link=True)
    return client
