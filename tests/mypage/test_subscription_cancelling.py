"""解約 on a phone: always visible, it always works, and it leaves a proof."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import BuyerRequest, Order, OutboxMail, Shop, StopReason, Subscription, SubscriptionChange
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import HIDDEN, sign_in, submit

FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class Buyer:
    """花子 at her phone, with one subscription and its first order."""

    def __init__(self, app: Flask, cast: Cast, **changes: Any) -> None:
        self.app, self.session = app, cast.session
        self.shop = cast.shop(**changes.pop("shop", {}))
        self.rules = cast.rules(self.shop, **changes.pop("rules", {}))
        order = changes.pop("order", {})
        self.subscription = cast.subscription(self.shop, **changes)
        of_subscription = {"subscription_id": self.subscription.id, "subscription_number": self.subscription.number}
        self.order = cast.order(self.shop, **(of_subscription | order))
        self.page = f"/sakura/subscriptions/{self.subscription.id}/cancel"
        self.session.commit()
        self.client = self.signed_in()

    def signed_in(self) -> FlaskClient:
        client = self.app.test_client()
        sign_in(client, self.shop, self.order)
        return client

    def take_step(self, client: FlaskClient | None = None) -> None:
        client = client or self.client
        step = f"/sakura/second-step?subscription={self.subscription.id}"
        submit(client, step.replace("second-step", "second-step/code"), {}, form_on=step)
        code = re.search(r"\b\d{6}\b", self.mails("login_code")[-1].body_text)
        assert code
        assert submit(client, step, {"code": code[0]}).status_code == 303

    def look(self, by: str = "", client: FlaskClient | None = None, **fields: str) -> TestResponse:
        """The page before the last button."""
        return submit(client or self.client, self.page + by, {"reason": ""} | fields)

    def confirm(self, looked: TestResponse, by: str = "", client: FlaskClient | None = None) -> TestResponse:
        fields = dict(FIELD.findall(looked.text))
        token = HIDDEN.search(looked.text)
        assert token
        fields["csrf_token"] = token[1]
        return (client or self.client).post(f"{self.page}/confirm{by}", data=fields)

    def cancel(self, by: str = "", **fields: str) -> TestResponse:
        """The page after the last button."""
        answer = self.confirm(self.look(by, **fields), by)
        assert answer.status_code == 303, answer.text
        return self.client.get(answer.location)

    def now(self) -> Subscription:
        self.session.rollback()
        return self.session.get_one(Subscription, self.subscription.id, populate_existing=True)

    def receipts(self) -> list[SubscriptionChange]:
        self.session.rollback()
        return list(self.session.scalars(select(SubscriptionChange).order_by(SubscriptionChange.at)))

    def requests(self) -> list[BuyerRequest]:
        self.session.rollback()
        return list(self.session.scalars(select(BuyerRequest)))

    def mails(self, message: str) -> list[OutboxMail]:
        self.session.rollback()
        return list(self.session.scalars(select(OutboxMail).filter_by(message=message).order_by(OutboxMail.id)))


def bound(count: int) -> list[dict[str, Any]]:
    return [{"product_code": "T-100", "name": "煎茶 やぶきた 100g", "commitment_count": count}]


def test_cancelling_at_once(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    hanako.take_step()
    page = hanako.client.get(hanako.page).text
    assert "いますぐ解約できます" in page
    looked = hanako.look()
    assert "この内容で解約しますか" in looked.text
    assert hanako.now().state == "active"
    done = hanako.cancel().text
    assert "定期購入を解約しました" in done
    (receipt,) = hanako.receipts()
    assert receipt.number in done
    assert "11月21日(土) 10:00" in done
    assert hanako.now().state == "canceled"
