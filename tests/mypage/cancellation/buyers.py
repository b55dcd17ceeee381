"""花子 with a subscription that she wants to cancel, and the steps she takes."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, select
from werkzeug.test import TestResponse

from portal.models import BuyerRequest, OutboxMail, Subscription, SubscriptionChange
from tests.cast import Cast
from tests.mypage.signing_in import HIDDEN, sign_in, submit

FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class Buyer:
    """花子 on her phone, with one subscription and its first order."""

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
        """Send the form and return the page with the last button."""
        return submit(client or self.client, self.page + by, {"reason": ""} | fields)

    def confirm(self, looked: TestResponse, by: str = "", client: FlaskClient | None = None) -> TestResponse:
        fields = dict(FIELD.findall(looked.text))
        token = HIDDEN.search(looked.text)
        assert token
        fields["csrf_token"] = token[1]
        return (client or self.client).post(f"{self.page}/confirm{by}", data=fields)

    def cancel(self, by: str = "", **fields: str) -> TestResponse:
        """Take every step and return the page after the last button."""
        answer = self.confirm(self.look(by, **fields), by)
        assert answer.status_code == 303, answer.text
        return self.client.get(answer.location)

    def now(self) -> Subscription:
        self.session.rollback()
        found = self.session.get_one(Subscription, self.subscription.id, populate_existing=True)
        self.session.commit()
        return found

    def receipts(self) -> list[SubscriptionChange]:
        return self._all(select(SubscriptionChange).order_by(SubscriptionChange.at))

    def requests(self) -> list[BuyerRequest]:
        return self._all(select(BuyerRequest))

    def mails(self, message: str) -> list[OutboxMail]:
        return self._all(select(OutboxMail).filter_by(message=message).order_by(OutboxMail.id))

    def _all(self, query: Select[Any]) -> list[Any]:
        self.session.rollback()
        found = list(self.session.scalars(query))
        self.session.commit()
        return found


def bound(count: int) -> list[dict[str, Any]]:
    return [{"product_code": "T-100", "name": "煎茶 やぶきた 100g", "commitment_count": count}]
