"""The page of a subscription as its buyer sees it."""

import re
from html import unescape

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.mypage.signing_in import sign_in


def text_of(html: str) -> str:
    """What is read: tags leave no gap inside a sentence."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", html)))


def answer_of(html: str) -> str:
    found = re.search(r'<h1 class="answer">(.*?)</h1>', html, re.DOTALL)
    assert found
    return text_of(found[1]).strip()


def test_the_day_of_the_next_delivery_stands_first(client: FlaskClient, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop)
    order = cast.order(shop, subscription_id=subscription.id)
    cast.session.commit()
    sign_in(client, shop, order)
    page = client.get(f"/sakura/subscriptions/{subscription.id}").text
    assert answer_of(page) == "次のお届けは12月15日(火)です"
