"""メールの文面: what the shop types is what the buyer gets."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import jobs
from portal.adapters.smtp import SmtpMailer
from portal.models import AuditEntry, AuditValue, MailText, Order, OutboxMail, Role, Shop
from portal.notifications.outbox import Mailroom
from portal.shipments.notices import tell_shipped
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token
from tests.notifications.mailserver import MailServer

LIST = "/admin/shops/sakura/mail-texts"
SHIPPED = f"{LIST}/shipped/ja"
SUBJECT = "【## block(shopName) ##】[MEMBER_LAST_NAME]様、発送しました"
BODY = """[MEMBER_NAME] 様

お茶を ## block(carrierName) ## でお送りしました。
番号 [TRACKING_NUMBER]

## block(myPageUrl) ##
新茶のご案内 https://sakura.example.jp/news?order=## block(orderCode) ##、ぜひどうぞ。
"""


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop()


@pytest.fixture
def order(cast: Cast, shop: Shop) -> Order:
    order = cast.order(shop)
    cast.shipment(order)
    cast.session.commit()
    return order


@pytest.fixture
def manager(client: FlaskClient, cast: Cast, order: Order, shop: Shop) -> FlaskClient:
    staff = cast.staff(shop, role=Role.MANAGER)
    cast.session.commit()
    sign_in(client, staff)
    return client


@pytest.fixture
def send(manager: FlaskClient) -> Callable[..., TestResponse]:
    """`send(path, subject=…, body=…)`: the editor's form, as that page shows it but for what is given."""

    def post(path: str = "", *, page: str = SHIPPED, **fields: str | int) -> TestResponse:
        token = csrf_token(manager, page)
        typed = {"subject": SUBJECT, "body": BODY, "version": 0, "order_code": ""}
        return manager.post(f"{page}{path}", data=typed | fields | {"csrf_token": token})

    return post


def texts(session: Session) -> list[MailText]:
    session.rollback()
    return list(session.scalars(select(MailText).execution_options(populate_existing=True)))


def test_saving_and_the_next_page(manager: FlaskClient, send: Callable[..., TestResponse], session: Session) -> None:
    assert "今は標準の文面で送っています" in manager.get(SHIPPED).text
    answer = send()
    assert answer.status_code == 303, answer.text
    page = manager.get(SHIPPED).text
    assert "今は自店の文面で送っています" in page
    assert "自店の文面" in manager.get(LIST).text
