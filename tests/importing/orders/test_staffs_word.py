"""Importing a file after staff have corrected or decided something about its orders."""

import pytest
from sqlalchemy.orm import Session

from portal.access.correcting import Buyer, correct_buyer
from portal.models import Shop
from portal.orders.rates import set_rates
from portal.payments.deciding import decide
from portal.payments.rules.methods import PaymentClass
from portal.payments.rules.payment_states import PaymentState
from portal.values.tax import PointsMode, Rounding
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import CREATED, UPDATED, order, outcomes, table, take_in, the_order

SUZUKI = "staff:suzuki"


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop(default_tax_rate=None)


def take(session: Session, shop: Shop, clock: Clock, **cells: str) -> dict[str, int]:
    return dict(outcomes(take_in(session, shop, table(order(**cells)), clock.forward(minutes=1))))


def test_a_name_and_an_address_that_staff_corrected_stay(shop: Shop, session: Session, clock: Clock) -> None:
    assert take(session, shop, clock, 購入者名="山田 化子") == CREATED
    found = the_order(session)
    right = Buyer("山田 花子", found.buyer_kana, found.phone, "hana@example.jp")
    correct_buyer(session, shop, found, right, actor=SUZUKI, now=clock())
    session.commit()
    assert take(session, shop, clock, 購入者名="山田 化子", 注文ステータス="出荷作業中") == UPDATED
    found = the_order(session)
    assert (found.buyer_name, found.email, found.email_key) == ("山田 花子", "hana@example.jp", "hana@example.jp")
    assert found.status == "picking", "everything else still comes from the file"


def test_a_rate_that_staff_said_stays_while_the_file_says_none(shop: Shop, session: Session, clock: Clock) -> None:
    assert take(session, shop, clock, 税率="") == CREATED
    found = the_order(session)
    assert found.needs_attention == "rates_unknown"
    kinds = {"rounding": Rounding.DOWN, "points_mode": PointsMode.DISCOUNT}
    set_rates(session, found, {1: 8}, None, **kinds, actor=SUZUKI, now=clock())
    session.commit()
    take(session, shop, clock, 税率="", 注文ステータス="出荷作業中")
    found = the_order(session)
    assert ([line.tax_rate for line in found.lines], found.needs_attention) == ([8], "")
    take(session, shop, clock, 税率="10", 注文ステータス="出荷作業中")
    assert [line.tax_rate for line in the_order(session).lines] == [10], "a file that knows it is believed"


def test_a_decision_on_the_payment_holds_until_the_method_is_another_one(
    shop: Shop, session: Session, clock: Clock
) -> None:
    take(session, shop, clock, 支払方法="前払")
    decide(
        session,
        the_order(session),
        state=PaymentState.PAID,
        payment_class=PaymentClass.SHOP,
        actor=SUZUKI,
        now=clock(),
    )
    session.commit()
    take(session, shop, clock, 支払方法="前払", 注文ステータス="出荷作業中")
    assert the_order(session).payment_class == "shop"
    take(session, shop, clock, 支払方法="代金引換")
    assert the_order(session).payment_class == ""
