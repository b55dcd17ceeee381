"""Buyers are told of orders made for them, and of a delivery some days before it; each once."""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.jobs.subscriptions import tell_deliveries
from portal.models import OutboxMail
from portal.values.states import OrderStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.subscriptions.generation.days import in_tokyo, orders_of, run

CREATION = date(2026, 12, 4)


def told(app: Flask, session: Session, clock: Clock, day: date) -> list[OutboxMail]:
    """Run the job twice and return every mail there is."""
    session.commit()
    clock.instant = in_tokyo(day, "09:00")
    with app.app_context():
        tell_deliveries()
        tell_deliveries()
    session.expire_all()
    return list(session.scalars(select(OutboxMail).order_by(OutboxMail.created_at, OutboxMail.id)))


def test_the_buyer_hears_once_that_the_order_was_made(app: Flask, session: Session, cast: Cast, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    cast.subscription(shop)
    cast.order(shop)
    run(app, session, clock, shop, CREATION)
    (mail,) = told(app, session, clock, CREATION)
    assert (mail.message, mail.recipient) == ("order_generated", "hanako@example.jp")
    assert "0000000001-2" in mail.subject
    assert "12月15日" in mail.body_text
    assert "1月15日" in mail.body_text
    assert len(told(app, session, clock, CREATION + timedelta(days=1))) == 1


def test_who_has_to_pay_first_hears_of_it_when_that_is_done(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    card = cast.card(shop)
    subscription = cast.subscription(shop, payment_method="クレジットカード", card_id=card.id)
    run(app, session, clock, shop, CREATION)
    assert told(app, session, clock, CREATION) == []
    orders_of(session, subscription)[0].status = OrderStatus.AWAITING_SHIPMENT
    assert len(told(app, session, clock, CREATION)) == 1


def test_a_shop_that_does_not_want_it_tells_nobody(app: Flask, session: Session, cast: Cast, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop, tells_generated=False)
    cast.subscription(shop)
    run(app, session, clock, shop, CREATION)
    assert told(app, session, clock, CREATION) == []


def test_a_delivery_is_announced_so_many_days_before_with_the_day_until_which_it_can_be_changed(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop, upcoming_days=14, tells_generated=False)
    cast.subscription(shop)
    cast.subscription(shop, "0000000002", next_skipped=True)
    assert told(app, session, clock, date(2026, 11, 30)) == []
    (mail,) = told(app, session, clock, date(2026, 12, 1))
    assert (mail.message, mail.recipient) == ("upcoming_delivery", "hanako@example.jp")
    assert "12月15日" in mail.body_text
    assert "12月3日(木) 23:59まで" in mail.body_text
    assert "煎茶 やぶきた 100g × 1" in mail.body_text
    # The notice is sent once, even if the order was made meanwhile.
    run(app, session, clock, shop, CREATION)
    assert len(told(app, session, clock, CREATION)) == 1


def test_a_delivery_that_was_moved_is_announced_as_moved_for_this_once(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop, upcoming_days=14, tells_generated=False)
    cast.subscription(shop, anchor_on=date(2026, 12, 15), next_delivery_on=date(2026, 12, 12))
    (mail,) = told(app, session, clock, date(2026, 11, 28))
    for body in (mail.body_text, mail.body_html):
        assert "12月12日(土)（今回だけ）" in body


def test_a_delivery_whose_order_was_made_is_announced_as_that(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop, upcoming_days=3, tells_generated=False)
    subscription = cast.subscription(shop)
    other = cast.subscription(shop, "0000000002")
    run(app, session, clock, shop, CREATION)
    orders_of(session, other)[0].status = OrderStatus.CANCELED
    assert told(app, session, clock, date(2026, 12, 11)) == []
    (mail,) = told(app, session, clock, date(2026, 12, 12))
    assert mail.order_id == orders_of(session, subscription)[0].id
    assert "このお届けのご注文は、すでに確定しています。" in mail.body_text
    assert "/o/" in mail.body_text
    assert "?to=" not in mail.body_text, "it is about the order, which nothing changes any more"


def test_what_can_still_be_changed_leads_to_the_page_where_it_is(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop, upcoming_days=14, tells_generated=False)
    cast.order(shop, "T-1", subscription_id=cast.subscription(shop).id)
    (mail,) = told(app, session, clock, date(2026, 12, 1))
    for body in (mail.body_text, mail.body_html):
        assert "?to=subscription" in body
    assert "定期購入ページを開く" in mail.body_html
