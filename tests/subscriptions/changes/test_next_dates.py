"""The next dates after a change: what was said wins over what follows from the date before."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from portal.models import Subscription, SubscriptionOccurrence
from portal.subscriptions.changes.next_dates import Manner
from portal.subscriptions.record.facts import facts_of, frame_of
from portal.subscriptions.record.items import Item
from portal.subscriptions.schedule import plan
from tests.cast import Cast
from tests.subscriptions.changes.changing import Change, dates, do, refusal

__all__ = ["do"]


@pytest.fixture
def subscription(cast: Cast) -> Subscription:
    shop = cast.shop()
    cast.rules(shop)
    return cast.subscription(shop)


# --- dates -----------------------------------------------------------------------------------------------------------
def test_a_date_moved_this_time_only_leaves_the_anchor(subscription: Subscription, do: Change) -> None:
    do({"next_delivery_on": date(2026, 12, 20)})
    assert dates(subscription) == (date(2026, 12, 15), date(2026, 12, 20), date(2026, 12, 16), date(2026, 12, 9))


def test_a_date_moved_from_now_on_is_the_new_anchor(session: Session, subscription: Subscription, do: Change) -> None:
    do({"cycle": "days:30"})
    do({"next_delivery_on": date(2026, 12, 20)})
    assert plan(facts_of(session, subscription, frame_of(session, subscription.shop_id)), 2)[1].delivery_on == date(
        2027, 1, 14
    )
    do({"next_delivery_on": date(2026, 12, 20)}, Manner(from_now_on=True))
    assert subscription.anchor_on == date(2026, 12, 20)
    assert plan(facts_of(session, subscription, frame_of(session, subscription.shop_id)), 2)[1].delivery_on == date(
        2027, 1, 19
    )


def test_ship_and_delivery_date_go_in_step_or_alone(subscription: Subscription, do: Change) -> None:
    do({"next_ship_on": date(2026, 12, 14)})
    assert dates(subscription)[1:] == (date(2026, 12, 18), date(2026, 12, 14), date(2026, 12, 7))
    do({"next_ship_on": date(2026, 12, 15)}, Manner(in_step=False))
    assert dates(subscription)[1:] == (date(2026, 12, 18), date(2026, 12, 15), date(2026, 12, 8))
    do({"next_delivery_on": date(2026, 12, 19)}, Manner(in_step=False))
    assert dates(subscription)[1:] == (date(2026, 12, 19), date(2026, 12, 15), date(2026, 12, 8))
    do({"next_creation_on": date(2026, 12, 1)})
    assert dates(subscription)[1:] == (date(2026, 12, 19), date(2026, 12, 15), date(2026, 12, 1))


def test_dates_that_cannot_follow_one_another_are_refused(do: Change) -> None:
    alone = Manner(in_step=False)
    assert refusal(do, {"next_ship_on": date(2026, 12, 16)}, alone) == ("ship_after_delivery", "next_ship_on")
    assert refusal(do, {"next_creation_on": date(2026, 12, 12)}) == ("creation_after_ship", "next_creation_on")


def test_the_anchor_never_goes_back_to_a_cycle_that_was_dealt_with(
    session: Session, cast: Cast, subscription: Subscription, do: Change
) -> None:
    done = date(2026, 11, 30)
    session.add(
        SubscriptionOccurrence(
            shop_id=subscription.shop_id,
            subscription_id=subscription.id,
            anchor_on=done,
            cycle_number=1,
            delivery_on=done,
            ship_on=done,
            creation_on=done,
            outcome="ordered",
            actor="job",
            at=cast.now,
        )
    )
    session.flush()
    assert refusal(do, {"next_delivery_on": done}, Manner(from_now_on=True)) == ("date_taken", "next_delivery_on")
    assert do({"next_delivery_on": done}), "moved this time only it stays another cycle"


# --- cycles ----------------------------------------------------------------------------------------------------------
def test_after_a_change_of_cycle_the_promised_delivery_stays_and_is_the_base(
    session: Session, subscription: Subscription, do: Change
) -> None:
    do({"next_delivery_on": date(2026, 12, 18), "cycle_fixed": False})
    do({"cycle": "weeks:2"})
    assert subscription.cycle_fixed
    assert dates(subscription)[:2] == (date(2026, 12, 18), date(2026, 12, 18))
    assert plan(facts_of(session, subscription, frame_of(session, subscription.shop_id)), 2)[1].delivery_on == date(
        2027, 1, 1
    )


def test_a_monthly_cycle_counts_from_the_month_of_the_promised_delivery(
    session: Session, subscription: Subscription, do: Change
) -> None:
    do({"cycle": "months:2@31"})
    assert plan(facts_of(session, subscription, frame_of(session, subscription.shop_id)), 2)[1].delivery_on == date(
        2027, 2, 28
    )


def test_a_cycle_from_today_gives_the_first_date_that_can_be_met(subscription: Subscription, do: Change) -> None:
    do({"cycle": "days:10"}, Manner(cycle_from="today"))
    # 1 December is too early: three days of lead, one on the way, seven from creation to shipping.
    assert dates(subscription) == (date(2026, 12, 11), date(2026, 12, 11), date(2026, 12, 7), date(2026, 11, 30))


def test_what_is_no_cycle_is_refused(do: Change) -> None:
    assert refusal(do, {"cycle": "weeks:53"}) == ("cycle", "cycle")
    assert refusal(do, {"cycle": "months:2"}, Manner(cycle_from="today")) == ("cycle_base", "cycle")


def test_recalculating_uses_the_items_rule_of_the_cycle_before(
    session: Session, subscription: Subscription, do: Change
) -> None:
    do({"items": [Item(name="お試し", later_price=500, cycles=("days:14", "days:30"))], "cycle_fixed": False})
    subscription.previous_delivery_on = date(2026, 11, 30)
    do({"cycle_number": 2})
    assert subscription.next_delivery_on == date(2026, 12, 15), "nothing moves before it is asked for"
    assert do({}, Manner(recalculate=True))
    assert subscription.next_delivery_on == date(2026, 12, 14)
    assert not do({}, Manner(recalculate=True))
    do({"cycle_number": 3}, Manner(recalculate=True))
    assert dates(subscription) == (date(2026, 12, 30), date(2026, 12, 30), date(2026, 12, 26), date(2026, 12, 19))
