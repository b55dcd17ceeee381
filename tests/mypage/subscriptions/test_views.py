"""Who may see a subscription, and what the page of an order says of it."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.extensions import db
from tests.cast import TARO
from tests.mypage.subscribers import Subscriber
from tests.mypage.subscriptions.visitors import MANY, Visitor, part, text_of
from tests.orders.test_page import counted_queries


# --- who sees what ---------------------------------------------------------------------------------------------------
def test_nobody_sees_it_without_logging_in(hanako: Visitor) -> None:
    subscription = hanako.subscription()
    hanako.cast.session.commit()
    for path in ("", f"/{subscription.id}", f"/{subscription.id}/deliveries.ics"):
        answer = hanako.client.get(f"/sakura/subscriptions{path}")
        assert (answer.status_code, answer.location) == (303, "/sakura/")


def test_another_buyer_another_shop_and_a_deleted_one_are_not_found(hanako: Visitor) -> None:
    mine, taros = hanako.subscription(), hanako.subscription("2", **TARO)
    deleted = hanako.subscription("3", deleted_at=hanako.cast.now)
    elsewhere = hanako.cast.subscription(hanako.cast.shop("momiji"))
    hanako.order(deleted, "A-3")
    hanako.visit(hanako.order(mine))
    for other in (taros, deleted, elsewhere):
        for more in ("", "/deliveries.ics"):
            assert hanako.client.get(f"/sakura/subscriptions/{other.id}{more}").status_code == 404
    listed = hanako.client.get("/sakura/subscriptions").text
    assert [one.number for one in (mine, taros, deleted) if f"subscriptions/{one.id}" in listed] == [mine.number]


@pytest.mark.parametrize(
    ("state", "status"), [("active", 200), ("suspended", 200), ("canceled", 410), ("finished", 410)]
)
def test_as_long_as_it_is_alive_nobody_is_shut_out_by_the_age_of_an_order(
    hanako: Visitor, state: str, status: int
) -> None:
    subscription = hanako.subscription(state=state)
    old = hanako.cast.order(hanako.shop, subscription_id=subscription.id)
    hanako.cast.shipment(old, shipped_on=date(2025, 1, 5))
    hanako.visit(old)

    assert hanako.client.get(f"/sakura/orders/{old.id}").status_code == status
    assert hanako.client.get(f"/sakura/subscriptions/{subscription.id}").status_code == status
    listed = hanako.client.get("/sakura/subscriptions").text
    assert (f"subscriptions/{subscription.id}" in listed) is (status == 200)


def test_only_orders_that_the_visit_may_open_are_linked(hanako: Visitor, app: Flask, session: Session) -> None:
    subscription = hanako.subscription()
    first, second = hanako.order(subscription), hanako.order(subscription, "A-2", cycle_number=2)
    past = part(hanako.page(subscription, first), "orders")
    assert "A-1" in past
    assert "A-2" not in past
    assert "ほかのご注文を見る" in past

    proved = Subscriber(app, session, hanako.shop, first, subscription)
    past = part(proved.client.get(proved.page).text, "orders")
    assert "A-2" in past
    assert "ほかのご注文を見る" not in past
    assert proved.client.get(f"/sakura/orders/{second.id}").status_code == 200


# --- on the page of an order -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "次回 12月15日(火) 毎月15日"),
        ({"next_skipped": True}, "次回 12月15日(火)はお休み"),
        ({"state": "suspended", "resume_on": date(2027, 1, 10)}, "一時停止中（2027年1月10日(日)に再開）"),
        ({"state": "canceled"}, "解約済み"),
    ],
)
def test_an_order_leads_to_its_subscription(hanako: Visitor, changes: dict[str, Any], words: str) -> None:
    subscription = hanako.subscription(**changes)
    order = hanako.order(subscription)
    hanako.visit(order)
    section = part(hanako.client.get(f"/sakura/orders/{order.id}").text, "subscription")
    assert words in text_of(section)
    assert f"/sakura/subscriptions/{subscription.id}" in section


def test_an_order_without_one_or_with_a_deleted_one_says_nothing(hanako: Visitor) -> None:
    deleted = hanako.subscription(deleted_at=hanako.cast.now)
    for order in (hanako.order(None), hanako.order(deleted, "A-2")):
        hanako.visit(order)
        assert "定期購入" not in hanako.client.get(f"/sakura/orders/{order.id}").text


def test_the_subscription_costs_the_order_page_one_query(hanako: Visitor, app: Flask) -> None:
    with_one, without = hanako.order(hanako.subscription(items=MANY)), hanako.order(None, "A-2")
    counts = []
    for order in (without, with_one):
        hanako.visit(order)
        with app.app_context(), counted_queries(db.session) as statements:
            hanako.client.get(f"/sakura/orders/{order.id}")
        counts.append(len([statement for statement in statements if statement.startswith("SELECT")]))
    assert counts[1] == counts[0] + 1
