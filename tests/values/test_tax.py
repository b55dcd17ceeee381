from datetime import date
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values.money import allocate
from portal.values.tax import (
    PointsMode,
    Rounding,
    discounted,
    include_tax,
    included_tax,
    is_reduced,
    points_as_discount,
    rate_known,
    rate_totals,
    settle,
    split,
)

TODAY = date(2026, 11, 21)
rates = st.sampled_from([0, 3, 5, 8, 10])
yen = st.integers(-(10**8), 10**8)
roundings = st.sampled_from(Rounding)
positive_totals = st.dictionaries(rates, st.integers(0, 10**7), min_size=1).filter(lambda totals: sum(totals.values()))


@pytest.mark.parametrize(
    ("rate", "on", "known", "reduced"),
    [
        (3, date(1989, 3, 31), False, False),
        (3, date(1989, 4, 1), True, False),
        (5, date(1997, 3, 31), False, False),
        (5, date(2014, 3, 31), True, False),
        (8, date(2014, 3, 31), False, False),
        (8, date(2014, 4, 1), True, False),
        (8, date(2019, 9, 30), True, False),
        (10, date(2019, 9, 30), False, False),
        (8, date(2019, 10, 1), True, True),
        (10, date(2019, 10, 1), True, False),
        (5, date(2019, 10, 1), False, False),
        (10, TODAY, True, False),
        (8, TODAY, True, True),
        (0, TODAY, True, False),
        (80, TODAY, False, False),
    ],
)
def test_rates_are_known_by_their_dates(rate: int, on: date, known: bool, reduced: bool) -> None:
    assert rate_known(rate, on) is known
    assert is_reduced(rate, on) is reduced


@pytest.mark.parametrize(
    ("total", "rate", "rounding", "expected"),
    [
        (105, 10, Rounding.DOWN, 9),
        (99, 10, Rounding.DOWN, 9),
        (6, 10, Rounding.DOWN, 0),
        (105, 10, Rounding.HALF_UP, 10),
        (104, 10, Rounding.HALF_UP, 9),
        (104, 10, Rounding.UP, 10),
        (110, 10, Rounding.UP, 10),
        (1080, 8, Rounding.DOWN, 80),
        (-105, 10, Rounding.DOWN, -9),
        (-105, 10, Rounding.UP, -10),
        (500, 0, Rounding.UP, 0),
        (0, 10, Rounding.UP, 0),
    ],
)
def test_tax_inside_a_total(total: int, rate: int, rounding: Rounding, expected: int) -> None:
    assert included_tax(total, rate, rounding) == expected


def test_tax_is_rounded_once_per_rate_not_per_line() -> None:
    totals = rate_totals([(10, 105), (8, 107), (10, 105), (10, 105)])
    assert totals == {8: 107, 10: 315}
    assert list(totals) == [8, 10]
    assert [included_tax(total, rate, Rounding.DOWN) for rate, total in totals.items()] == [7, 28]


@given(yen, rates, roundings)
def test_tax_is_the_exact_fraction_rounded_as_chosen(total: int, rate: int, rounding: Rounding) -> None:
    exact = Fraction(abs(total) * rate, 100 + rate)
    expected = {Rounding.DOWN: floor(exact), Rounding.UP: ceil(exact), Rounding.HALF_UP: floor(exact + Fraction(1, 2))}
    assert abs(included_tax(total, rate, rounding)) == expected[rounding]
    assert included_tax(-total, rate, rounding) == -included_tax(total, rate, rounding)


def test_points_as_discount_lower_the_bases_and_as_means_leave_them() -> None:
    totals = {8: 540, 10: 550}
    assert points_as_discount(totals, 21) == {8: 530, 10: 539}
    as_discount = settle(totals, 21, PointsMode.DISCOUNT)
    as_means = settle(totals, 21, PointsMode.MEANS)
    assert (as_discount.bases, as_discount.points, as_discount.to_pay) == ({8: 530, 10: 539}, 0, 1069)
    assert (as_means.bases, as_means.points, as_means.to_pay) == (totals, 21, 1069)


def test_a_rate_below_zero_bears_no_discount() -> None:
    assert discounted({8: -100, 10: 1000}, 900) == {8: -100, 10: 100}


@pytest.mark.parametrize("amount", [-1, 1091])
def test_more_than_there_is_cannot_be_taken_off(amount: int) -> None:
    with pytest.raises(ValueError, match="taken off"):
        discounted({8: 540, 10: 550}, amount)


