"""花子 on her phone, and the page of her subscription read as text."""

import re
from datetime import date
from typing import Any

from flask.testing import FlaskClient

from portal.models import Order, Subscription, SubscriptionOccurrence
from tests import page_text
from tests.cast import Cast
from tests.mypage.signing_in import sign_in

MANY = [
    {"name": "煎茶 やぶきた 100g", "quantity": 2, "later_price": 1080, "commitment_count": 3},
    {"name": "ほうじ茶 150g", "later_price": 648, "remaining": 2},
    {"name": "玉露 50g", "later_price": 2160},
    {"name": "茶さじ 竹", "later_price": 0, "bundled_gift": True, "remaining": 1},
]


def text_of(html: str) -> str:
    """Return the text of a page on one line; tags leave no blank, as they stand within sentences."""
    return page_text.text_of(html, between="")


def part(html: str, name: str) -> str:
    found = re.search(rf'<section class="part" id="{name}">(.*?)</section>', html, re.DOTALL)
    return found[1] if found else ""


class Visitor:
    """花子 on her phone; she opens her subscription through the link of one of its orders."""

    def __init__(self, client: FlaskClient, cast: Cast) -> None:
        self.client, self.cast = client, cast
        self.shop = cast.shop()
        self.rules = cast.rules(self.shop)

    def subscription(self, number: str = "0000000001", **changes: Any) -> Subscription:
        return self.cast.subscription(self.shop, number, **({"orders_made": 0} | changes))

    def order(self, subscription: Subscription | None, code: str = "A-1", **changes: Any) -> Order:
        """Make the subscription's first order, delivered."""
        mine = {"subscription_id": subscription.id if subscription else None, "cycle_number": 1}
        order = self.cast.order(self.shop, code, **(mine | changes))
        self.cast.shipment(order, tracking_state="delivered")
        return order

    def made(self, subscription: Subscription, delivery_on: date, code: str = "A-2", **changes: Any) -> Order:
        """Make the subscription's second order, as the job generates it."""
        facts: dict[str, Any] = {"status": "picking", "cycle_number": 2} | changes
        order = self.cast.order(self.shop, code, subscription_id=subscription.id, **facts)
        days = {"delivery_on": delivery_on, "ship_on": delivery_on, "creation_on": delivery_on}
        self.cast.session.add(
            SubscriptionOccurrence(
                shop_id=self.shop.id,
                subscription_id=subscription.id,
                anchor_on=delivery_on,
                cycle_number=order.cycle_number,
                outcome="ordered",
                order_id=order.id,
                actor="job:generate",
                at=self.cast.now,
                **days,
            )
        )
        return order

    def visit(self, order: Order) -> None:
        self.cast.session.commit()
        sign_in(self.client, self.shop, order)

    def page(self, subscription: Subscription, order: Order | None = None) -> str:
        self.visit(order or self.order(subscription))
        answer = self.client.get(f"/sakura/subscriptions/{subscription.id}")
        assert answer.status_code == 200, answer.text
        return answer.text
