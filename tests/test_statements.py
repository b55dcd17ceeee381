"""How many SQL statements the most used pages and forms take, so that work done twice is seen.

A repeat is the same statement with the same values. What a form reads again under the write lock is one on purpose.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.extensions import db
from portal.models import Order, Shop, Subscription
from tests.admin.subscriptions.desk import Desk, values_of
from tests.cast import Cast
from tests.mypage.signing_in import csrf_token, link
from tests.mypage.subscribers import Subscriber, hidden

CONTROL = ("BEGIN", "SAVEPOINT", "RELEASE")
ITEMS = [
    {"product_code": "T-100", "name": "煎茶 やぶきた 100g"},
    {"product_code": "G-001", "name": "有機玄米茶", "first_price": 756, "later_price": 756, "quantity": 2},
]
FIELDS = {"cycle": {"every": "months:2", "way": "by-day", "day": "15"}, "pause": {"resume_on": "", "reason": ""}}
OPPOSITE = {"unskip": "skip", "resume": "pause"}
"""Change that has to come first."""
Statements = list[tuple[str, str]]


@contextmanager
def counting(app: Flask) -> Iterator[Statements]:
    """Yield the list that fills with (statement, values)."""
    found: Statements = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        if not statement.startswith(CONTROL):
            found.append((statement, str(values)))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def expect(app: Flask, ask: Callable[[], TestResponse], *, most: int, repeats: int = 0, status: int = 200) -> None:
    """Assert that the answer takes at most so many statements and repeats."""
    with counting(app) as found:
        answer = ask()
    assert answer.status_code == status, answer.text
    assert len(found) <= most, "\n".join(statement for statement, _values in found)
    again = [statement for place, (statement, values) in enumerate(found) if (statement, values) in found[:place]]
    assert len(again) <= repeats, "\n".join(again)


@pytest.fixture
def shop(cast: Cast) -> Shop:
    shop = cast.shop(notice_addresses=["notice@example.jp"])
    cast.rules(shop)
    return shop


@pytest.fixture
def order(cast: Cast, shop: Shop) -> Order:
    subscription = cast.subscription(shop, items=ITEMS, customer_number="C-1", points_balance=1200)
    order = cast.order(shop, subscription_id=subscription.id, status="shipped")
    cast.shipment(order)
    cast.session.commit()
    return order


@pytest.fixture
def hanako(app: Flask, session: Session, cast: Cast, shop: Shop, order: Order) -> Subscriber:
    subscription = session.get_one(Subscription, order.subscription_id)
    hanako = Subscriber(app, session, shop, order, subscription)
    session.rollback()
    return hanako


def test_logging_in(app: Flask, client: FlaskClient, shop: Shop, order: Order) -> None:
    path = link(client, shop, order)
    expect(app, lambda: client.get(path), most=2)
    typed = {"typed": order.buyer_name, "csrf_token": csrf_token(client, path)}
    expect(app, lambda: client.post(path, data=typed), most=9, repeats=1, status=303)


def test_the_order_and_its_receipt(app: Flask, hanako: Subscriber, order: Order) -> None:
    page = f"/{hanako.shop.slug}/orders/{order.id}"
    expect(app, lambda: hanako.client.get(page), most=9)
    expect(app, lambda: hanako.client.get(f"{page}/receipt"), most=5)
    texts = {"addressee": "山田 花子", "honorific": "様", "proviso": "お茶代として", "language": "ja"}
    typed = texts | {"csrf_token": csrf_token(hanako.client, f"{page}/receipt")}
    expect(app, lambda: hanako.client.post(f"{page}/receipt", data=typed), most=16, status=303)


@pytest.mark.parametrize(("rest", "most", "repeats"), [("", 14, 1), ("/cancel", 10, 0), ("/deliveries.ics", 10, 0)])
def test_a_subscription(app: Flask, hanako: Subscriber, rest: str, most: int, repeats: int) -> None:
    expect(app, lambda: hanako.client.get(f"{hanako.page}{rest}"), most=most, repeats=repeats)


def test_the_list_of_subscriptions(app: Flask, hanako: Subscriber) -> None:
    expect(app, lambda: hanako.client.get(f"/{hanako.shop.slug}/subscriptions"), most=8)


@pytest.mark.parametrize(
    "change", ["cycle", "next_date", "time_slot", "items", "address", "payment", "contact", "pause"]
)
def test_the_form_of_a_change(app: Flask, hanako: Subscriber, change: str) -> None:
    expect(app, lambda: hanako.form(change), most=9)


@pytest.mark.parametrize("change", ["cycle", "pause", "resume", "skip", "unskip"])
def test_a_change_is_worked_out_once(app: Flask, hanako: Subscriber, change: str) -> None:
    if change in OPPOSITE:
        before = OPPOSITE[change]
        hanako.carry_out(before, FIELDS.get(before))
    form, typed = hanako.form(change), FIELDS.get(change)
    shown = form
    if typed:
        sent = {name: value for name, value in hidden(form).items() if name in ("csrf_token", "version")}
        expect(app, lambda: hanako.client.post(f"{hanako.page}/changes/{change}", data=sent | typed), most=9)
        shown = hanako.preview(change, typed, form)
    # The subscription and its items are read once more under the lock.
    expect(app, lambda: hanako.confirm(change, shown), most=19 if change == "pause" else 18, repeats=1, status=303)


@pytest.mark.parametrize(
    ("rest", "most"),
    [
        ("/", 20),  # three of them for ended time slots, unknown carriers, unknown states
        ("/orders", 7),
        ("/orders/{order}", 26),
        ("/subscriptions", 18),
        *[
            (f"/subscriptions/{{subscription}}{tab}", most)
            for tab, most in (("", 11), ("/items", 9), ("/deliveries", 9), ("/changes/cycle", 8))
        ],
    ],
)
def test_the_staffs_pages(app: Flask, client: FlaskClient, cast: Cast, rest: str, most: int) -> None:
    desk = Desk(client, cast)
    subscription = desk.subscription()
    order = cast.order(desk.shop, subscription_id=subscription)
    cast.shipment(order)
    cast.session.commit()
    path = f"/admin/shops/{desk.shop.slug}" + rest.format(order=order.id, subscription=subscription)
    client.get(path)  # that somebody looked is written down once in a while
    expect(app, lambda: client.get(path), most=most)


def test_a_change_by_staff(app: Flask, client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast)
    path = f"/admin/shops/{desk.shop.slug}/subscriptions/{desk.subscription()}/changes/cycle"
    page = client.get(path).text
    typed = values_of(page) | {"kind": "weeks_weekday", "n": "2", "weekday": "1"}
    for name in ("csrf_token", "version"):
        found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', page)
        assert found
        typed[name] = found[1]
    expect(app, lambda: client.post(f"{path}/preview", data=typed, headers={"HX-Request": "true"}), most=6)
    expect(app, lambda: client.post(path, data=typed), most=12, status=303)
