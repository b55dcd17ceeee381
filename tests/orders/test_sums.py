"""Subtotal and 消費税 of an order, as its page prints them."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.orders.page import load_page
from portal.orders.sums import sums_of
from tests.cast import Cast


@pytest.mark.parametrize(
    ("facts", "rates"),
    [
        ({"total": 3280}, ((8, 1080, 80), (10, 2200, 200))),
        # Points pay the whole order: no row of ¥0.
        ({"points_used": 3280, "total": 0}, ()),
        # What does not add up is mapped to no rate.
        ({"total": 3000}, ()),
    ],
)
def test_each_rate_that_something_was_paid_at_is_shown_with_its_tax(
    cast: Cast, session: Session, facts: dict[str, Any], rates: tuple[tuple[int, int, int], ...]
) -> None:
    shop = cast.shop(points_mode="discount", rounding="down")
    order = cast.order(shop, **facts)
    session.commit()
    found = sums_of(shop, load_page(session, order.id))
    assert (found.subtotal, found.rates, found.reduced) == (3280, rates, frozenset({8}))
