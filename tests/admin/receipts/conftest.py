"""鈴木, an operator at a desk of the shop, where papers are not waited for."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.models import Order, Shop
from tests.admin.signing_in import sign_in
from tests.cast import Cast


@pytest.fixture
def suzuki(app: Flask, session: Session, cast: Cast, shop: Shop, order: Order) -> FlaskClient:
    app.config["WAIT_FOR_PDF"] = 0
    staff = cast.staff(shop)
    session.commit()
    client = app.test_client()
    sign_in(client, staff)
    return client
