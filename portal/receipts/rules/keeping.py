"""How long a paper is kept (消費税法施行令 第70条の13, 法人税法施行規則 第59条): by the fiscal year in which it was given."""

from calendar import monthrange
from datetime import date

AFTER_THE_YEAR = 2
"""Months from the end of the fiscal year to the day from which the years are counted."""
YEARS = (7, 10)
"""Years to choose from: 7, and 10 for a company that carries losses forward."""


def kept_until(given_on: date, *, fiscal_month: int, years: int) -> date:
    """Return the last day on which the paper must be kept.

    `fiscal_month`: last month of the shop's fiscal year; 0 if nobody said it, which counts as the latest possible one.
    """
    last = fiscal_month or (given_on.month - 2) % 12 + 1
    year = given_on.year + (given_on.month > last)
    return _month_end(year + years, last + AFTER_THE_YEAR)


def given_before(today: date, *, fiscal_month: int, years: int) -> date:
    """Return the last day whose papers need not be kept any more."""
    year, month = today.year - years, today.month
    while kept_until(_month_end(year, month), fiscal_month=fiscal_month, years=years) >= today:
        month -= 1
    return _month_end(year, month)


def _month_end(year: int, month: int) -> date:
    """Return the last day of a month; months below 1 and above 12 are those of the years around."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1])
