from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.subscriptions.schedule import Cycle, CycleKind, after, following, merged, plan
from tests.subscriptions.schedule.plans import CUP, GIFT, POINTS, TEA, TIMING, delivery_days, facts
from tests.subscriptions.schedule.walking import cycles

any_cycle = st.sampled_from(list(CycleKind)).flatmap(cycles)
days = st.dates(date(2020, 1, 1), date(2080, 12, 31))
WEEKLY = Cycle.parse("weeks:1")


def test_the_plan_shows_dates_numbers_items_and_amounts() -> None:
    first, second = plan(facts(), 2)
    assert (first.delivery_on, first.ship_on, first.creation_on) == (
        date(2026, 12, 15),
        date(2026, 12, 11),
        date(2026, 12, 4),
    )
    assert (first.cycle_number, first.subtotal, first.shipping, first.total) == (2, 2000, 550, 2550)
    assert [item.name for item in first.items] == ["八女茶 100g"]
    assert (second.cycle_number, second.delivery_on, second.ship_on) == (3, date(2027, 1, 15), date(2027, 1, 12))


def test_the_first_price_stands_in_the_first_order_only() -> None:
    assert [delivery.subtotal for delivery in plan(facts(cycle_number=1), 3)] == [1000, 2000, 2000]


@pytest.mark.parametrize("n", [0, -1])
def test_no_deliveries_are_asked_for_and_none_come(n: int) -> None:
    assert plan(facts(), n) == []


# --- the anchor ---


def test_a_move_of_this_time_only_shifts_no_later_date() -> None:
    moved = facts(anchor_on=date(2026, 12, 15), next_delivery_on=date(2026, 12, 20))
    assert delivery_days(plan(moved, 3)) == [date(2026, 12, 20), date(2027, 1, 15), date(2027, 2, 15)]
    assert [delivery.anchor_on for delivery in plan(moved, 2)] == [date(2026, 12, 15), date(2027, 1, 15)]
    assert following(moved) == (date(2027, 1, 15), date(2027, 1, 15))


def test_the_weekday_of_a_second_week_is_the_one_chosen_at_first_though_one_delivery_moved() -> None:
    saturdays = facts(cycle=Cycle.parse("months:1@2nd"), anchor_on=date(2019, 2, 2), next_delivery_on=date(2019, 2, 5))
    assert delivery_days(plan(saturdays, 3)) == [date(2019, 2, 5), date(2019, 3, 9), date(2019, 4, 13)]


def test_a_closed_ship_day_moves_neither_the_delivery_nor_the_dates_after_it() -> None:
    golden_week = facts(cycle=Cycle.parse("weeks:1"), anchor_on=date(2019, 4, 30))
    assert delivery_days(plan(golden_week, 3)) == [date(2019, 4, 30), date(2019, 5, 7), date(2019, 5, 14)]
    assert [delivery.ship_on for delivery in plan(golden_week, 3)] == [
        date(2019, 4, 26),
        date(2019, 4, 26),
        date(2019, 5, 10),
    ]


def test_dates_that_a_late_move_passes_are_merged_into_that_delivery() -> None:
    moved = facts(cycle=WEEKLY, anchor_on=date(2026, 12, 1), next_delivery_on=date(2026, 12, 15))
    assert merged(moved) == (date(2026, 12, 8), date(2026, 12, 15))
    assert following(moved) == (date(2026, 12, 22), date(2026, 12, 22))
    assert [delivery.cycle_number for delivery in plan(moved, 2)] == [2, 3]


def test_a_move_before_the_next_nominal_date_merges_nothing() -> None:
    assert merged(facts(cycle=WEEKLY, anchor_on=date(2026, 12, 1), next_delivery_on=date(2026, 12, 7))) == ()


# --- skip, counts ---


def test_a_skipped_delivery_is_shown_costs_nothing_and_keeps_its_number_for_the_next() -> None:
    skipped, then, later = plan(facts(next_skipped=True, remaining_orders=2), 3)
    assert (skipped.skipped, skipped.delivery_on, skipped.total, skipped.items) == (True, date(2026, 12, 15), 0, ())
    assert (then.skipped, then.delivery_on, then.cycle_number) == (False, date(2027, 1, 15), 2)
    assert (later.cycle_number, later.skipped) == (3, False)


def test_a_skip_uses_up_neither_items_nor_orders_nor_points() -> None:
    once = facts(
        next_skipped=True,
        remaining_orders=1,
        items=(replace(TEA, remaining=1),),
        points=replace(POINTS, use="next", each=300, balance=300),
    )
    skipped, only = plan(once, 5)
    assert skipped.skipped
    assert (only.points_used, only.total) == (300, 2250)


def test_the_plan_ends_with_the_remaining_orders() -> None:
    assert len(plan(facts(remaining_orders=3), 6)) == 3
    assert plan(facts(remaining_orders=0), 6) == plan(facts(remaining_orders=-1), 6) == []


def test_items_drop_out_one_by_one_and_the_plan_ends_with_the_last() -> None:
    items = (replace(TEA, remaining=1), replace(CUP, remaining=3), GIFT)
    assert [[item.product_code for item in delivery.items] for delivery in plan(facts(items=items), 6)] == [
        ["TEA", "CUP", "CUP"],
        ["CUP", "CUP"],
        ["CUP", "CUP"],
    ]


