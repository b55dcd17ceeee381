from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.payments.rules.expiry import Expiry, expiry_of, month_of, next_month


@pytest.mark.parametrize(
    ("expires", "today", "expiry"),
    [
        ("2026-11", date(2026, 11, 30), Expiry.EXPIRING),
        ("2026-11", date(2026, 12, 1), Expiry.EXPIRED),
        ("2026-12", date(2026, 11, 1), Expiry.EXPIRING),
        ("2027-01", date(2026, 11, 30), Expiry.GOOD),
        ("2027-01", date(2026, 12, 1), Expiry.EXPIRING),
        ("2026-12", date(2027, 1, 1), Expiry.EXPIRED),
    ],
)
def test_a_card_is_good_to_the_end_of_its_month(expires: str, today: date, expiry: Expiry) -> None:
    assert expiry_of(expires, today) is expiry


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_next_month_follows_at_once(day: date) -> None:
    year, month = map(int, month_of(day).split("-"))
    assert next_month(day) == f"{date(year + (month == 12), month % 12 + 1, 1):%Y-%m}"
