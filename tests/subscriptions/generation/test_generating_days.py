"""Dates on which other systems fail: ends of months and years, leap days, closed weeks, midnight in Tokyo."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import ClosedDay, Order, SubscriptionOccurrence
from portal.subscriptions.generation import runs
from tests.cast import Cast
from tests.conftest import Clock
from tests.subscriptions.generation.days import in_tokyo, orders_of, run
from tests.subscriptions.generation.many import add_due

NEAR = {"creation_days": 0, "lead_days": 0, "transit_days": {"": 0}}
"""Rules with which ship, creation and delivery date are one day."""


def dates(orders: object) -> list[str]:
    return [order.requested_on.isoformat() for order in orders]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("cycle", "first", "then"),
    [
        ("months:1@31", date(2027, 1, 31), ["2027-01-31", "2027-02-28", "2027-03-31"]),
        ("months:1", date(2027, 1, 31), ["2027-01-31", "2027-02-28", "2027-03-28"]),
        ("months:1@1", date(2027, 1, 1), ["2027-01-01", "2027-02-01", "2027-03-01"]),
        ("months:1@29", date(2028, 1, 29), ["2028-01-29", "2028-02-29", "2028-03-29"]),
        ("months:12", date(2028, 2, 29), ["2028-02-29"]),
        ("weeks:2@tue", date(2026, 12, 22), ["2026-12-22", "2027-01-05", "2027-01-19", "2027-02-02", "2027-02-16"]),
        ("days:15", date(2026, 12, 20), ["2026-12-20", "2027-01-04", "2027-01-19", "2027-02-03", "2027-02-18"]),
    ],
)
def test_every_day_a_run_and_every_cycle_once(
    app: Flask, session: Session, cast: Cast, clock: Clock, cycle: str, first: date, then: list[str]
) -> None:
    """Orders are made three days before each delivery. The job runs around each creation date for three months."""
    shop = cast.shop()
    cast.rules(shop, **(NEAR | {"creation_days": 3}))
    subscription = cast.subscription(
        shop, cycle=cycle, next_delivery_on=first, next_ship_on=first, next_creation_on=first - timedelta(days=3)
    )
    end = date.fromisoformat(then[-1]) - timedelta(days=3)
    day = first - timedelta(days=4)
    while day <= end:
        run(app, session, clock, shop, day, "00:01")
        day = max(day + timedelta(days=1), min(subscription.next_creation_on - timedelta(days=1), end))
    orders = orders_of(session, subscription)
    assert dates(orders) == then
    made = [order.ordered_at for order in orders]
    assert made == [in_tokyo(date.fromisoformat(on) - timedelta(days=3), "00:01") for on in then]


def test_the_day_is_tokyos_whatever_the_servers_is(app: Flask, session: Session, cast: Cast, clock: Clock) -> None:
    """In UTC 00:01 on the first of January in Tokyo is still last year, and 23:59 is the same day."""
    shop = cast.shop()
    cast.rules(shop, **NEAR)
    day = date(2027, 1, 1)
    facts = {"next_delivery_on": day + timedelta(days=1), "next_ship_on": day, "next_creation_on": day}
    subscription, other = cast.subscription(shop, **facts), cast.subscription(shop, "0000000002", **facts)
    other.next_creation_on = day + timedelta(days=1)
    other.next_delivery_on = day + timedelta(days=2)
    run(app, session, clock, shop, date(2026, 12, 31), "23:59")
    assert orders_of(session, subscription) == []
    run(app, session, clock, shop, day, "00:01")
    assert len(orders_of(session, subscription)) == 1
    assert clock.instant.date() == date(2026, 12, 31)
    run(app, session, clock, shop, day, "23:59")
    assert orders_of(session, other) == []
    run(app, session, clock, shop, day + timedelta(days=1), "00:01")
    assert len(orders_of(session, other)) == 1


def test_a_closed_week_and_golden_week_move_the_ship_date_and_not_the_delivery(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(
        shop,
        creation_days=2,
        lead_days=0,
        transit_days={"": 1},
        closed_weekdays=["sat", "sun"],
        closed_on_holidays=True,
    )
    session.add_all(ClosedDay(shop_id=shop.id, day=date(2027, 6, day)) for day in range(7, 12))
    subscription = cast.subscription(shop, cycle="months:1@6", next_delivery_on=date(2027, 4, 6))
    run(app, session, clock, shop, date(2027, 4, 2))
    # For delivery on 6 May: the 3rd to 5th are holidays, the 1st and 2nd a weekend.
    assert (subscription.next_delivery_on, subscription.next_ship_on) == (date(2027, 5, 6), date(2027, 4, 30))
    assert subscription.next_creation_on == date(2027, 4, 28)
    run(app, session, clock, shop, date(2027, 4, 28))
    subscription.next_delivery_on = subscription.anchor_on = date(2027, 6, 11)
    subscription.next_creation_on, subscription.cycle = date(2027, 5, 1), "days:1"
    run(app, session, clock, shop, date(2027, 5, 1))
    # The next delivery's ship date is in a closed week, so it ships on the Friday before.
    assert (subscription.next_delivery_on, subscription.next_ship_on) == (date(2027, 6, 12), date(2027, 6, 4))
    assert dates(orders_of(session, subscription)) == ["2027-04-06", "2027-05-06", "2027-06-11"]


def test_two_workers_at_once_make_every_order_once(app: Flask, session: Session, cast: Cast, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    day = date(2026, 12, 4)
    clock.instant = in_tokyo(day)
    add_due(session, shop, 120, day, clock())
    shop_id, begin = shop.id, Barrier(2)
    session.commit()

    def work() -> int:
        begin.wait()
        done = 0
        with app.app_context():
            while True:
                with Session(db.engine) as own, own.begin():
                    part = runs.make_chunk(own, shop_id, actor="job:generate_orders", now=clock(), limit=10)
                if not part.done:
                    return done
                done += part.done

    with ThreadPoolExecutor(2) as workers:
        shares = [future.result() for future in [workers.submit(work) for _ in range(2)]]
    assert sum(shares) == 120
    session.rollback()
    assert session.scalar(select(func.count(Order.id))) == 108
    assert session.scalar(select(func.count(SubscriptionOccurrence.id))) == 120
    (of_day,) = runs.of_shop(session, shop_id)
    assert (of_day.ordered, of_day.skipped, of_day.state) == (108, 12, "done")
    assert len(runs.report(session, of_day, limit=500)) == 120
