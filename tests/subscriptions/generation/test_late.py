"""Late cycles wait for a person to confirm them; then one order a day is made. Nobody is charged before."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Order, Shop, Subscription, SubscriptionOccurrence
from portal.subscriptions.generation import dry_run, late
from portal.subscriptions.generation.dry_run import Happens
from portal.subscriptions.record.facts import frame_of
from portal.subscriptions.record.refusals import RefusedError, StaleError
from portal.values.states import SubscriptionState
from tests.cast import Cast
from tests.conftest import Clock
from tests.subscriptions.generation.days import in_tokyo, orders_of, outcomes, run, run_of

TODAY = date(2026, 12, 22)


@pytest.fixture
def overdue(cast: Cast) -> Subscription:
    """Return a weekly subscription whose deliveries of 2026-12-15 and of a week later were not made in time."""
    shop = cast.shop()
    cast.rules(shop, creation_days=1, lead_days=1)
    return cast.subscription(shop, cycle="weeks:1", next_delivery_on=date(2026, 12, 15))


def delivered(session: Session, subscription: Subscription) -> list[date]:
    """Return the delivery dates of the orders made."""
    mine = select(SubscriptionOccurrence.delivery_on).filter_by(subscription_id=subscription.id, outcome="ordered")
    return list(session.scalars(mine.order_by(SubscriptionOccurrence.delivery_on)))


def test_a_late_delivery_waits_for_a_person_and_nobody_is_charged(
    app: Flask, session: Session, cast: Cast, clock: Clock, overdue: Subscription
) -> None:
    shop = session.get_one(Shop, overdue.shop_id)
    run(app, session, clock, shop, TODAY)
    run(app, session, clock, shop, TODAY + timedelta(days=1))
    assert orders_of(session, overdue) == []
    assert (overdue.needs_attention, overdue.attention_reason) == (True, "late")
    assert overdue.next_delivery_on == date(2026, 12, 15)
    assert (run_of(session, TODAY).waiting, run_of(session, TODAY).ordered, run_of(session, TODAY).state) == (
        1,
        0,
        "done",
    )


def test_the_orders_that_a_confirmation_makes_are_listed_beforehand(
    app: Flask, session: Session, overdue: Subscription
) -> None:
    coming = late.what_comes(session, overdue, TODAY, frame_of(session, overdue.shop_id))
    assert [(one.made_on, one.delivery.delivery_on, one.delivery.total) for one in coming] == [
        (date(2026, 12, 23), date(2026, 12, 15), 1580),
        (date(2026, 12, 24), date(2026, 12, 22), 1580),
    ]


def test_once_confirmed_one_order_a_day_is_made_from_the_next_day_on(
    app: Flask, session: Session, cast: Cast, clock: Clock, overdue: Subscription
) -> None:
    shop = session.get_one(Shop, overdue.shop_id)
    run(app, session, clock, shop, TODAY)
    assert late.confirm(session, [overdue], actor="staff:1", now=clock()) == 1
    session.commit()
    assert (overdue.late_until, overdue.needs_attention) == (date(2026, 12, 22), False)
    run(app, session, clock, shop, TODAY, "18:00")
    assert orders_of(session, overdue) == []
    made = []
    for day in range(1, 4):
        for at in ("00:01", "12:00", "23:59"):
            run(app, session, clock, shop, TODAY + timedelta(days=day), at)
        made.append(delivered(session, overdue))
    # Two deliveries are late; the one of the 29th is in the future and made on its own creation date.
    assert made[0] == [date(2026, 12, 15)]
    assert made[1] == made[2] == [date(2026, 12, 15), date(2026, 12, 22)]
    assert [outcome for _, outcome in outcomes(session, overdue)][:2] == ["ordered", "ordered"]
    assert overdue.late_until is None
    assert (overdue.next_delivery_on, overdue.needs_attention) == (date(2026, 12, 29), False)


def test_a_confirmation_up_to_a_date_covers_no_later_one(
    app: Flask, session: Session, cast: Cast, clock: Clock, overdue: Subscription
) -> None:
    shop = session.get_one(Shop, overdue.shop_id)
    clock.instant = in_tokyo(TODAY)
    late.confirm(session, [overdue], until=date(2026, 12, 15), actor="staff:1", now=clock())
    for day in range(1, 4):
        run(app, session, clock, shop, TODAY + timedelta(days=day))
    assert delivered(session, overdue) == [date(2026, 12, 15)]
    assert overdue.attention_reason == "late"


def test_confirming_twice_changes_nothing_more_and_an_old_form_is_refused(
    session: Session, cast: Cast, clock: Clock, overdue: Subscription
) -> None:
    session.commit()
    clock.instant = in_tokyo(TODAY)
    assert late.confirm(session, [overdue], seen_version=1, actor="staff:1", now=clock()) == 1
    session.flush()
    assert late.confirm(session, [overdue], actor="staff:1", now=clock()) == 0
    with pytest.raises(StaleError):
        late.confirm(session, [overdue], seen_version=1, actor="staff:1", now=clock())
    overdue.state = SubscriptionState.SUSPENDED
    session.flush()
    with pytest.raises(RefusedError):
        late.confirm(session, [overdue], actor="staff:1", now=clock())


def test_what_is_not_late_needs_no_confirmation(app: Flask, session: Session, cast: Cast, clock: Clock) -> None:
    """The job did not run for days, but the delivery date can still be kept."""
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop)
    session.commit()
    assert late.what_comes(session, subscription, date(2026, 12, 14), frame_of(session, subscription.shop_id)) == []
    run(app, session, clock, shop, date(2026, 12, 14))
    assert delivered(session, subscription) == [date(2026, 12, 15)]


def test_a_late_skip_is_final_all_the_same(app: Flask, session: Session, cast: Cast, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop, next_skipped=True)
    run(app, session, clock, shop, TODAY)
    assert outcomes(session, subscription) == [(date(2026, 12, 15), "skipped")]
    assert orders_of(session, subscription) == []


def test_the_list_holds_every_order_that_catching_up_makes_one_a_day_and_none_asks_for_a_past_day(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    """The orders are made eleven days before the delivery, so two more follow the late ones at once."""
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop, cycle="weeks:1", next_delivery_on=date(2026, 12, 1))
    clock.instant = in_tokyo(TODAY)
    coming = late.what_comes(session, subscription, TODAY, frame_of(session, shop.id))
    listed = [(one.made_on, one.delivery.delivery_on) for one in coming]
    first = date(2026, 12, 1)
    assert listed == [(TODAY + timedelta(days=n + 1), first + timedelta(weeks=n)) for n in range(6)]
    late.confirm(session, [subscription], actor="staff:1", now=clock())
    for n in range(1, 10):
        run(app, session, clock, shop, TODAY + timedelta(days=n))
        run(app, session, clock, shop, TODAY + timedelta(days=n), "18:00")
        assert subscription.next_creation_on > TODAY + timedelta(days=n)
        orders = orders_of(session, subscription)
        assert len(orders) == min(n, 6)
        newest = orders[-1].requested_on
        assert newest is None or newest > TODAY + timedelta(days=n)
    assert delivered(session, subscription) == [day for _, day in listed]


def test_a_daily_cycle_is_confirmed_for_a_month_at_most(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop, cycle="days:1", next_delivery_on=date(2026, 12, 1))
    assert len(late.what_comes(session, subscription, TODAY, frame_of(session, shop.id))) == 31


# --- the dry run ---------------------------------------------------------------------------------------------------------
def test_the_dry_run_says_what_tomorrow_brings_and_writes_nothing(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    cast.subscription(shop)
    cast.subscription(shop, "0000000002", next_skipped=True)
    cast.subscription(shop, "0000000003", next_delivery_on=date(2026, 11, 1))
    cast.subscription(shop, "0000000004")
    cast.order(shop, "0000000004-2")
    cast.subscription(shop, "0000000005", next_delivery_on=date(2026, 12, 16))
    cast.subscription(shop, "0000000006", state="suspended")
    session.commit()
    today, tomorrow = date(2026, 12, 3), date(2026, 12, 4)
    rows = dry_run.of_day(session, shop, tomorrow, today=today)
    assert [(row.number[-1], row.happens, row.reason, row.total) for row in rows] == [
        ("1", Happens.ORDER, "", 1580),
        ("2", Happens.SKIP, "", 0),
        ("3", Happens.WAITS, "", 1580),
        ("4", Happens.FAILS, "code_taken", 1580),
    ]
    first = rows[0]
    assert (first.buyer_name, first.cycle_number) == ("山田 花子", 2)
    assert (first.ship_on, first.delivery_on) == (date(2026, 12, 11), date(2026, 12, 15))
    assert [(item.name, item.quantity) for item in first.items] == [("煎茶 やぶきた 100g", 1)]
    assert not session.dirty
    # The run makes what the dry run showed.
    run(app, session, clock, shop, tomorrow)
    assert [order.code for order in session.query(Order).filter(Order.subscription_id.is_not(None))] == ["0000000001-2"]
    assert [row.number[-1] for row in dry_run.of_day(session, shop, tomorrow, today=tomorrow)] == ["3", "4"]


def test_the_dry_run_of_a_later_day_counts_on_the_runs_before_it(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop)
    cast.subscription(shop, cycle="weeks:1")
    today = date(2026, 12, 1)
    assert [row.delivery_on for row in dry_run.of_day(session, shop, date(2026, 12, 4), today=today)] == [
        date(2026, 12, 15)
    ]
    (later,) = dry_run.of_day(session, shop, date(2026, 12, 11), today=today)
    assert (later.delivery_on, later.cycle_number) == (date(2026, 12, 22), 3)
    assert dry_run.of_day(session, shop, date(2026, 12, 12), today=today) == []
    assert dry_run.of_day(session, shop, date(2026, 11, 30), today=today) == []


def test_the_dry_run_shows_confirmed_late_ones_one_a_day(
    session: Session, clock: Clock, cast: Cast, overdue: Subscription
) -> None:
    shop = session.get_one(Shop, overdue.shop_id)
    clock.instant = in_tokyo(TODAY)
    late.confirm(session, [overdue], actor="staff:1", now=clock())
    session.flush()
    days = [
        [row.delivery_on for row in dry_run.of_day(session, shop, TODAY + timedelta(days=n), today=TODAY)]
        for n in range(3)
    ]
    assert days == [[], [date(2026, 12, 15)], [date(2026, 12, 22)]]
