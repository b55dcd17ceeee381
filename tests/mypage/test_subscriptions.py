"""The page of a subscription as its buyer sees it: what it says, to whom, and the list of all of them."""

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from portal.models import Order, Subscription, SubscriptionOccurrence
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import sign_in


def text_of(html: str) -> str:
    """What is read: tags leave no gap inside a sentence."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", html)))


def answer_of(html: str) -> str:
    found = re.search(r'<h1 class="answer">(.*?)</h1>', html, re.DOTALL)
    assert found
    return text_of(found[1]).strip()


class Visitor:
    """花子 with her phone; her subscription comes with the order that she holds the link of."""

    def __init__(self, client: FlaskClient, cast: Cast) -> None:
        self.client, self.cast = client, cast
        self.shop = cast.shop()
        self.rules = cast.rules(self.shop)

    def subscription(self, **changes: Any) -> Subscription:
        return self.cast.subscription(self.shop, **changes)

    def order(self, subscription: Subscription, code: str = "A-1", **changes: Any) -> Order:
        """The first one, delivered long ago."""
        order = self.cast.order(self.shop, code, subscription_id=subscription.id, cycle_number=1, **changes)
        self.cast.shipment(order, tracking_state="delivered")
        return order

    def page(self, subscription: Subscription, order: Order | None = None, query: str = "") -> str:
        order = order or self.order(subscription)
        self.cast.session.commit()
        sign_in(self.client, self.shop, order)
        answer = self.client.get(f"/sakura/subscriptions/{subscription.id}{query}")
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def hanako(client: FlaskClient, cast: Cast) -> Visitor:
    return Visitor(client, cast)


def test_the_day_of_the_next_delivery_stands_first_and_until_when_it_can_be_changed(hanako: Visitor) -> None:
    page = hanako.page(hanako.subscription())

    assert answer_of(page) == "次のお届けは12月15日(火)です"
    assert "12月3日(木) 23:59まで変更できます" in text_of(page)
