"""From an order to what its receipt says."""

import pytest
from sqlalchemy.orm import Session

from portal.receipts.documents.parts import RateTotal
from portal.receipts.drafting import Texts, draft_receipt
from portal.values.dates import tokyo_date
from tests.cast import Cast
from tests.conftest import Clock

TEXTS = Texts("山田 花子", "様", "お品代として", "ja")


def test_a_rate_whose_lines_come_to_nothing_is_not_printed(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    tea = {"name": "菓子", "quantity": 1, "unit_price": 100, "amount": 100, "tax_rate": 8}
    back = {"name": "菓子 値引き", "quantity": 1, "unit_price": -100, "amount": -100, "tax_rate": 8}
    pot = {"name": "急須", "quantity": 1, "unit_price": 2200, "amount": 2200, "tax_rate": 10}
    order = cast.order(shop, lines=[tea, back, pot], total=2200)
    cast.shipment(order)
    session.commit()
    paper = draft_receipt(shop, order, TEXTS, tokyo_date(clock()))
    assert paper.rates == (RateTotal(10, reduced=False, total=2200, tax=200),)


@pytest.mark.parametrize(
    ("mode", "points", "words"), [("discount", 80, "mall_coupon"), ("means", 80, "both"), ("means", 0, "mall_coupon")]
)
def test_a_receipt_says_what_the_mall_paid(
    cast: Cast, session: Session, clock: Clock, mode: str, points: int, words: str
) -> None:
    """3,280 of goods; the mall's coupon of 300 leaves the amounts per rate as they are."""
    shop = cast.shop(points_mode=mode)
    order = cast.order(shop, points_used=points, mall_coupon=300, total=2980 - points)
    cast.shipment(order)
    session.commit()
    paper = draft_receipt(shop, order, TEXTS, tokyo_date(clock()))
    assert (paper.amount, paper.paid_with) == (2980 - points, words)
    means = 300 + (points if mode == "means" else 0)
    assert paper.points_paid == means
    assert sum(row.total for row in paper.rates) == paper.amount + means
    assert sum(line.amount or 0 for line in paper.lines) == paper.amount + means