def test_points_of_the_next_order_only_are_gone_after_it() -> None:
    points = replace(POINTS, use="next", each=300, balance=1000)
    assert [delivery.points_used for delivery in plan(facts(points=points), 3)] == [300, 0, 0]


def test_points_of_every_order_last_as_long_as_there_are_enough() -> None:
    points = replace(POINTS, use="always", each=300, balance=700)
    assert [delivery.points_used for delivery in plan(facts(points=points), 4)] == [300, 300, 0, 0]


def test_points_that_expire_before_an_order_is_made_do_not_pay_it() -> None:
    points = replace(POINTS, use="always", each=100, balance=700, expire_on=date(2026, 12, 31))
    assert [delivery.points_used for delivery in plan(facts(points=points), 3)] == [100, 0, 0]


def test_after_an_order_the_facts_are_those_that_the_rest_of_the_plan_was_made_from() -> None:
    start = facts(remaining_orders=4, items=(replace(TEA, remaining=3),), next_skipped=True)
    whole = plan(start, 4)
    assert plan(after(start, whole[0]), 3) == whole[1:]


# --- dates that are set already ---


def test_a_creation_date_that_is_set_stays_whatever_the_shop_changed_and_the_next_is_by_the_rule() -> None:
    changed = facts(next_creation_on=date(2026, 11, 30), timing=replace(TIMING, creation_days=3))
    first, second = plan(changed, 2)
    assert first.creation_on == date(2026, 11, 30)
    assert second.creation_on == date(2027, 1, 9)


def test_a_ship_date_set_by_hand_moves_its_own_creation_date_and_no_later_ship_date() -> None:
    first, second = plan(facts(next_ship_on=date(2026, 12, 9)), 2)
    assert (first.ship_on, first.creation_on) == (date(2026, 12, 9), date(2026, 12, 2))
    assert second.ship_on == date(2027, 1, 12)


# --- rules of the products ---


def test_each_product_may_give_its_own_rule_per_cycle_number_and_the_last_goes_on() -> None:
    item = replace(TEA, cycles=(Cycle.parse("days:14"), Cycle.parse("days:30")))
    by_product = facts(items=(item,), cycle_fixed=False, cycle_number=1)
    days_between = [(b - a).days for a, b in pairwise(delivery_days(plan(by_product, 4)))]
    assert days_between == [14, 30, 30]


def test_a_rule_that_the_buyer_chose_wins_over_the_products() -> None:
    item = replace(TEA, cycles=(Cycle.parse("days:14"),))
    assert following(facts(items=(item,)))[0] == date(2027, 1, 15)


def test_the_first_item_that_is_no_gift_and_has_rules_says_when() -> None:
    gift = replace(GIFT, cycles=(Cycle.parse("days:1"),))
    first = replace(TEA, cycles=(Cycle.parse("days:20"),), remaining=1)
    other = replace(TEA, cycles=(Cycle.parse("days:10"),))
    together = facts(items=(gift, CUP, first, other), cycle_fixed=False)
    days_between = [(b - a).days for a, b in pairwise(delivery_days(plan(together, 4)))]
    assert days_between == [20, 10, 10]


def test_without_rules_of_products_the_subscriptions_own_goes_on() -> None:
    assert following(facts(cycle_fixed=False))[0] == date(2027, 1, 15)


# --- for every rule ---


@given(cycle=any_cycle, anchor=days, moved=st.integers(-20, 60), skipped=st.booleans())
def test_deliveries_follow_one_another_and_anchors_never_come_twice(
    cycle: Cycle, anchor: date, moved: int, skipped: bool
) -> None:
    start = facts(cycle=cycle, anchor_on=anchor, next_delivery_on=anchor + timedelta(days=moved), next_skipped=skipped)
    found = plan(start, 6)
    assert len(found) == 6
    for before, then in pairwise(found):
        assert before.delivery_on < then.delivery_on
        assert before.anchor_on < then.anchor_on
        assert then.cycle_number == before.cycle_number + (not before.skipped)
    assert all(delivery.anchor_on == delivery.delivery_on for delivery in found[1:])
    assert all(delivery.creation_on <= delivery.ship_on <= delivery.delivery_on for delivery in found)


@given(cycle=any_cycle, anchor=days, moved=st.integers(-20, 20))
def test_a_move_within_a_cycle_gives_the_same_later_dates_as_no_move(cycle: Cycle, anchor: date, moved: int) -> None:
    still = facts(cycle=cycle, anchor_on=anchor)
    promised = anchor + timedelta(days=moved)
    if promised < following(still)[0]:
        assert plan(replace(still, next_delivery_on=promised), 4)[1:] == plan(still, 4)[1:]


def test_a_plan_ends_where_the_calendar_ends() -> None:
    assert delivery_days(plan(facts(anchor_on=date(9999, 10, 5)), 6)) == [
        date(9999, 10, 5),
        date(9999, 11, 5),
        date(9999, 12, 5),
    ]
