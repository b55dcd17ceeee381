"""Signing a test client in as a member of staff."""

from flask.testing import FlaskClient

from portal.clock import now
from portal.extensions import writing_session
from portal.models import Shop, Staff
from portal.staff import sessions
from portal.values.roles import Role
from tests.cast import Cast


def sign_in(client: FlaskClient, staff: Staff, *, totp: bool = False) -> None:
    """Give the client a live session without sending the login form, whose own tests are in test_login.py."""
    app = client.application
    with app.app_context(), writing_session() as session:
        instant = now()
        token = sessions.start(session, staff, totp_at=instant if totp else None, browser="pytest", now=instant)
    with client.session_transaction("/admin/") as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True


def signed_in(client: FlaskClient, cast: Cast, shop: Shop, role: Role = Role.OPERATOR) -> FlaskClient:
    """Add 鈴木 to the shop with this role, sign the client in as 鈴木 and return it."""
    staff = cast.staff(shop, role=role)
    cast.session.commit()
    sign_in(client, staff)
    return client