@given(positive_totals, st.data())
def test_a_discount_is_spread_exactly_and_takes_no_rate_below_zero(totals: dict[int, int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(totals.values())))
    after = discounted(totals, amount)
    assert sum(after.values()) == sum(totals.values()) - amount
    assert after.keys() == totals.keys()
    assert all(0 <= after[rate] <= totals[rate] for rate in totals)


@st.composite
def wholes_and_parts(draw: st.DrawFn) -> tuple[dict[int, int], list[int]]:
    totals = draw(st.dictionaries(rates, st.integers(0, 10**7), min_size=1).filter(lambda t: sum(t.values()) >= 50))
    weights = draw(st.lists(st.integers(1, 1000), min_size=1, max_size=50))
    # Every rate gets one yen, so that no part is 0, and the rest is spread by weight.
    rest = allocate(sum(totals.values()) - len(weights), weights)
    return totals, [1 + share for share in rest]


@given(wholes_and_parts())
def test_the_parts_of_a_split_add_up_per_part_and_per_rate(case: tuple[dict[int, int], list[int]]) -> None:
    totals, amounts = case
    parts = split(totals, amounts)
    assert [sum(part.values()) for part in parts] == amounts
    assert {rate: sum(part[rate] for part in parts) for rate in totals} == totals
    assert all(share >= 0 for part in parts for share in part.values())


@given(wholes_and_parts(), st.integers(1, 49))
def test_parts_that_leave_something_over_fit_beside_a_part_not_issued(
    case: tuple[dict[int, int], list[int]], issued: int
) -> None:
    totals, amounts = case
    parts = split(totals, amounts[:issued])
    assert [sum(part.values()) for part in parts] == amounts[:issued]
    assert all(sum(part[rate] for part in parts) <= totals[rate] for rate in totals)


def test_a_split_follows_the_proportion_of_the_rates() -> None:
    assert split({8: 540, 10: 550}, [545, 545]) == [{8: 270, 10: 275}, {8: 270, 10: 275}]
    assert split({10: 105}, [6, 99]) == [{10: 6}, {10: 99}]


@pytest.mark.parametrize(
    ("totals", "amounts"), [({10: 100}, [60, 41]), ({10: 100}, [0, 100]), ({10: 100}, [-1]), ({8: -1, 10: 101}, [100])]
)
def test_a_split_that_cannot_be_mapped_to_rates_is_an_error(totals: dict[int, int], amounts: list[int]) -> None:
    with pytest.raises(ValueError, match=r"parts|rate"):
        split(totals, amounts)


def test_points_that_paid_travel_with_the_parts_of_a_split() -> None:
    totals, points = {8: 540, 10: 550}, 21
    amounts = [500, 569]
    parts = split(totals, [amount + own for amount, own in zip(amounts, allocate(points, amounts), strict=True)])
    assert {rate: sum(part[rate] for part in parts) for rate in totals} == totals


def test_tax_excluded_lines_get_their_tax_once_per_rate() -> None:
    # Three times ¥98 at 8% is 23.52 of tax; rounding each line would give 21.
    assert include_tax([(8, 98), (10, 1000), (8, 98), (8, 98)], Rounding.DOWN) == [106, 1100, 106, 105]
    assert include_tax([(8, 98)] * 3, Rounding.UP) == [106, 106, 106]


@given(st.lists(st.tuples(rates, st.integers(-(10**6), 10**7)), max_size=60), roundings)
def test_included_lines_add_up_to_the_sum_and_its_tax_per_rate(
    lines: list[tuple[int, int]], rounding: Rounding
) -> None:
    included = include_tax(lines, rounding)
    for rate in {rate for rate, _ in lines}:
        excluded = sum(amount for own, amount in lines if own == rate)
        exact = Fraction(abs(excluded) * rate, 100)
        tax = {Rounding.DOWN: floor(exact), Rounding.UP: ceil(exact), Rounding.HALF_UP: floor(exact + Fraction(1, 2))}
        expected = excluded + (1 if excluded >= 0 else -1) * tax[rounding]
        assert sum(own for own, (line_rate, _) in zip(included, lines, strict=True) if line_rate == rate) == expected
    for own, (rate, amount) in zip(included, lines, strict=True):
        assert abs(own - Fraction(amount * (100 + rate), 100)) < 1
