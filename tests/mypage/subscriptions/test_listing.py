"""The list of a buyer's subscriptions."""

import re
from datetime import date, timedelta
from html import unescape

from flask import Flask
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import ListedAddress
from tests.cast import TARO
from tests.mypage.subscribers import Subscriber
from tests.mypage.subscriptions.visitors import MANY, Visitor, text_of
from tests.orders.test_page import counted_queries


def test_other_subscriptions_of_the_same_address_are_seen_after_the_second_step(
    hanako: Visitor, app: Flask, session: Session
) -> None:
    mine, other, taros = hanako.subscription(), hanako.subscription("2"), hanako.subscription("3", **TARO)
    order = hanako.order(mine)
    hanako.visit(order)
    listed = hanako.client.get("/sakura/subscriptions").text
    assert f"subscriptions/{other.id}" not in listed
    assert "ほかの定期購入も見る" in listed
    assert hanako.client.get(f"/sakura/subscriptions/{other.id}").status_code == 404

    proved = Subscriber(app, session, hanako.shop, order, mine)
    listed = proved.client.get("/sakura/subscriptions").text
    assert f"subscriptions/{other.id}" in listed
    assert f"subscriptions/{taros.id}" not in listed
    assert "ほかの定期購入も見る" not in listed
    assert proved.client.get(f"/sakura/subscriptions/{other.id}").status_code == 200


def test_where_the_shop_asks_no_code_for_other_orders_the_list_is_whole_at_once(hanako: Visitor) -> None:
    hanako.shop.second_step = {"other_orders": False}
    mine, other = hanako.subscription(), hanako.subscription("2")
    hanako.visit(hanako.order(mine))
    listed = hanako.client.get("/sakura/subscriptions").text
    assert f"subscriptions/{other.id}" in listed
    assert "ほかの定期購入も見る" not in listed


def test_the_list_says_of_each_what_it_is_and_when_the_next_one_comes(hanako: Visitor) -> None:
    hanako.shop.second_step = {"other_orders": False}
    over = hanako.subscription("9", state="canceled", created_at=hanako.cast.now + timedelta(days=1))
    hanako.subscription("8", state="suspended")
    first = hanako.subscription(items=MANY)
    hanako.visit(hanako.order(first))

    listed = hanako.client.get("/sakura/subscriptions").text
    text = text_of(listed)

    assert (
        "次回のお届け 12月15日(火)煎茶 やぶきた 100g × 2、ほうじ茶 150g ほか2点 ¥5,468毎月15日定期購入番号 0000000001"
        in text
    )
    assert "一時停止中煎茶 やぶきた 100g" in text
    assert listed.index("定期購入番号 8") < listed.index("解約済み"), "those that go on come first"
    assert over.number in text


def test_date_goods_and_sum_of_the_list_are_of_one_delivery_and_the_nearest_comes_first(
    hanako: Visitor, app: Flask, session: Session
) -> None:
    later = hanako.subscription("1")
    skipped = hanako.subscription("2", next_skipped=True)
    sent = hanako.subscription(
        "3", delivery_to="own", recipient_name="山田 一郎", recipient_prefecture="北海道", recipient_address="札幌市1-1"
    )
    order = hanako.order(later)
    hanako.made(sent, date(2026, 11, 24), code="A-9")
    session.commit()
    listed = Subscriber(app, session, hanako.shop, order, later).client.get("/sakura/subscriptions").text
    text = text_of(listed)
    assert (
        "次回のお届け 11月24日(火)煎茶 やぶきた 100g、急須 青磁 ¥3,280毎月15日 お届け先：山田 一郎 様定期購入番号 3"
        in text
    )
    assert text.index("定期購入番号 3") < text.index("定期購入番号 1") < text.index("定期購入番号 2")
    assert "次回のお届け 2027年1月15日(金)煎茶" in text, skipped.number


def test_a_longer_list_costs_no_more_queries(hanako: Visitor, app: Flask) -> None:
    hanako.shop.second_step = {"other_orders": False}
    counts = []
    for number in range(1, 7):
        listed = ListedAddress(
            shop_id=hanako.shop.id,
            email_key="hanako@example.jp",
            recipient_name="山田",
            address=f"大通西{number}",
            prefecture="北海道",
            created_at=hanako.cast.now,
        )
        hanako.cast.session.add(listed)
        hanako.cast.session.flush()
        resting = {"state": "suspended", "resume_on": date(2026, 12, 20)} if number % 2 else {}
        one = hanako.subscription(str(number), delivery_to="listed", listed_address_id=listed.id, items=MANY, **resting)
        if number == 1:
            hanako.visit(hanako.order(one))
        if number in (2, 6):
            hanako.cast.session.commit()
            with app.app_context(), counted_queries(db.session) as statements:
                page = hanako.client.get("/sakura/subscriptions").text
            assert f"定期購入番号 {number}" in page
            counts.append(len([statement for statement in statements if statement.startswith("SELECT")]))
    assert counts[0] == counts[1]


def test_a_visit_without_a_subscription_reads_that_there_is_none(hanako: Visitor) -> None:
    hanako.visit(hanako.order(None))
    assert "ここでご覧になれる定期購入はありません" in hanako.client.get("/sakura/subscriptions").text


def test_the_second_step_leads_back_to_the_list_it_was_asked_from(hanako: Visitor) -> None:
    order = hanako.order(hanako.subscription())
    hanako.visit(order)
    listed = hanako.client.get("/sakura/subscriptions").text
    way = re.search(r'href="(/sakura/second-step\?[^"]+)"', listed)
    assert way
    page = hanako.client.get(unescape(way[1])).text
    assert "back=/sakura/subscriptions&quot;" in page or "back=/sakura/subscriptions" in page


def test_a_day_that_is_not_the_rules_says_that_it_is_for_this_once(hanako: Visitor) -> None:
    hanako.shop.second_step = {"other_orders": False}
    moved = hanako.subscription("1", next_delivery_on=date(2026, 12, 12), anchor_on=date(2026, 12, 15))
    hanako.subscription("2")
    hanako.visit(hanako.order(moved))
    text = text_of(hanako.client.get("/sakura/subscriptions").text)
    assert "次回のお届け 12月12日(土)（今回だけ）" in text
    assert text.count("今回だけ") == 1
