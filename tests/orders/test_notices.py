"""Telling buyers that their order has been received."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import jobs
from portal.models import Order, OutboxMail, Shop
from portal.orders import notices
from portal.shops.verbs import Stale, change_settings
from portal.values.states import OrderStatus
from tests.cast import Cast
from tests.conftest import Clock


@pytest.fixture
def shop(cast: Cast, clock: Clock) -> Shop:
    return cast.shop(tells_orders_since=clock() - timedelta(hours=1))


@pytest.fixture
def told(app: Flask, session: Session) -> Callable[[], list[OutboxMail]]:
    """Return a function that runs the job and returns all mails."""

    def run() -> list[OutboxMail]:
        session.commit()
        with app.app_context():
            jobs.orders.tell_received()
        session.rollback()
        return list(session.scalars(select(OutboxMail)))

    return run


def test_hanako_hears_of_her_order_with_the_way_to_its_page(
    cast: Cast, shop: Shop, told: Callable[[], list[OutboxMail]], clock: Clock
) -> None:
    order = cast.order(shop, ordered_at=clock() - timedelta(days=1))
    (mail,) = told()
    assert (mail.message, mail.recipient, mail.order_id) == ("order_received", "hanako@example.jp", order.id)
    assert mail.subject == "【さくら茶舗】ご注文ありがとうございます (A-10234)"
    for words in ("山田 花子 様", "煎茶 やぶきた 100g × 1", "http://localhost/sakura/o/"):
        assert words in mail.body_text
        assert words in mail.body_html
    assert len(told()) == 1, "and not once more"


@pytest.mark.parametrize(
    "facts",
    [
        {"ordered_at": timedelta(days=3, minutes=1)},
        {"created_at": timedelta(hours=1, seconds=1)},
        {"email_key": ""},
        {"status": OrderStatus.CANCELED},
    ],
)
def test_history_and_orders_without_a_reader_are_not_told(
    cast: Cast, shop: Shop, told: Callable[[], list[OutboxMail]], clock: Clock, facts: dict[str, object]
) -> None:
    news = {"ordered_at": clock() - timedelta(days=1)}
    said = {name: clock() - value if isinstance(value, timedelta) else value for name, value in facts.items()}
    cast.order(shop, **(news | said))
    assert told() == []


def test_a_shop_that_did_not_choose_it_sends_nothing(
    cast: Cast, told: Callable[[], list[OutboxMail]], clock: Clock
) -> None:
    cast.order(cast.shop(), ordered_at=clock())
    assert told() == []


def test_many_orders_are_told_in_turns(app: Flask, cast: Cast, session: Session, shop: Shop, clock: Clock) -> None:
    for number in range(5):
        cast.order(shop, code=f"A-{number}", ordered_at=clock() - timedelta(hours=number))
    room = app.extensions["mailroom"]
    counts = [notices.tell_received(session, room, shop, now=clock(), limit=2) for _ in range(4)]
    assert counts == [2, 2, 1, 0]
    first = session.scalars(select(OutboxMail).order_by(OutboxMail.id)).first()
    assert first
    assert session.get_one(Order, first.order_id).code == "A-4", "the oldest first"


def test_switching_it_hides_no_colleagues_change_from_a_settings_form_left_open(
    session: Session, shop: Shop, clock: Clock
) -> None:
    seen = shop.settings_version
    change_settings(session, shop, {"contact_hours": "10時〜17時"}, seen, "staff:1", clock())
    notices.switch(session, shop, on=shop.tells_orders_since is None, actor="staff:2", now=clock())
    session.flush()
    late = change_settings(session, shop, {"contact_hours": "9時〜16時"}, seen, "staff:3", clock())
    assert isinstance(late, Stale)
