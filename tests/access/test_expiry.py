"""How long an order's page stays open."""

from datetime import date
from typing import Any

import pytest

from portal.access.rules.expiry import access_until, is_open
from portal.values.states import OrderStatus

SHIPPED = date(2026, 8, 23)


def until(days: int | None = 90, **facts: Any) -> date | None:
    standard: dict[str, Any] = {"status": OrderStatus.SHIPPED, "last_shipped_on": SHIPPED, "canceled_on": None}
    return access_until(days, **(standard | facts))


def test_ninety_days_are_counted_from_the_last_ship_date() -> None:
    assert until() == date(2026, 11, 21)


def test_the_last_day_itself_is_open_and_the_next_is_not() -> None:
    assert is_open(until(), date(2026, 11, 21))
    assert not is_open(until(), date(2026, 11, 22))


@pytest.mark.parametrize("days", [30, 60, 90, 180, 365])
def test_the_shop_chooses_the_number_of_days(days: int) -> None:
    end = until(days)
    assert end is not None
    assert (end - SHIPPED).days == days


def test_without_a_limit_it_stays_open() -> None:
    assert until(None) is None
    assert is_open(None, date(2099, 1, 1))


@pytest.mark.parametrize(
    "status", [OrderStatus.AWAITING_SHIPMENT, OrderStatus.PICKING, OrderStatus.PARTIALLY_SHIPPED, OrderStatus.ON_HOLD]
)
def test_an_order_that_is_not_wholly_shipped_is_open(status: OrderStatus) -> None:
    assert until(status=status) is None


@pytest.mark.parametrize("status", [OrderStatus.RETURN_PENDING, OrderStatus.RETURNED])
def test_a_return_does_not_open_it_again(status: OrderStatus) -> None:
    assert until(status=status) == date(2026, 11, 21)


def test_a_canceled_order_is_counted_from_its_cancellation() -> None:
    facts = {"status": OrderStatus.CANCELED, "last_shipped_on": None, "canceled_on": date(2026, 11, 1)}
    assert until(30, **facts) == date(2026, 12, 1)


def test_an_order_of_a_subscription_that_is_alive_stays_open() -> None:
    assert until(subscription_alive=True) is None
    assert until(subscription_alive=True, status=OrderStatus.CANCELED, canceled_on=SHIPPED) is None


def test_a_shipped_order_without_a_ship_date_stays_open() -> None:
    assert until(last_shipped_on=None) is None
