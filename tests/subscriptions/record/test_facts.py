"""Turning a subscription's row into the facts that the arithmetic takes."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from portal.models import ClosedDay, ListedAddress
from portal.subscriptions.record.facts import address_of, facts_of, frame_of, timing_of
from portal.subscriptions.schedule import Cycle, methods, plan
from tests.cast import Cast


@pytest.mark.parametrize(
    ("carrier", "method", "has_date"),
    [
        ("yamato", "宅急便", True),
        ("yamato", "ネコポス", False),
        ("yamato", "ヤマト運輸 ﾈｺﾎﾟｽ", False),
        ("yamato", "DM便", False),
        ("japanpost", "ゆうパケット", False),
        ("japanpost", "ゆうパック", True),
        ("japanpost", "ゆうメール", False),
        ("japanpost", "レターパックライト", False),
        ("japanpost", "スマートレター", False),
        ("sagawa", "飛脚宅配便", True),
        ("", "", True),
        ("other", "店長が届けます", True),
    ],
)
def test_the_words_of_a_method_say_whether_it_has_a_date(carrier: str, method: str, has_date: bool) -> None:
    assert methods.has_date(carrier, method) == has_date
    assert methods.collects_money(carrier, method, []) == has_date


def test_a_shop_may_name_methods_of_its_own() -> None:
    assert methods.dateless_days("other", "ポスト便", {"ポスト便": 2}) == 2
    assert methods.dateless_days("yamato", "ネコポス", {"ネコポス": 3}) == 3
    assert methods.dateless_days("yamato", "ネコポス", {}) == 4
    assert methods.dateless_days("yamato", "宅急便", {}) is None
    assert not methods.collects_money("other", "自社便", ["自社便"])


def test_a_stored_subscription_has_the_plan_it_was_stored_with(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop)
    facts = facts_of(session, cast.subscription(shop), frame_of(session, shop.id))
    first, second = plan(facts, 2)
    assert facts.cycle == Cycle.parse("months:1@15")
    assert (first.creation_on, first.ship_on, first.delivery_on) == (
        date(2026, 12, 4),
        date(2026, 12, 11),
        date(2026, 12, 15),
    )
    assert (second.delivery_on, second.total) == (date(2027, 1, 15), 1580)
    assert facts.timing.ship_on(first.delivery_on) == first.ship_on, "the cast agrees with the rules"


def test_closed_days_and_weekdays_of_the_shop_are_known(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop, closed_weekdays=["sun"], closed_on_holidays=True)
    session.add(ClosedDay(shop_id=shop.id, day=date(2026, 12, 30)))
    session.flush()
    calendar = timing_of(session, cast.subscription(shop), frame_of(session, shop.id)).calendar
    closed = [date(2026, 12, 27), date(2026, 12, 30), date(2027, 1, 1)]
    assert [calendar.is_open(day) for day in [*closed, date(2026, 12, 28)]] == [False, False, False, True]


def test_where_it_goes_decides_the_days_on_the_way(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    cast.rules(shop)
    listed = ListedAddress(
        shop_id=shop.id,
        email_key="hanako@example.jp",
        recipient_name="山田 次郎",
        prefecture="北海道",
        address="札幌市中央区1-1",
        created_at=cast.now,
    )
    session.add(listed)
    session.flush()
    home = cast.subscription(shop, "1")
    far = cast.subscription(shop, "2", delivery_to="listed", listed_address_id=listed.id)
    own = cast.subscription(shop, "3", delivery_to="own", recipient_name="鈴木 一", recipient_prefecture="東京都")
    assert [address_of(session, one).name for one in (home, far, own)] == ["山田 花子", "山田 次郎", "鈴木 一"]
    assert [timing_of(session, one, frame_of(session, one.shop_id)).transit_days for one in (home, far, own)] == [
        1,
        3,
        1,
    ]
    assert timing_of(session, home, frame_of(session, home.shop_id), prefecture="北海道").transit_days == 3
