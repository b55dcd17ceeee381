"""A payment split over several receipts: exact in amount and per rate, whatever the amounts, rates and parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.receipts.rules.items import Item, portions, share_of
from portal.receipts.rules.splitting import MOST_PARTS, Left, Share, equal_parts, left_of, shares
from portal.values.tax import PointsMode, Settlement, discounted, rate_totals, settle

rates = st.sampled_from([0, 8, 10])
lines = st.lists(st.tuples(rates, st.integers(1, 10**6)), min_size=1, max_size=12)
modes = st.sampled_from(PointsMode)


@st.composite
def settlements(draw: st.DrawFn) -> Settlement:
    """Draw the settlement of an order that leaves at least one yen to pay."""
    totals = rate_totals(draw(lines))
    whole = sum(totals.values())
    discount = draw(st.integers(0, whole - 1))
    points = draw(st.integers(0, whole - discount - 1))
    return settle(discounted(totals, discount), points, draw(modes))


def amounts_within(draw: st.DrawFn, whole: int, *, exactly: bool) -> list[int]:
    count = draw(st.integers(1, min(MOST_PARTS, whole)))
    cuts = sorted(draw(st.sets(st.integers(1, whole - 1), max_size=count - 1)) if whole > 1 else ())
    parts = [end - start for start, end in zip([0, *cuts], [*cuts, whole], strict=True)]
    return parts if exactly else parts[: draw(st.integers(1, len(parts)))]


def positive(settlement: Settlement) -> dict[int, int]:
    return {rate: total for rate, total in settlement.bases.items() if total}


def of_rates(parts: list[Share | None]) -> dict[int, int]:
    return rate_totals((rate, total) for part in parts if part for rate, total in part.rates.items() if total)


@given(data=st.data(), settlement=settlements())
def test_parts_that_make_up_the_whole_add_up_to_it_per_rate_and_in_points(
    data: st.DataObject, settlement: Settlement
) -> None:
    amounts = data.draw(st.composite(lambda draw: amounts_within(draw, settlement.to_pay, exactly=True))())
    parts = shares(left_of(settlement.to_pay, settlement, [], []), amounts, [None] * len(amounts))
    assert of_rates(parts) == positive(settlement)
    assert sum(part.points for part in parts if part) == settlement.points
    for amount, part in zip(amounts, parts, strict=True):
        assert part is not None
        assert part.amount == amount
        assert sum(part.rates.values()) == amount + part.points
        assert min(part.rates.values()) >= 0


@given(data=st.data(), settlement=settlements())
def test_what_is_issued_later_takes_exactly_what_was_left(data: st.DataObject, settlement: Settlement) -> None:
    first = data.draw(st.composite(lambda draw: amounts_within(draw, settlement.to_pay, exactly=False))())
    stated = [
        part for part in shares(left_of(settlement.to_pay, settlement, [], []), first, [None] * len(first)) if part
    ]
    left = left_of(settlement.to_pay, settlement, first, stated)
    assert left.bases is not None
    assert left.amount >= 0, "the rest is never negative"
    assert min(left.bases.values()) >= 0
    if left.amount:
        later = shares(left, [left.amount], [None])
        assert of_rates([*stated, *later]) == positive(settlement)


@given(settlement=settlements(), count=st.integers(1, MOST_PARTS))
def test_equal_parts_differ_by_a_yen_at_most_and_add_up(settlement: Settlement, count: int) -> None:
    if settlement.to_pay < count:
        with pytest.raises(ValueError, match="parts"):
            equal_parts(settlement.to_pay, count)
        return
    amounts = equal_parts(settlement.to_pay, count)
    assert sum(amounts) == settlement.to_pay
    assert max(amounts) - min(amounts) <= 1
    parts = shares(left_of(settlement.to_pay, settlement, [], []), amounts, [None] * count)
    assert of_rates(parts) == positive(settlement)


@given(data=st.data(), found=lines, mode=modes)
def test_parts_by_lines_carry_the_exact_rates_of_their_lines(
    data: st.DataObject, found: list[tuple[int, int]], mode: PointsMode
) -> None:
    totals = rate_totals(found)
    whole = sum(totals.values())
    discount = data.draw(st.integers(0, whole - 1))
    points = data.draw(st.integers(0, whole - discount - 1))
    settlement = settle(discounted(totals, discount), points, mode)
    items = [Item("品", amount, rate) for rate, amount in found]
    of_items = portions(items, settlement.to_pay, settlement)
    assert sum(one.face for one in of_items) == settlement.to_pay
    assert rate_totals((item.rate or 0, one.net) for item, one in zip(items, of_items, strict=True)) == settlement.bases
    assert all(0 <= one.face <= one.net for one in of_items)
    groups = data.draw(st.lists(st.integers(0, 3), min_size=len(items), max_size=len(items)))
    chosen = [[at for at, own in enumerate(groups) if own == group] for group in sorted(set(groups))]
    exact = [share for share in (share_of(group, items, of_items) for group in chosen) if share.amount > 0]
    parts = shares(left_of(settlement.to_pay, settlement, [], []), [one.amount for one in exact], list(exact))
    assert of_rates(parts) == positive(settlement)
    # Lines that points paid in full have no receipt of their own.
    assert len(exact) < len(chosen) or parts == exact


@given(data=st.data(), settlement=settlements())
def test_lines_and_free_amounts_side_by_side_still_add_up(data: st.DataObject, settlement: Settlement) -> None:
    """The sums are right whatever share is claimed to be exact."""
    amounts = data.draw(st.composite(lambda draw: amounts_within(draw, settlement.to_pay, exactly=True))())
    rate = data.draw(rates)
    exact = [Share(amount, {rate: amount}) if data.draw(st.booleans()) else None for amount in amounts]
    parts = shares(left_of(settlement.to_pay, settlement, [], []), amounts, exact)
    assert of_rates(parts) == positive(settlement)
    assert all(min(part.rates.values()) >= 0 for part in parts if part)


def test_a_part_that_goes_over_states_no_rates_and_takes_nothing_from_the_others() -> None:
    settlement = Settlement({8: 1080, 10: 2200}, 0, 3280)
    first, over, last = shares(left_of(3280, settlement, [], []), [2000, 2000, 1280], [None] * 3)
    assert over is None
    assert of_rates([first, last]) == {8: 1080, 10: 2200}


def test_an_order_that_changed_under_its_receipts_is_mapped_no_more() -> None:
    stated = [Share(1000, {8: 1000})]
    assert left_of(900, Settlement({8: 500, 10: 400}, 0, 900), [1000], stated) == Left(-100, None)
    assert left_of(900, Settlement({10: 900}, 0, 900), [100], [Share(100, {8: 100})]).bases is None
    fewer_points = settle({10: 1000}, 5, PointsMode.MEANS)
    assert left_of(995, fewer_points, [490], [Share(490, {10: 500}, 10)]).bases is None


def test_a_part_of_another_amount_than_its_lines_states_rates_that_add_up_to_that_amount() -> None:
    [part] = shares(
        left_of(2180, settle({8: 1080, 10: 1100}, 0, PointsMode.MEANS), [], []), [1000], [Share(1080, {8: 1080})]
    )
    assert part is not None
    assert (part.amount, sum(part.rates.values())) == (1000, 1000)


def test_no_more_points_are_stated_than_the_earlier_receipts_left() -> None:
    left = Left(100, {10: 101}, 1)
    first, second = shares(left, [10, 10], [Share(10, {10: 11}, 1), Share(10, {10: 11}, 1)])
    assert (first, second) == (Share(10, {10: 11}, 1), Share(10, {10: 10}, 0))


def test_points_that_an_earlier_receipt_left_over_go_with_the_lines_that_close_the_order() -> None:
    """The point was reckoned on the third line; the receipt over ¥333 took its rates and left the point."""
    items = [Item("茶", 333, 10), Item("急須", 333, 10), Item("菓子", 334, 10)]
    settlement = settle({10: 1000}, 1, PointsMode.MEANS)
    of_items = portions(items, 999, settlement)
    [earlier] = shares(left_of(999, settlement, [], []), [333], [None])
    assert earlier == Share(333, {10: 333})
    by_lines = [share_of([at], items, of_items) for at in (0, 1)]
    closing = shares(left_of(999, settlement, [333], [earlier]), [333, 333], by_lines)
    assert of_rates([earlier, *closing]) == {10: 1000}
    assert sum(part.points for part in closing if part) == 1


def test_a_receipt_without_rates_leaves_them_to_the_others_and_counts_in_the_sum() -> None:
    settlement = Settlement({10: 1000}, 0, 1000)
    left = left_of(1000, settlement, [400], [])
    assert left == Left(600, {10: 1000}, 0)
    assert shares(left, [600, 1], [None, None]) == [Share(600, {10: 600}), None]


def test_the_papers_own_example_with_points_as_means() -> None:
    settlement = settle({8: 540, 10: 550}, 21, PointsMode.MEANS)
    parts = shares(left_of(1069, settlement, [], []), [534, 535], [None, None])
    assert of_rates(parts) == {8: 540, 10: 550}
    assert [part.points for part in parts if part] == [10, 11]


def test_without_known_rates_lines_still_come_to_the_orders_amount() -> None:
    items = [Item("a", 1080, None), Item("b", 2200, 10), Item("送料", 660, 10)]
    assert sum(one.face for one in portions(items, 3500, None)) == 3500
