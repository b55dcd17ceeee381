"""The editor of the shop's mail texts: its addresses, a text for it, and what came of it."""

import re
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, MailText, Order, Shop
from portal.notifications.outbox import Mailroom
from portal.shipments.notices import tell_shipped
from tests.conftest import Clock
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


def texts(session: Session) -> list[MailText]:
    session.rollback()
    return list(session.scalars(select(MailText).execution_options(populate_existing=True)))


def body_of(server: MailServer, kind: str) -> str:
    (mail,) = server.received
    part = mail.get_body((kind,))
    assert part
    text: str = part.get_content()
    return text.replace("\r\n", "\n")


def shown_text(page: str) -> str:
    found = re.search(r'id="letter-text"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert found
    return unescape(found[1])


def tell(client: FlaskClient, session: Session, order: Order, shop: Shop, clock: Clock) -> None:
    room: Mailroom = client.application.extensions["mailroom"]
    session.rollback()
    shop, order = session.get_one(Shop, shop.id), session.get_one(Order, order.id)
    tell_shipped(session, room, shop, order.shipments[0], now=clock())
    session.commit()


def actions(session: Session, action: str) -> list[AuditEntry]:
    session.rollback()
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))
