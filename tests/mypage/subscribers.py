"""花子 with a subscription, signed in and past the second step, and the steps of a change as she takes them."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import Order, Shop, Subscription, SubscriptionChange
from tests.cast import Cast
from tests.mypage.signing_in import prove_mail, sign_in

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')


class Subscriber:
    """花子 on one phone; with `with_step=False` only name and order number were asked."""

    def __init__(
        self,
        app: Flask,
        session: Session,
        shop: Shop,
        order: Order,
        subscription: Subscription,
        *,
        with_step: bool = True,
    ) -> None:
        self.client: FlaskClient = app.test_client()
        self.session, self.shop, self.subscription = session, shop, subscription
        self.page = f"/{shop.slug}/subscriptions/{subscription.id}"
        sign_in(self.client, shop, order)
        if with_step:
            self.take_step()

    def take_step(self) -> None:
        prove_mail(self.client, self.shop, self.subscription.email_key)

    def form(self, change: str) -> TestResponse:
        return self.client.get(f"{self.page}/changes/{change}")

    def preview(
        self, change: str, fields: dict[str, str] | None = None, opened: TestResponse | None = None
    ) -> TestResponse:
        """Fill in the form (as it was `opened`) and return the preview.

        A change without fields (None) has no form: its first page is the preview.
        """
        opened = opened or self.form(change)
        if fields is None:
            return opened
        sent = {name: value for name, value in hidden(opened).items() if name in ("csrf_token", "version")}
        return self.client.post(f"{self.page}/changes/{change}", data=sent | fields)

    def confirm(self, change: str, previewed: TestResponse) -> TestResponse:
        """Press the primary button of the preview."""
        sent = hidden(previewed)
        assert "once" in sent, previewed.text
        sent.pop("again", None)
        return self.client.post(f"{self.page}/changes/{change}/confirm", data=sent)

    def carry_out(self, change: str, fields: dict[str, str] | None = None) -> TestResponse:
        """Take every step and return the page that says it is done."""
        answer = self.confirm(change, self.preview(change, fields))
        assert answer.status_code == 303, answer.text
        return self.client.get(answer.location)

    def receipts(self) -> list[SubscriptionChange]:
        self.session.rollback()
        mine = select(SubscriptionChange).filter_by(subscription_id=self.subscription.id)
        return list(self.session.scalars(mine.order_by(SubscriptionChange.at)))

    def now(self) -> Subscription:
        """Return the subscription as stored now."""
        self.session.rollback()
        self.session.expire_all()
        return self.subscription


def hidden(page: TestResponse) -> dict[str, str]:
    found = {}
    for field in HIDDEN.findall(page.text):
        name, value = (re.search(rf'{key}="([^"]*)"', field) for key in ("name", "value"))
        if name:
            found[name[1]] = unescape(value[1]) if value else ""
    return found


@pytest.fixture
def order(cast: Cast, shop: Shop, subscription: Subscription) -> Order:
    order = cast.order(shop, subscription_id=subscription.id, status="shipped")
    cast.session.commit()
    return order


@pytest.fixture
def hanako(app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription) -> Subscriber:
    hanako = Subscriber(app, session, shop, order, subscription)
    session.rollback()
    return hanako
