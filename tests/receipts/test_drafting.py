"""From an order to what its receipt says."""

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
