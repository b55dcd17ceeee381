from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.subscriptions.schedule import (
    Commitment,
    Cycle,
    amount_of_a_year,
    amount_to_pay,
    cancellable_from,
    commitment,
    is_open_ended,
)
from tests.subscriptions.schedule.plans import CUP, GIFT, POINTS, TEA, facts

BOUND = replace(TEA, commitment_count=4)


def test_the_largest_count_of_the_items_binds_and_a_gift_binds_to_nothing() -> None:
    items = (BOUND, replace(CUP, commitment_count=3), replace(GIFT, commitment_count=12))
    assert commitment(items, 1) == Commitment(count=4, done=1, to_go=3, met=False)


@pytest.mark.parametrize(("made", "to_go", "met"), [(0, 4, False), (3, 1, False), (4, 0, True), (9, 0, True)])
def test_it_is_met_when_as_many_orders_were_made(made: int, to_go: int, met: bool) -> None:
    found = commitment((BOUND,), made)
    assert (found.to_go, found.met) == (to_go, met)


def test_without_a_count_nobody_is_bound() -> None:
    assert commitment((TEA,), 0) == Commitment(count=0, done=0, to_go=0, met=True)
    assert commitment((), 0).met


@given(count=st.integers(0, 30), made=st.integers(0, 60))
def test_done_and_to_go_are_always_the_whole(count: int, made: int) -> None:
    found = commitment((replace(TEA, commitment_count=count),), made)
    assert found.done + found.to_go == found.count == count
    assert found.met == (made >= count)


def test_what_is_still_to_be_paid_has_the_first_price_once_and_the_later_price_for_the_others() -> None:
    assert amount_to_pay(facts(items=(BOUND,), cycle_number=1), 0) == (1000 + 550) + 3 * (2000 + 550)
    assert amount_to_pay(facts(items=(BOUND,)), 1) == 3 * (2000 + 550)
    assert amount_to_pay(facts(items=(BOUND,)), 4) == 0


def test_a_skipped_delivery_does_not_count_towards_it() -> None:
    assert amount_to_pay(facts(items=(BOUND,), next_skipped=True), 1) == 3 * 2550


def test_points_do_not_make_the_sum_smaller_than_it_may_become() -> None:
    points = replace(POINTS, use="all", balance=5000)
    assert amount_to_pay(facts(items=(BOUND,), points=points), 1) == 3 * 2550


def test_an_item_that_drops_out_before_is_paid_as_often_as_it_comes() -> None:
    items = (BOUND, replace(TEA, quantity=1, remaining=1))
    assert amount_to_pay(facts(items=items), 1) == 3 * 2550 + 1000


def test_it_can_be_canceled_the_day_after_the_last_bound_order_is_made() -> None:
    bound = facts(items=(BOUND,))
    # Orders 2, 3 and 4 are left; the last is delivered on Monday, 15 February, and sent on the Friday before.
    assert cancellable_from(bound, 1) == date(2027, 2, 6)
    assert cancellable_from(bound, 4) is None


def test_a_skip_puts_the_day_off_by_one_cycle() -> None:
    assert cancellable_from(facts(items=(BOUND,), next_skipped=True), 1) == date(2027, 3, 6)


def test_one_that_finishes_before_it_is_met_can_be_canceled_after_its_last_order() -> None:
    bound = facts(items=(BOUND,), remaining_orders=1)
    assert cancellable_from(bound, 1) == date(2026, 12, 5)
    assert amount_to_pay(bound, 1) == 2550


@pytest.mark.parametrize(
    ("changed", "open_ended"),
    [
        ({}, True),
        ({"remaining_orders": 5}, False),
        ({"items": (replace(TEA, remaining=5),)}, False),
        ({"items": (replace(TEA, remaining=5), CUP)}, True),
        ({"items": (replace(TEA, remaining=5), GIFT)}, False),
    ],
)
def test_it_is_open_ended_while_any_item_that_is_no_gift_goes_on(changed: dict[str, object], open_ended: bool) -> None:
    assert is_open_ended(facts(**changed)) is open_ended


def test_a_years_amount_is_that_of_the_deliveries_in_365_days() -> None:
    assert amount_of_a_year(facts()) == 12 * 2550
    assert amount_of_a_year(facts(cycle=Cycle.parse("weeks:2"))) == 27 * 2550
    assert amount_of_a_year(facts(remaining_orders=2)) == 2 * 2550


def test_a_years_amount_does_not_count_on_points() -> None:
    assert amount_of_a_year(facts(points=replace(POINTS, use="all", balance=5000))) == 12 * 2550


def test_the_year_begins_with_the_promised_delivery_where_that_was_moved() -> None:
    # 5 January, then the 15th of every month up to December.
    assert amount_of_a_year(facts(next_delivery_on=date(2027, 1, 5))) == 13 * 2550
