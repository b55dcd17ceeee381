"""A change of the tax rates on a made-up day in the middle of a subscription: previews, orders and papers on both sides."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.access.rules.contact import full_contact
from portal.models import Order, Shop
from portal.receipts.documents.parts import RateTotal
from portal.receipts.papers import draft_statement
from portal.subscriptions.overview.upcoming import coming
from portal.subscriptions.record.facts import frame_of
from portal.values import tax
from portal.values.dates import tokyo_date
from portal.values.states import ShipmentStatus
from portal.values.tax import DatedRate, rate_then
from tests.cast import Cast
from tests.conftest import Clock
from tests.subscriptions.generation.days import orders_of, run

CHANGE = date(2027, 1, 1)
BEFORE = date(2026, 12, 31)
ITEMS = [
    {"name": "煎茶", "quantity": 1, "first_price": 1080, "later_price": 1080, "tax_rate": 8, "product_code": "T-100"},
    {"name": "急須", "quantity": 1, "first_price": 2200, "later_price": 2200, "tax_rate": 10, "product_code": "K-200"},
]


@pytest.fixture(autouse=True)
def _rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the standard rate become 12 and the reduced one 9."""
    standing = tuple(one for one in tax.RATES if one.until is not None or one.percent == 0)
    changed = (
        DatedRate(10, reduced=False, since=date(2019, 10, 1), until=BEFORE),
        DatedRate(8, reduced=True, since=date(2019, 10, 1), until=BEFORE),
        DatedRate(12, reduced=False, since=CHANGE, until=None),
        DatedRate(9, reduced=True, since=CHANGE, until=None),
    )
    monkeypatch.setattr(tax, "RATES", (*standing, *changed))


@pytest.mark.parametrize(
    ("rate", "on", "then"),
    [
        (10, BEFORE, 10),
        (10, CHANGE, 12),
        (8, BEFORE, 8),
        (8, CHANGE, 9),
        (0, CHANGE, 0),
        (12, CHANGE, 12),
        # No law knows it, so nobody guesses.
        (7, CHANGE, None),
    ],
)
def test_a_rate_becomes_that_of_its_kind(rate: int, on: date, then: int | None) -> None:
    assert rate_then(rate, on) == then


@pytest.mark.parametrize(
    ("keeps_net", "prices"),
    [
        (False, (1080, 2200)),
        # 1,080 ÷ 1.08 × 1.09 and 2,200 ÷ 1.10 × 1.12.
        (True, (1090, 2240)),
    ],
)
def test_previews_orders_and_papers_change_with_the_ship_date(
    app: Flask, session: Session, cast: Cast, clock: Clock, keeps_net: bool, prices: tuple[int, int]
) -> None:
    shop = cast.shop()
    cast.rules(shop, keeps_net=keeps_net)
    subscription = cast.subscription(shop, items=ITEMS, shipping_fee=500)
    session.commit()
    planned = coming(session, subscription, frame_of(session, shop.id), tokyo_date(clock()), 3)
    sides = [one.ship_on >= CHANGE for one in planned]
    assert sides == sorted(sides) != [sides[0]] * 3, "the change lies among them"
    old, new = [(8, 1080), (10, 2200)], list(zip((9, 12), prices, strict=True))
    assert [[(item.tax_rate, item.unit_price) for item in one.items] for one in planned] == [
        new if is_after else old for is_after in sides
    ]
    for delivery in planned:
        run(app, session, clock, shop, delivery.creation_on)
    made = orders_of(session, subscription)
    assert [order.total for order in made] == [one.total for one in planned], "what was shown is what is asked for"
    for order, is_after in zip(made, sides, strict=True):
        assert [(line.tax_rate, line.amount) for line in order.lines] == (new if is_after else old)
        assert (order.fee_rate, order.needs_attention) == (12 if is_after else 10, "")
    first, last = ship(session, shop, made[0], planned[0].ship_on), ship(session, shop, made[-1], planned[-1].ship_on)
    assert first == (RateTotal(8, True, 1080, 80), RateTotal(10, False, 2700, 245))
    reduced, standard = prices[0], prices[1] + 500
    assert last == (
        RateTotal(9, True, reduced, reduced * 9 // 109),
        RateTotal(12, False, standard, standard * 12 // 112),
    )


def ship(session: Session, shop: Shop, order: Order, on: date) -> tuple[RateTotal, ...]:
    """Ship the order and return the totals of its statement."""
    for parcel in order.shipments:
        parcel.status, parcel.shipped_on = ShipmentStatus.SHIPPED, on
    session.commit()
    return draft_statement(shop, order, full_contact(order), on).rates
