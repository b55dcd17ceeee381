"""Orders that need attention: the reason, and settling it."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, Order
from portal.orders import attention
from portal.orders.rates import set_rates
from portal.orders.rules.amounts import AmountProblem
from portal.values.tax import PointsMode, Rounding
from tests.cast import Cast
from tests.conftest import Clock

SUZUKI = "staff:suzuki"


@pytest.mark.parametrize(
    ("problem", "current", "reason"),
    [
        (None, "", ""),
        (None, "rates_unknown", ""),
        (AmountProblem.DO_NOT_ADD_UP, "rates_unknown", "amounts_do_not_add_up"),
        (None, "changed_after_receipt", "changed_after_receipt"),
        (AmountProblem.RATES_UNKNOWN, "changed_after_receipt", "changed_after_receipt"),
    ],
)
def test_what_is_not_about_amounts_stays_until_staff_have_seen_it(
    problem: AmountProblem | None, current: str, reason: str
) -> None:
    assert attention.reason_for(problem, current) == reason


def test_staff_settle_what_they_saw_and_nothing_that_came_after(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(cast.shop(), needs_attention="changed_after_receipt")
    assert not attention.resolve(session, order, "amounts_do_not_add_up", actor=SUZUKI, now=clock())
    assert attention.resolve(session, order, "changed_after_receipt", actor=SUZUKI, now=clock())
    assert not attention.resolve(session, order, "changed_after_receipt", actor=SUZUKI, now=clock())
    assert order.needs_attention == ""
    assert session.scalars(select(AuditEntry.action)).all() == ["order.attention_settled"]


# --- tax rates -------------------------------------------------------------------------------------------------------
def rates(session: Session, order: Order, by_line: dict[int, int], fee_rate: int | None, clock: Clock) -> bool:
    return set_rates(
        session,
        order,
        by_line,
        fee_rate,
        rounding=Rounding.DOWN,
        points_mode=PointsMode.DISCOUNT,
        actor=SUZUKI,
        now=clock(),
    )


def line(amount: int, rate: int | None, **more: Any) -> dict[str, Any]:
    return {"name": "品", "quantity": 1, "unit_price": amount, "amount": amount, "tax_rate": rate} | more


def test_with_the_missing_rates_the_order_needs_nobody_any_more(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(
        cast.shop(),
        lines=[line(1080, None), line(2200, 10)],
        shipping_fee=500,
        fee_rate=None,
        total=3780,
        needs_attention="rates_unknown",
    )
    assert rates(session, order, {1: 8, 2: 8}, None, clock)
    assert [each.tax_rate for each in order.lines] == [8, 10], "a rate that is known is not changed"
    assert order.needs_attention == "rates_unknown", "that of the shipping is still missing"
    assert rates(session, order, {}, 10, clock)
    assert (order.needs_attention, order.total) == ("", 3780)
    assert not rates(session, order, {1: 10}, 8, clock)
    assert session.scalars(select(AuditEntry.action)).all() == ["order.rates_set"] * 2


def test_prices_without_tax_get_it_and_a_total_that_was_their_sum_too(
    cast: Cast, session: Session, clock: Clock
) -> None:
    lines = [line(1000, None, tax_included=False), line(333, None, tax_included=False)]
    order = cast.order(cast.shop(), lines=lines, total=1333, needs_attention="rates_unknown")
    assert rates(session, order, {1: 10, 2: 10}, None, clock)
    assert (sum(each.amount for each in order.lines), order.total, order.needs_attention) == (1466, 1466, "")


def test_points_and_coupons_stay_taken_off_when_the_prices_get_their_tax(
    cast: Cast, session: Session, clock: Clock
) -> None:
    lines = [line(1000, None, tax_included=False)]
    facts = {"points_used": 100, "coupon": 50, "discount": 30, "shipping_fee": 500, "total": 1320}
    order = cast.order(cast.shop(), lines=lines, needs_attention="rates_unknown", **facts)
    assert rates(session, order, {1: 10}, None, clock)
    assert (order.total, order.needs_attention) == (1420, "")


def test_a_total_that_the_file_stated_is_never_changed(cast: Cast, session: Session, clock: Clock) -> None:
    order = cast.order(
        cast.shop(), lines=[line(1000, None, tax_included=False)], total=1100, needs_attention="rates_unknown"
    )
    assert rates(session, order, {1: 8}, None, clock)
    assert (order.total, order.needs_attention) == (1100, "amounts_do_not_add_up")
