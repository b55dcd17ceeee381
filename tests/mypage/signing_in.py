"""Getting a test client in as a buyer gets in: through the form behind the order's link."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.models import Order, Shop

HIDDEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def link(client: FlaskClient, shop: Shop, order: Order) -> str:
    """The path of the order's own link."""
    signed: str = client.application.extensions["links"].sign_order(shop.id, order.id)
    return f"/{shop.slug}/o/{signed}"


def csrf_token(client: FlaskClient, path: str) -> str:
    """The token of the form on that page."""
    found = HIDDEN.search(client.get(path).text)
    assert found, f"no form on {path}"
    return found[1]


def submit(
    client: FlaskClient, path: str, fields: dict[str, str], *, form_on: str = "", **more: object
) -> TestResponse:
    """Fill in the form on `form_on` (default: the same path) and send it to `path`."""
    token = csrf_token(client, form_on or path)
    return client.post(path, data=fields | {"csrf_token": token}, **more)  # type: ignore[arg-type]


def sign_in(client: FlaskClient, shop: Shop, order: Order) -> TestResponse:
    """Log in with what the shop asks for; the answer is the way to the order page."""
    typed = order.phone if shop.login_element == "phone" else order.buyer_name
    answer = submit(client, link(client, shop, order), {"typed": typed})
    assert answer.status_code == 303, answer.text
    return answer
