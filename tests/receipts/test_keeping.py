"""How long papers are kept. The figures are by hand: end of the fiscal year, two months, then the years."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.receipts.rules.keeping import given_before, kept_until


@pytest.mark.parametrize(
    ("given_on", "fiscal_month", "years", "until"),
    [
        (date(2026, 12, 1), 3, 7, date(2034, 5, 31)),
        (date(2026, 12, 1), 3, 10, date(2037, 5, 31)),
        (date(2027, 3, 31), 3, 7, date(2034, 5, 31)),
        (date(2027, 4, 1), 3, 7, date(2035, 5, 31)),
        (date(2026, 12, 31), 12, 7, date(2034, 2, 28)),
        (date(2026, 12, 31), 12, 10, date(2037, 2, 28)),
        # 29 February of a leap year.
        (date(2028, 12, 31), 12, 7, date(2036, 2, 29)),
        (date(2026, 6, 30), 6, 7, date(2033, 8, 31)),
        # Nobody said the month: the year may end as late as the month before, a year on.
        (date(2026, 12, 1), 0, 7, date(2035, 1, 31)),
        (date(2026, 1, 15), 0, 7, date(2034, 2, 28)),
    ],
)
def test_papers_are_kept_by_the_fiscal_year(given_on: date, fiscal_month: int, years: int, until: date) -> None:
    assert kept_until(given_on, fiscal_month=fiscal_month, years=years) == until


@given(st.dates(date(2034, 1, 1), date(2060, 12, 31)), st.integers(0, 12), st.sampled_from([7, 10]))
def test_what_may_go_is_just_what_need_not_be_kept(today: date, fiscal_month: int, years: int) -> None:
    last = given_before(today, fiscal_month=fiscal_month, years=years)
    assert kept_until(last, fiscal_month=fiscal_month, years=years) < today
    following = date.fromordinal(last.toordinal() + 1)
    assert kept_until(following, fiscal_month=fiscal_month, years=years) >= today


@given(st.dates(date(2023, 10, 1), date(2060, 12, 31)), st.integers(0, 12))
def test_nobodys_month_keeps_at_least_as_long_as_any(given_on: date, fiscal_month: int) -> None:
    unsaid = kept_until(given_on, fiscal_month=0, years=7)
    assert unsaid >= kept_until(given_on, fiscal_month=fiscal_month, years=7)
