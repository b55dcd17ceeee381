"""メール: what was sent, and what staff may do about one."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, Order, OutboxMail, Role, Shop
from portal.notifications import receipt_file
from portal.notifications.outbox import Mailroom
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token

LIST = "/admin/shops/sakura/mails"


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop()


@pytest.fixture
def order(cast: Cast, shop: Shop) -> Order:
    return cast.order(shop)


@pytest.fixture
def mail(client: FlaskClient, cast: Cast, shop: Shop, order: Order, clock: Clock) -> Callable[..., OutboxMail]:
    """`mail(**columns)`: a receipt sent to 花子, with these columns changed."""
    mailroom: Mailroom = client.application.extensions["mailroom"]

    def make(**columns: Any) -> OutboxMail:
        known = set(cast.session.scalars(select(OutboxMail.id)))
        mailroom.post(
            cast.session,
            shop=shop,
            order=order,
            message="receipt_file",
            recipient=order.email,
            context=receipt_file.context(order_code=order.code, number="00000012"),
            language="ja",
            once_key=None,
            now=clock(),
        )
        made = next(row for row in cast.session.scalars(select(OutboxMail)) if row.id not in known)
        for name, value in columns.items():
            setattr(made, name, value)
        cast.session.commit()
        return made

    return make


@pytest.fixture
def suzuki(client: FlaskClient, cast: Cast, shop: Shop) -> FlaskClient:
    """A client of 鈴木, who may change things."""
    staff = cast.staff(shop)
    cast.session.commit()
    sign_in(client, staff)
    return client


def test_the_list_and_the_mail_open(suzuki: FlaskClient, mail: Callable[..., OutboxMail]) -> None:
    one = mail(state="unknown")
    page = suzuki.get(LIST)
    assert page.status_code == 200
    assert "届いたか不明" in page.text
    text = suzuki.get(f"{LIST}/{one.id}").text
    assert "領収書をこのメールに付けました" in text
