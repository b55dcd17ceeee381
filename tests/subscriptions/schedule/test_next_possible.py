from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.subscriptions.schedule import (
    Cycle,
    CycleError,
    CycleKind,
    earliest_delivery,
    next_possible,
    plan,
    with_cycle,
)
from tests.subscriptions.schedule.plans import TIMING, delivery_days, facts
from tests.subscriptions.schedule.walking import cycles

any_cycle = st.sampled_from(list(CycleKind)).flatmap(cycles)
days = st.dates(date(2020, 1, 1), date(2080, 12, 31))


def test_it_starts_again_with_the_next_delivery_as_it_stands_if_there_is_time() -> None:
    moved = facts(anchor_on=date(2026, 12, 15), next_delivery_on=date(2026, 12, 18))
    assert next_possible(moved, date(2026, 11, 22)) == (date(2026, 12, 15), date(2026, 12, 18))


def test_the_earliest_possible_date_is_not_too_near() -> None:
    moved = facts(anchor_on=date(2026, 12, 8), next_delivery_on=date(2026, 12, 10))
    assert earliest_delivery(TIMING, date(2026, 11, 28)) == date(2026, 12, 10)
    assert next_possible(moved, date(2026, 11, 28)) == (date(2026, 12, 8), date(2026, 12, 10))


def test_it_starts_again_with_the_next_possible_date_of_its_rule_if_the_old_one_is_past_or_too_near() -> None:
    assert next_possible(facts(), date(2026, 12, 10)) == (date(2027, 1, 15), date(2027, 1, 15))
    assert next_possible(facts(), date(2027, 6, 1)) == (date(2027, 6, 15), date(2027, 6, 15))


def test_a_new_rule_goes_on_from_the_next_promised_delivery() -> None:
    moved = facts(anchor_on=date(2026, 12, 15), next_delivery_on=date(2026, 12, 20), cycle_fixed=False)
    assert delivery_days(plan(with_cycle(moved, Cycle.parse("days:10")), 3)) == [
        date(2026, 12, 20),
        date(2026, 12, 30),
        date(2027, 1, 9),
    ]
    assert delivery_days(plan(with_cycle(moved, Cycle.parse("months:1@1")), 2)) == [
        date(2026, 12, 20),
        date(2027, 1, 1),
    ]


def test_a_new_rule_in_days_may_start_from_today_but_not_too_near() -> None:
    changed = with_cycle(facts(), Cycle.parse("days:30"), from_today=date(2026, 11, 22))
    assert delivery_days(plan(changed, 2)) == [date(2026, 12, 22), date(2027, 1, 21)]
    near = with_cycle(facts(), Cycle.parse("days:5"), from_today=date(2026, 11, 22))
    assert near.next_delivery_on == date(2026, 12, 7) >= earliest_delivery(TIMING, date(2026, 11, 22))
    with pytest.raises(CycleError) as raised:
        with_cycle(facts(), Cycle.parse("months:1"), from_today=date(2026, 11, 22))
    assert raised.value.code == "base"


@given(cycle=any_cycle, anchor=days, later=st.integers(-400, 800))
def test_what_it_starts_again_with_is_never_too_near(cycle: Cycle, anchor: date, later: int) -> None:
    today = anchor + timedelta(days=later)
    anchor_on, delivery_on = next_possible(facts(cycle=cycle, anchor_on=anchor), today)
    assert delivery_on >= earliest_delivery(TIMING, today)
    assert anchor_on >= anchor
