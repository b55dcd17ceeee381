"""The year's purchases of a buyer: which orders are on the paper, and what they come to."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.models import Order, Rendition, Shop
from portal.receipts import yearly
from portal.receipts.documents import RateTotal, YearlyDocument
from portal.receipts.yearly import request_yearly, years_of
from tests.cast import TARO, Cast
from tests.conftest import Clock

HANAKO = "hanako@example.jp"


def at(year: int, month: int, day: int, hour: int = 3) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop()


@pytest.fixture
def order(cast: Cast, shop: Shop) -> Order:
    return cast.order(shop, "A-1", ordered_at=at(2026, 1, 10))


def paper(session: Session, shop: Shop, order: Order, clock: Clock, year: int = 2026) -> YearlyDocument | None:
    found = request_yearly(session, shop, order, {HANAKO}, year, clock())
    return YearlyDocument.from_dict(found.document) if found else None


def codes(document: YearlyDocument | None) -> list[str]:
    return [one.code for one in document.orders] if document else []


def test_the_years_own_purchases_are_listed_oldest_first(
    session: Session, cast: Cast, shop: Shop, order: Order, clock: Clock
) -> None:
    # Midnight in Tokyo is 15:00 in UTC the day before.
    cast.order(shop, "OLD", ordered_at=at(2025, 12, 31, 14))
    cast.order(shop, "FIRST", ordered_at=at(2025, 12, 31, 15))
    cast.order(shop, "LAST", ordered_at=at(2026, 12, 31, 14))
    cast.order(shop, "NEXT", ordered_at=at(2026, 12, 31, 15))
    for status in ("cancelled", "returned", "return_pending"):
        cast.order(shop, status, status=status, ordered_at=at(2026, 3, 3))
    cast.order(shop, "TARO", **TARO, ordered_at=at(2026, 3, 3))
    cast.order(cast.shop("ume"), "UME", ordered_at=at(2026, 3, 3))
    assert codes(paper(session, shop, order, clock)) == ["FIRST", "A-1", "LAST"]
    assert codes(paper(session, shop, order, clock, 2025)) == ["OLD"]
    assert paper(session, shop, order, clock, 2024) is None


def test_it_comes_to_what_was_bought_less_what_was_given_back(
    session: Session, cast: Cast, shop: Shop, order: Order, clock: Clock
) -> None:
    """3,280 twice (1,080 at 8 % and 2,200 at 10 %), 200 at 10 % given back."""
    cast.order(shop, "B-2", ordered_at=at(2026, 2, 1), refunded=200, refunded_rates={"10": 200})
    document = paper(session, shop, order, clock)
    assert document is not None
    assert [(one.total, one.refunded) for one in document.orders] == [(3280, 0), (3280, 200)]
    assert document.total == 6360
    assert document.rates == (RateTotal(8, True, 2160), RateTotal(10, False, 4200))
    assert document.issuer.registration_number == "", "it is no invoice"


@pytest.mark.parametrize(
    "more", [{"lines": [{"name": "茶", "quantity": 1, "unit_price": 500, "amount": 500}], "total": 500}]
)
def test_without_every_rate_there_are_no_totals_per_rate(
    session: Session, cast: Cast, shop: Shop, order: Order, clock: Clock, more: dict[str, Any]
) -> None:
    cast.order(shop, "B-2", ordered_at=at(2026, 2, 1), **more)
    document = paper(session, shop, order, clock)
    assert document is not None
    assert (document.total, document.rates) == (3780, ())


def test_years_are_those_of_purchases_newest_first() -> None:
    orders = [(at(2026, 1, 1), "shipped"), (at(2024, 5, 5), "cancelled"), (at(2025, 12, 31, 16), "shipped")]
    assert years_of(orders) == [2026]
    assert years_of([*orders, (at(2023, 5, 5), "awaiting_shipment")]) == [2026, 2023]


def test_a_list_is_deleted_after_a_week(app: Flask, session: Session, shop: Shop, order: Order, clock: Clock) -> None:
    store = app.extensions["ports"].documents
    paper(session, shop, order, clock)
    session.commit()
    clock.forward(days=7)
    assert yearly.forget(session, store, clock()) == 0
    clock.forward(minutes=1)
    assert yearly.forget(session, store, clock()) == 1
    session.commit()
    assert session.query(Rendition).count() == 0


def test_the_day_of_a_reduced_rate_is_that_of_the_order(session: Session, cast: Cast, shop: Shop, clock: Clock) -> None:
    """8 % of 2018 was the standard rate and bears no ※."""
    old = cast.order(
        shop,
        "E-1",
        ordered_at=at(2018, 5, 5),
        lines=[{"name": "茶", "quantity": 1, "unit_price": 1080, "amount": 1080, "tax_rate": 8}],
        total=1080,
    )
    document = paper(session, shop, old, clock, 2018)
    assert document is not None
    assert document.rates == (RateTotal(8, False, 1080),)
    assert document.orders[0].ordered_on == date(2018, 5, 5)
