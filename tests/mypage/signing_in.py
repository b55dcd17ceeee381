"""Signing a test client in as a buyer."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask.sessions import SessionMixin
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.access import sessions
from portal.access.rules.digests import token_digest
from portal.clock import now
from portal.extensions import writing_session
from portal.models import BuyerSession, Order, Shop
from portal.mypage.orders.loader import TOKEN

HIDDEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def link(client: FlaskClient, shop: Shop, order: Order) -> str:
    """Return the path of the order's own link."""
    signed: str = client.application.extensions["links"].sign_order(shop.id, order.id)
    return f"/{shop.slug}/o/{signed}"


def csrf_token(client: FlaskClient, path: str) -> str:
    """Return the token of the form on that page."""
    found = HIDDEN.search(client.get(path).text)
    assert found, f"no form on {path}"
    return found[1]


def submit(
    client: FlaskClient, path: str, fields: dict[str, str], *, form_on: str = "", **more: object
) -> TestResponse:
    """Fill in the form on `form_on` (by default the same path) and send it to `path`."""
    token = csrf_token(client, form_on or path)
    return client.post(path, data=fields | {"csrf_token": token}, **more)  # type: ignore[arg-type]


def log_in(client: FlaskClient, shop: Shop, order: Order) -> TestResponse:
    """Log in by the order's link with the name or phone that the shop asks for; return the redirect."""
    typed = order.phone if shop.login_element == "phone" else order.buyer_name
    answer = submit(client, link(client, shop, order), {"typed": typed})
    assert answer.status_code == 303, answer.text
    return answer


def sign_in(client: FlaskClient, shop: Shop, order: Order, *, by_link: bool = False) -> None:
    """Give the client a live session, as after typing the order's code, or after `log_in` if `by_link`.

    Logging in has its own tests in test_login.py.
    """
    with _writing(client, shop) as (session, cookie):
        cookie[TOKEN] = sessions.start(session, order, token=cookie.get(TOKEN), now=now(), by_link=by_link)


def prove_mail(client: FlaskClient, shop: Shop, email_key: str) -> None:
    """Mark the session as if the emailed code had been typed (its own tests are in test_second_step.py)."""
    with _writing(client, shop) as (session, cookie):
        row = session.scalars(select(BuyerSession).filter_by(token_digest=token_digest(cookie[TOKEN]))).one()
        cookie[TOKEN] = f"proved {cookie[TOKEN]}"
        sessions.go_on_proved(session, row, token=cookie[TOKEN], email_key=email_key, now=now())


@contextmanager
def _writing(client: FlaskClient, shop: Shop) -> Iterator[tuple[Session, SessionMixin]]:
    with (
        client.application.app_context(),
        writing_session() as session,
        client.session_transaction(f"/{shop.slug}/") as cookie,
    ):
        yield session, cookie
