"""From an order to what its receipt says."""

from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from portal.models import Shop
from portal.payments.movements import Entry, enter
from portal.payments.rules.balance import Kind
from portal.receipts.documents.parts import Issuer, RateTotal
from portal.receipts.documents.wording import WORDS
from portal.receipts.drafting import Texts, draft_receipt
from portal.receipts.printing import duty_of
from portal.values.dates import tokyo_date
from tests.cast import Cast
from tests.conftest import Clock
from tests.receipts.sample_documents import receipt

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


@pytest.mark.parametrize(
    ("paid", "by_card", "part"),
    [
        ({}, True, None),
        ({"クレジットカード": 3280}, True, None),
        ({"クレジットカード": 1000, "現金": 2280}, False, 1000),
        ({"銀行振込": 3280}, False, None),
    ],
)
def test_what_was_paid_on_credit_is_what_was_entered_or_else_the_method(
    cast: Cast, session: Session, clock: Clock, paid: dict[str, int], by_card: bool, part: int | None
) -> None:
    order = cast.order(cast.shop(), payment_method="クレジットカード", total=3280)
    for means, amount in paid.items():
        entry = Entry(Kind.PAYMENT, tokyo_date(clock()), amount, {}, means)
        enter(session, order, entry, entry_key=uuid4(), actor="staff:1", now=clock())
    paper = draft_receipt(session.get_one(Shop, order.shop_id), order, TEXTS, tokyo_date(clock()))
    assert (paper.paid_by_card, paper.card_amount) == (by_card, part)


@pytest.mark.parametrize(("number", "duty"), [("T6000012070001", 0), ("", 200)])
def test_the_stated_tax_is_left_out_of_the_duty_for_a_registered_issuer_only(number: str, duty: int) -> None:
    """54,000 yen with 4,909 of tax: 49,091 without it."""
    rates = (RateTotal(10, reduced=False, total=54_000, tax=4_909),)
    issuer = Issuer("株式会社さくら茶舗", registration_number=number)
    assert duty_of(receipt(amount=54_000, paid_by_card=False, rates=rates, issuer=issuer)) == duty


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        (["exempt"], "非課税"),
        (["export"], "輸出免税"),
        (["outside", "exempt", "outside"], "不課税・非課税"),
        ([""], "対象外"),
    ],
)
def test_what_bears_no_tax_stands_on_a_line_of_its_own_with_its_reason(
    cast: Cast, session: Session, clock: Clock, reasons: list[str], words: str
) -> None:
    shop = cast.shop()
    lines = [
        {"name": "商品券", "quantity": 1, "unit_price": 500, "amount": 500, "tax_rate": 0, "untaxed": reason}
        for reason in reasons
    ]
    tea = {"name": "煎茶", "quantity": 1, "unit_price": 1080, "amount": 1080, "tax_rate": 8}
    order = cast.order(shop, lines=[*lines, tea], total=1080 + 500 * len(reasons))
    cast.shipment(order)
    session.commit()
    paper = draft_receipt(shop, order, TEXTS, tokyo_date(clock()))
    untaxed, reduced = paper.rates
    assert (WORDS["ja"].percent(untaxed), untaxed.total, untaxed.tax) == (words, 500 * len(reasons), None)
    assert (reduced.rate, reduced.total, reduced.tax) == (8, 1080, 80)
