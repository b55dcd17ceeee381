"""Shipping and payment fees after a change of address or of payment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.subscriptions.schedule.amounts import Fees
from portal.subscriptions.schedule.fees import payment_fee, shipping_fee
from portal.values.prefectures import PREFECTURES

TABLE = {"": 600, "北海道": 1200, "大阪府": 0}


@pytest.mark.parametrize(
    ("prefecture", "table", "fee"),
    [
        ("北海道", TABLE, 1200),
        ("東京都", TABLE, 600),
        ("大阪府", TABLE, 0),
        ("", TABLE, 600),
        ("東京都", {"北海道": 1200}, 500),
        ("東京都", {}, 500),
    ],
)
def test_shipping_costs_what_the_table_says_and_stays_where_it_says_nothing(
    prefecture: str, table: dict[str, int], fee: int
) -> None:
    assert shipping_fee(prefecture, table, 500) == fee


@pytest.mark.parametrize(("method", "fee"), [("代金引換", 330), ("クレジットカード", 0), ("NP後払い", 220), ("", 220)])
def test_payment_costs_what_the_table_says_and_stays_where_it_says_nothing(method: str, fee: int) -> None:
    assert payment_fee(method, {"代金引換": 330, "クレジットカード": 0}, 220) == fee


yen = st.integers(0, 9_999_999)


@given(
    prefecture=st.sampled_from(("", *PREFECTURES)),
    table=st.dictionaries(st.sampled_from(("", *PREFECTURES)), yen),
    standing=yen,
    free=st.booleans(),
    off=yen,
)
def test_no_address_makes_the_shipping_cost_less_than_nothing(
    prefecture: str, table: dict[str, int], standing: int, free: bool, off: int
) -> None:
    fee = shipping_fee(prefecture, table, standing)
    charged = Fees(shipping=fee, cool=0, payment=0, coupon=0, free_shipping=free, shipping_off=off).shipping_charged
    assert fee >= 0
    assert charged == (0 if free else max(0, fee - off))


@given(method=st.text(), table=st.dictionaries(st.text(), yen), standing=yen)
def test_no_payment_costs_less_than_nothing(method: str, table: dict[str, int], standing: int) -> None:
    assert payment_fee(method, table, standing) >= 0
