"""さくら茶舗 with a shipped order, its staff signed in, and the mail servers behind the pages."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import jobs
from portal.adapters.smtp import SmtpMailer
from portal.models import Order, OutboxMail, Shop
from portal.notifications import receipt_file
from portal.notifications.outbox import Mailroom
from portal.values.roles import Role
from tests.admin.mails.editor import BODY, SHIPPED, SUBJECT
from tests.admin.signing_in import signed_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token
from tests.notifications.mailers import FakeMailer
from tests.notifications.mailserver import MailServer
from tests.shipments.shipped import order

__all__ = ["order"]


@pytest.fixture
def manager(client: FlaskClient, cast: Cast, order: Order, shop: Shop) -> FlaskClient:
    return signed_in(client, cast, shop, Role.MANAGER)


@pytest.fixture
def send(manager: FlaskClient) -> Callable[..., TestResponse]:
    """Return `send(path, subject=…, body=…)`, which sends the editor's form with these fields changed."""

    def post(path: str = "", *, page: str = SHIPPED, **fields: str | int) -> TestResponse:
        token = csrf_token(manager, page)
        typed = {"subject": SUBJECT, "body": BODY, "version": 0, "order_code": ""}
        return manager.post(f"{page}{path}", data=typed | fields | {"csrf_token": token})

    return post


@pytest.fixture
def inbox(manager: FlaskClient, session: Session) -> Iterator[Callable[[], MailServer]]:
    """Yield a function that sends what is due to a real mail server and returns that server."""
    app = manager.application
    with MailServer() as server:
        mailer = SmtpMailer("127.0.0.1", server.port, security="none")
        app.extensions["ports"] = replace(app.extensions["ports"], mailer=mailer)

        def deliver() -> MailServer:
            session.commit()
            with app.app_context():
                jobs.mails.send_mails()
            return server

        yield deliver


@pytest.fixture
def mail(client: FlaskClient, cast: Cast, shop: Shop, order: Order, clock: Clock) -> Callable[..., OutboxMail]:
    """Return `mail(**columns)`, which stores a mail with a receipt to 花子 with these columns changed."""
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
    """Return a client signed in as 鈴木, who may send and resolve mails."""
    return signed_in(client, cast, shop)


@pytest.fixture
def mailer(suzuki: FlaskClient) -> FakeMailer:
    fake = FakeMailer()
    app = suzuki.application
    app.extensions["ports"] = replace(app.extensions["ports"], mailer=fake)
    return fake
