"""花子 before the second step, with her mailbox beside her phone."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import Order, OutboxMail, Shop
from tests import outbox
from tests.mypage.signing_in import sign_in, submit


class Buyer:
    """花子 signed in on her phone, with her mailbox beside it."""

    def __init__(self, app: Flask, session: Session, shop: Shop, order: Order) -> None:
        self.client: FlaskClient = app.test_client()
        self.session = session
        self.order_id = order.id
        self.page = f"/sakura/orders/{order.id}"
        self.step = f"/sakura/second-step?order={order.id}"
        sign_in(self.client, shop, order)

    def ask(self, back: str = "") -> TestResponse:
        more = f"&back={back}" if back else ""
        return submit(self.client, f"/sakura/second-step/code?order={self.order_id}{more}", {}, form_on=self.step)

    def type(self, code: str, back: str = "") -> TestResponse:
        more = f"&back={back}" if back else ""
        return submit(self.client, f"{self.step}{more}", {"code": code}, form_on=self.step)

    def mails(self) -> list[OutboxMail]:
        return outbox.mails(self.session)

    def code(self) -> str:
        """Return the code in the newest mail."""
        found = re.search(r"\b(\d{6})\b", self.mails()[-1].body_text)
        assert found
        return found[1]

    def wrong_code(self) -> str:
        return f"{(int(self.code()) + 1) % 1_000_000:06d}"

    def sees_address(self) -> bool:
        return "北区梅田1-2-3" in self.client.get(self.page).text
