from datetime import date

import pytest

from portal.receipts.rules.stamp_duty import stamp_duty


@pytest.mark.parametrize(
    ("amount", "stated_tax", "expected"),
    [
        (49_999, 0, 0),
        (50_000, 0, 200),
        (50_000, 4_545, 0),
        (54_999, 4_999, 200),
        (54_998, 4_999, 0),
        (1_000_000, 0, 200),
        (1_000_001, 0, 400),
        (2_000_001, 0, 600),
        (3_000_001, 0, 1_000),
        (5_000_000, 0, 1_000),
        (10_000_000, 0, 2_000),
        (1_000_000_000, 0, 150_000),
        (1_000_000_001, 0, 200_000),
    ],
)
def test_the_duty_follows_the_amount_without_the_stated_tax(amount: int, stated_tax: int, expected: int) -> None:
    assert stamp_duty(amount, stated_tax=stated_tax, by_card=0) == expected


def test_a_receipt_for_a_card_payment_bears_no_stamp() -> None:
    assert stamp_duty(10_000_000, stated_tax=0, by_card=10_000_000) == 0


@pytest.mark.parametrize(("by_card", "duty"), [(0, 200), (30_000, 200), (60_001, 0), (110_000, 0)])
def test_only_what_was_not_paid_on_credit_counts(by_card: int, duty: int) -> None:
    """Of 110,000 yen: 80,000 in cash bear a stamp, 49,999 do not."""
    assert stamp_duty(110_000, stated_tax=0, by_card=by_card) == duty


@pytest.mark.parametrize(("on", "duty"), [(date(2014, 3, 31), 200), (date(2014, 4, 1), 0), (None, 0)])
def test_the_least_amount_is_that_of_the_day(on: date | None, duty: int) -> None:
    assert stamp_duty(30_000, stated_tax=0, by_card=0, on=on) == duty
