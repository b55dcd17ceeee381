"""Telling buyers that their order has been received."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import jobs
from portal.models import Order, OutboxMail, Shop
from portal.notifications.switches import switch
from portal.payments import notices
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
    switch(session, shop, "order_received", on=shop.tells_orders_since is None, actor="staff:2", now=clock())
    session.flush()
    late = change_settings(session, shop, {"contact_hours": "9時〜16時"}, seen, "staff:3", clock())
    assert isinstance(late, Stale)


# --- canceled -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def told_canceled(app: Flask, session: Session) -> Callable[[], list[OutboxMail]]:
    def run() -> list[OutboxMail]:
        session.commit()
        with app.app_context():
            jobs.orders.tell_canceled()
        session.rollback()
        return list(session.scalars(select(OutboxMail)))

    return run


def canceled(cast: Cast, shop: Shop, clock: Clock, **facts: object) -> Order:
    made = {"created_at": clock() - timedelta(days=1), "status": OrderStatus.CANCELED, "cancelled_at": clock()}
    return cast.order(shop, **(made | facts))


@pytest.mark.parametrize(
    ("state", "said", "unsaid"),
    [
        ("unpaid", "お支払いは不要です。", "お支払い済み"),
        ("paid", "お支払い済みの代金については、当店へお問い合わせください。", "不要です"),
        ("unread", "", "お支払い"),
    ],
)
def test_hanako_hears_once_that_her_order_was_canceled(
    cast: Cast, told_canceled: Callable[[], list[OutboxMail]], clock: Clock, state: str, said: str, unsaid: str
) -> None:
    shop = cast.shop(tells_cancellations_since=clock() - timedelta(hours=1))
    order = canceled(cast, shop, clock, payment_state=state)
    (mail,) = told_canceled()
    assert (mail.message, mail.recipient, mail.order_id) == ("order_canceled", "hanako@example.jp", order.id)
    assert mail.subject == "【さくら茶舗】ご注文がキャンセルされました (A-10234)"
    for body in (mail.body_text, mail.body_html):
        for words in ("山田 花子 様", "2026年11月21日(土)", "http://localhost/sakura/o/", said):
            assert words in body
        assert unsaid not in body
    assert len(told_canceled()) == 1, "and not once more"


@pytest.mark.parametrize(
    "facts",
    [
        {"cancelled_at": timedelta(hours=1, seconds=1)},
        {"cancelled_at": timedelta(0), "created_at": timedelta(0)},
        {"email_key": ""},
        {"status": OrderStatus.ON_HOLD},
    ],
    ids=["before the switch", "came in canceled", "no address", "put back since"],
)
def test_other_cancellations_are_not_told(
    cast: Cast, told_canceled: Callable[[], list[OutboxMail]], clock: Clock, facts: dict[str, object]
) -> None:
    shop = cast.shop(tells_cancellations_since=clock() - timedelta(hours=1))
    said = {name: clock() - value if isinstance(value, timedelta) else value for name, value in facts.items()}
    canceled(cast, shop, clock, **said)
    assert told_canceled() == []


def test_a_shop_that_did_not_turn_it_on_tells_of_no_cancellation(
    cast: Cast, told_canceled: Callable[[], list[OutboxMail]], clock: Clock
) -> None:
    canceled(cast, cast.shop(), clock)
    assert told_canceled() == []


# --- what is to be paid -------------------------------------------------------------------------------------------------
def test_the_mail_says_what_is_to_be_paid_in_advance(
    cast: Cast, shop: Shop, told: Callable[[], list[OutboxMail]], clock: Clock
) -> None:
    shop.prepay_account, shop.prepay_days = "さくら銀行 本店\n普通 1234567", 7
    cast.order(shop, ordered_at=clock(), payment_method="銀行振込（前払い）", payment_state="unpaid")
    (mail,) = told()
    for body in (mail.body_text, mail.body_html):
        for words in ("¥3,280", "2026年11月28日(土)", "普通 1234567"):
            assert words in body
