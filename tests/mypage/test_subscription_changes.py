"""Each change of a subscription: the form, what will happen, confirming, done."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.models import Order, Shop, Subscription
from tests.cast import Cast
from tests.mypage.subscribers import Subscriber


@pytest.fixture
def shop(cast: Cast) -> Shop:
    shop = cast.shop()
    cast.rules(shop)
    return shop


@pytest.fixture
def subscription(cast: Cast, shop: Shop) -> Subscription:
    return cast.subscription(shop)


@pytest.fixture
def order(cast: Cast, shop: Shop, subscription: Subscription) -> Order:
    order = cast.order(shop, subscription_id=subscription.id, status="shipped")
    cast.session.commit()
    return order


@pytest.fixture
def hanako(app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription) -> Subscriber:
    return Subscriber(app, session, shop, order, subscription)


def test_she_skips_the_next_delivery_and_takes_it_back(hanako: Subscriber) -> None:
    shown = hanako.preview("skip")
    assert "お休み" in shown.text
    done = hanako.carry_out("skip")
    assert "受付番号" in done.text
    assert "1月15日(金)" in done.text
    assert hanako.now().next_skipped
    hanako.carry_out("unskip")
    assert not hanako.now().next_skipped
    assert [one.kind for one in hanako.receipts()] == ["skip", "unskip"]


def test_she_pauses_until_a_day_and_goes_on_before_it(hanako: Subscriber) -> None:
    hanako.carry_out("pause", {"resume_on": "2027-02-01", "reason": ""})
    assert (hanako.now().state, hanako.now().resume_on) == ("suspended", date(2027, 2, 1))
    hanako.carry_out("resume")
    assert (hanako.now().state, hanako.now().next_delivery_on) == ("active", date(2026, 12, 15))
