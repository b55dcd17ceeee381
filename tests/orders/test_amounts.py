import pytest

from portal.orders.rules.amounts import AmountProblem, Charges, settle_order
from portal.values.tax import PointsMode


def charges(total: int, **changes: int | None) -> Charges:
    facts: dict[str, int | None] = {
        "fees": 0,
        "fee_rate": 10,
        "discount": 0,
        "coupon": 0,
        "mall_coupon": 0,
        "points": 0,
    }
    return Charges(total=total, **(facts | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mode", "bases"), [(PointsMode.DISCOUNT, {8: 530, 10: 539}), (PointsMode.MEANS, {8: 540, 10: 550})]
)
def test_points_lower_the_bases_only_as_a_discount(mode: PointsMode, bases: dict[int, int]) -> None:
    amounts = settle_order([(8, 540), (10, 550)], charges(1069, points=21), mode)
    assert amounts.settlement is not None
    assert (amounts.settlement.bases, amounts.settlement.to_pay) == (bases, 1069)


def test_fees_join_the_rate_the_file_gives_them() -> None:
    amounts = settle_order([(8, 1080)], charges(1630, fees=550), PointsMode.DISCOUNT)
    assert amounts.subtotal == 1080
    assert amounts.settlement is not None
    assert amounts.settlement.bases == {8: 1080, 10: 550}


def test_a_coupon_and_a_discount_come_off_pro_rata() -> None:
    amounts = settle_order([(8, 1000), (10, 1000)], charges(1700, discount=100, coupon=200), PointsMode.DISCOUNT)
    assert amounts.settlement is not None
    assert amounts.settlement.bases == {8: 850, 10: 850}


@pytest.mark.parametrize(
    ("mode", "bases", "means"),
    [(PointsMode.DISCOUNT, {8: 900, 10: 900}, 300), (PointsMode.MEANS, {8: 950, 10: 950}, 400)],
)
def test_a_coupon_of_the_mall_pays_and_leaves_the_bases(mode: PointsMode, bases: dict[int, int], means: int) -> None:
    """2,000 less the shop's coupon of 100, and by mode less 100 points; the mall's 300 come from the mall."""
    facts = charges(1500, coupon=100, points=100, mall_coupon=300)
    settlement = settle_order([(8, 1000), (10, 1000)], facts, mode).settlement
    assert settlement is not None
    assert (settlement.bases, settlement.points, settlement.to_pay) == (bases, means, 1500)


def test_a_mall_coupon_above_what_is_to_be_paid_does_not_add_up() -> None:
    facts = charges(0, mall_coupon=501)
    assert settle_order([(8, 500)], facts, PointsMode.DISCOUNT).problem is AmountProblem.DO_NOT_ADD_UP


@pytest.mark.parametrize(
    ("lines", "facts"),
    [([(None, 500)], charges(500)), ([(8, 500)], charges(1000, fees=500, fee_rate=None))],
)
def test_an_unknown_rate_is_never_guessed(lines: list[tuple[int | None, int]], facts: Charges) -> None:
    amounts = settle_order(lines, facts, PointsMode.DISCOUNT)
    assert (amounts.settlement, amounts.problem) == (None, AmountProblem.RATES_UNKNOWN)


def test_no_fee_needs_no_fee_rate() -> None:
    assert settle_order([(8, 500)], charges(500, fee_rate=None), PointsMode.DISCOUNT).problem is None


@pytest.mark.parametrize("facts", [charges(999), charges(0, discount=2000), charges(-1, points=501)])
def test_a_total_that_does_not_follow_from_the_lines_is_said(facts: Charges) -> None:
    assert settle_order([(8, 500)], facts, PointsMode.DISCOUNT).problem is AmountProblem.DO_NOT_ADD_UP


def test_an_order_of_nothing_is_settled_at_zero() -> None:
    amounts = settle_order([(8, 500)], charges(0, points=500), PointsMode.MEANS)
    assert amounts.settlement is not None
    assert amounts.settlement.to_pay == 0
