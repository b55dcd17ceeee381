"""The path of an order's page, and the token in the cookie."""

from flask.testing import FlaskClient

from portal.models import Order


def page(order: Order, slug: str = "sakura") -> str:
    return f"/{slug}/orders/{order.id}"


def token(client: FlaskClient, slug: str = "sakura") -> str:
    """Return the session's token in the cookie."""
    with client.session_transaction(f"/{slug}/") as cookie:
        return str(cookie.get("visit"))
