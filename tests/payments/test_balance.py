"""What payments and refunds come to; every figure is reckoned by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.payments.rules.balance import after_refunds, given_back, refunds_by_rate, state_after
from portal.payments.rules.payment_states import PaymentState
from portal.values.tax import PointsMode, RateTotals, Settlement, settle

UNKNOWN, UNPAID, PAID, PART = (PaymentState(name) for name in ("unknown", "unpaid", "paid", "part_paid"))
REFUNDED, DISPUTED, FAILED = (PaymentState(name) for name in ("refunded", "disputed", "failed"))


@pytest.mark.parametrize(
    ("said", "received", "after"),
    [
        (UNPAID, 0, UNPAID),
        (UNPAID, 999, PART),
        (UNPAID, 1000, PAID),
        (UNKNOWN, 1500, PAID),
        (PaymentState.LAPSED, 1000, PAID),
        (FAILED, 1, PART),
        # A file that says paid in full knows of more than was entered here.
        (PAID, 300, PAID),
        # What was taken back is never paid, whatever came in before.
        (REFUNDED, 1000, REFUNDED),
        (DISPUTED, 1000, DISPUTED),
    ],
)
def test_the_state_of_an_order_of_1000_yen(said: PaymentState, received: int, after: PaymentState) -> None:
    assert state_after(said, received, 1000) is after


@pytest.mark.parametrize(
    ("received", "refunded", "back"),
    [
        (0, 0, 0),
        (0, 300, 300),
        (1000, 300, 300),
        (2000, 1000, 0),
        (2000, 1300, 300),
        (1500, 500, 0),
        (1500, 1500, 1000),
    ],
)
def test_what_came_in_beyond_the_1000_yen_goes_back_first(received: int, refunded: int, back: int) -> None:
    assert given_back(1000, received, refunded) == back


def test_refunds_are_known_by_rate_only_if_each_of_them_is() -> None:
    assert refunds_by_rate([]) == {}
    assert refunds_by_rate([(500, {10: 500}), (108, {8: 108}), (100, {10: 60, 8: 40})]) == {8: 148, 10: 560}
    assert refunds_by_rate([(500, {10: 500}), (108, {})]) is None
    assert refunds_by_rate([(500, {10: 499})]) is None


@pytest.mark.parametrize(
    ("refunded", "rates", "bases"),
    [
        (0, {}, {8: 540, 10: 550}),
        (50, {10: 50}, {8: 540, 10: 500}),
        (590, {8: 540, 10: 50}, {8: 0, 10: 500}),
        (1090, {8: 540, 10: 550}, {8: 0, 10: 0}),
        (50, {}, None),
        (541, {8: 541}, None),
        (50, {0: 50}, None),
        (60, {10: 50}, None),
    ],
)
def test_what_is_left_of_540_at_8_and_550_at_10_percent(
    refunded: int, rates: RateTotals, bases: RateTotals | None
) -> None:
    left = after_refunds(Settlement({8: 540, 10: 550}, 0, 1090), refunded, rates)
    assert (left.bases if left else None) == bases
    assert left is None or left.to_pay == 1090 - refunded


def test_points_that_paid_a_part_stay() -> None:
    # 21 points as a means: 1,069 to pay of 1,090; ¥50 back leaves 540 and 500, of which 21 were paid with points.
    settled = settle({8: 540, 10: 550}, 21, PointsMode.MEANS)
    assert after_refunds(settled, 50, {10: 50}) == Settlement({8: 540, 10: 500}, 21, 1019)


@given(
    st.dictionaries(st.sampled_from([0, 8, 10]), st.integers(0, 100_000), min_size=1),
    st.lists(st.floats(0, 1), max_size=5),
)
def test_what_is_left_and_what_was_given_back_are_the_whole(totals: RateTotals, shares: list[float]) -> None:
    left, refunds = Settlement(dict(totals), 0, sum(totals.values())), []
    for share in shares:
        back = {rate: int(yen * share) for rate, yen in left.bases.items()}
        refunds.append((sum(back.values()), back))
        next_left = after_refunds(left, sum(back.values()), back)
        assert next_left is not None
        left = next_left
    by_rate = refunds_by_rate(refunds)
    assert by_rate is not None
    assert {rate: left.bases[rate] + by_rate.get(rate, 0) for rate in totals} == totals
    assert left.to_pay + sum(by_rate.values()) == sum(totals.values())
