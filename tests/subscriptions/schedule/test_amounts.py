from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.subscriptions.schedule import Fees, PlanItem, Points, charge, is_used_up
from tests.subscriptions.schedule.plans import CUP, FEES, GIFT, POINTS, TEA

MADE_ON = date(2026, 12, 1)
yen = st.integers(-1_000, 100_000)
all_points = st.builds(
    Points,
    use=st.sampled_from(["none", "next", "always", "all"]),
    each=st.integers(-10, 5_000),
    balance=st.integers(-10, 5_000),
    expire_on=st.one_of(st.none(), st.dates(date(2026, 11, 25), date(2026, 12, 5))),
    member=st.booleans(),
)
all_fees = st.builds(
    Fees, shipping=yen, cool=yen, payment=yen, coupon=yen, free_shipping=st.booleans(), shipping_off=yen
)
all_items = st.lists(
    st.builds(
        replace,
        st.just(TEA),
        quantity=st.integers(0, 20),
        first_price=yen,
        later_price=yen,
        remaining=st.one_of(st.none(), st.integers(0, 3)),
        bundled_gift=st.booleans(),
    ),
    max_size=4,
)


def test_the_first_price_is_that_of_the_first_order_only() -> None:
    assert charge([TEA], FEES, POINTS, 1, MADE_ON, ship_on=MADE_ON).subtotal == 1000
    assert charge([TEA], FEES, POINTS, 2, MADE_ON, ship_on=MADE_ON).subtotal == 2000


def test_an_order_comes_to_its_goods_its_fees_and_what_is_taken_off() -> None:
    fees = Fees(shipping=550, cool=220, payment=330, coupon=100, free_shipping=False, shipping_off=200)
    cost = charge([TEA, CUP], fees, replace(POINTS, use="always", each=300, balance=1000), 2, MADE_ON, ship_on=MADE_ON)
    assert (cost.subtotal, cost.shipping, cost.cool, cost.payment_fee) == (2000, 350, 220, 330)
    assert (cost.coupon, cost.points_used, cost.total) == (100, 300, 2500)
    assert [(item.name, item.quantity, item.unit_price, item.tax_rate) for item in cost.items] == [
        ("八女茶 100g", 2, 1000, 8),
        ("湯のみ", 1, 0, 10),
    ]


def test_an_item_whose_deliveries_are_used_up_is_not_in_the_order() -> None:
    cost = charge([replace(TEA, remaining=0), replace(CUP, later_price=700)], FEES, POINTS, 3, MADE_ON, ship_on=MADE_ON)
    assert [item.product_code for item in cost.items] == ["CUP"]
    assert cost.subtotal == 700


def test_a_bundled_gift_is_in_the_order_and_named_as_one() -> None:
    assert [item.gift for item in charge([TEA, GIFT], FEES, POINTS, 2, MADE_ON, ship_on=MADE_ON).items] == [False, True]


@pytest.mark.parametrize(
    ("perk", "shipping"),
    [
        ({"free_shipping": True}, 0),
        ({"shipping_off": 200}, 350),
        ({"shipping_off": 550}, 0),
        ({"shipping_off": 900}, 0),
    ],
)
def test_the_perk_takes_off_shipping_and_never_more_than_it_costs(perk: dict[str, int], shipping: int) -> None:
    cost = charge([TEA], replace(FEES, **perk), POINTS, 2, MADE_ON, ship_on=MADE_ON)
    assert cost.shipping == shipping
    assert cost.total == 2000 + shipping


def test_a_coupon_larger_than_the_order_makes_it_free_and_takes_off_no_more() -> None:
    cost = charge(
        [TEA], replace(FEES, coupon=9999), replace(POINTS, use="all", balance=500), 2, MADE_ON, ship_on=MADE_ON
    )
    assert (cost.coupon, cost.points_used, cost.total) == (2550, 0, 0)


@pytest.mark.parametrize(
    ("changed", "used"),
    [
        pytest.param({"use": "none", "each": 300, "balance": 1000}, 0, id="none"),
        pytest.param({"use": "next", "each": 300, "balance": 1000}, 300, id="next"),
        pytest.param({"use": "always", "each": 300, "balance": 300}, 300, id="always, just enough"),
        pytest.param({"use": "always", "each": 300, "balance": 299}, 0, id="fewer than asked: the full price"),
        pytest.param({"use": "all", "each": 0, "balance": 1000}, 1000, id="all"),
        pytest.param({"use": "all", "each": 0, "balance": 9999}, 2550, id="all, more than the order costs"),
        pytest.param({"use": "always", "each": 3000, "balance": 3000}, 2550, id="asked for more than it costs"),
        pytest.param({"use": "all", "balance": 1000, "expire_on": date(2026, 12, 1)}, 1000, id="last day"),
        pytest.param({"use": "all", "balance": 1000, "expire_on": date(2026, 11, 30)}, 0, id="expired the day before"),
        pytest.param({"use": "all", "balance": 1000, "member": False}, 0, id="no member"),
        pytest.param({"use": "something else", "each": 300, "balance": 1000}, 0, id="a rule that does not exist"),
    ],
)
def test_points_pay_by_their_rule(changed: dict[str, object], used: int) -> None:
    cost = charge([TEA], FEES, Points(**(vars(POINTS) | changed)), 2, MADE_ON, ship_on=MADE_ON)
    assert cost.points_used == used
    assert cost.total == 2550 - used


@given(items=all_items, fees=all_fees, points=all_points, number=st.integers(1, 3))
def test_no_order_comes_to_less_than_nothing(items: list[PlanItem], fees: Fees, points: Points, number: int) -> None:
    cost = charge(items, fees, points, number, MADE_ON, ship_on=MADE_ON)
    assert cost.total >= 0
    assert cost.coupon >= 0
    assert 0 <= cost.points_used <= max(0, points.balance)
    assert cost.shipping >= 0
    gross = cost.subtotal + cost.shipping + cost.cool + cost.payment_fee
    assert cost.total == max(0, gross - cost.coupon - cost.points_used)


@pytest.mark.parametrize(
    ("items", "used_up"),
    [
        ([TEA], False),
        ([replace(TEA, remaining=1)], False),
        ([replace(TEA, remaining=0)], True),
        ([replace(TEA, remaining=0), CUP], False),
        ([replace(TEA, remaining=0), GIFT], True),
        ([GIFT], True),
        ([], True),
    ],
)
def test_a_gift_alone_keeps_no_subscription_going(items: list[PlanItem], used_up: bool) -> None:
    assert is_used_up(items) is used_up
