"""The desk at which 鈴木 looks after orders, for the tests of those pages."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.models import AuditEntry, Order
from portal.values.roles import Role
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.mypage.signing_in import csrf_token
from tests.page_text import text_of


class Desk:
    """鈴木 at the desk, with the orders of one shop."""

    def __init__(self, client: FlaskClient, cast: Cast, role: Role = Role.OPERATOR, **shop: Any) -> None:
        self.client = client
        self.cast = cast
        self.session = cast.session
        self.shop = cast.shop(**shop)
        self.suzuki = cast.staff(self.shop, role=role)
        cast.session.commit()
        sign_in(client, self.suzuki)

    def order(self, code: str = "A-10234", **changes: Any) -> Order:
        order = self.cast.order(self.shop, code, **changes)
        self.session.commit()
        return order

    def path(self, order: Order, rest: str = "") -> str:
        return f"/admin/shops/{self.shop.slug}/orders/{order.id}{rest}"

    def html(self, order: Order, rest: str = "") -> str:
        self.session.commit()
        answer = self.client.get(self.path(order, rest))
        assert answer.status_code == 200, answer.text
        return answer.text

    def page(self, order: Order, rest: str = "") -> str:
        return text_of(self.html(order, rest))

    def actions(self) -> list[str]:
        self.session.rollback()
        return list(self.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.fixture
def desk(client: FlaskClient, cast: Cast) -> Desk:
    return Desk(client, cast)


def send(desk: Desk, order: Order, rest: str, fields: dict[str, str] | None = None, **seen: object) -> TestResponse:
    """Press a button of the order's page as it was when opened (`version=…`), or as it is now."""
    desk.session.commit()
    desk.session.refresh(order)
    seen = {"version": order.version, "seen_at": ""} | seen
    desk.session.commit()
    token = csrf_token(desk.client, "/admin/account")
    data = (fields or {}) | {name: str(value) for name, value in seen.items()} | {"csrf_token": token}
    return desk.client.post(desk.path(order, rest), data=data)


def state(desk: Desk, order: Order) -> str:
    desk.session.rollback()
    desk.session.refresh(order)
    return order.status


def said(desk: Desk, order: Order) -> list[str]:
    """Return the messages on top of the page after the last button."""
    return [text_of(words).strip() for words in re.findall(r'<p class="said[^"]*"[^>]*>(.*?)</p>', desk.html(order))]
