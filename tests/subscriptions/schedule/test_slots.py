"""Time slots that a delivery can ask for, and those it no longer can."""

from datetime import date

import pytest

from portal.subscriptions.schedule.slots import Slots

TODAY = date(2026, 12, 1)
OWN = Slots(own=["夜9時以降", "20時〜21時"], refused=["14時〜16時", "午前中"])


@pytest.mark.parametrize(
    ("carrier", "method", "words", "is_offered"),
    [
        ("yamato", "宅急便", "14時〜16時", True),
        ("yamato", "宅急便", "12時〜14時", False),
        ("yamato", "宅急便", "12:00～14:00", False),
        ("yamato", "宅急便", "1214", False),
        ("yamato", "宅急便", "20-21", False),
        ("yamato", "宅急便", "18時〜21時", False),  # 佐川急便's
        ("yamato", "宅急便タイムサービス", "17時まで", True),
        ("sagawa", "飛脚宅配便", "12時〜14時", True),
        ("japanpost", "ゆうパック", "20時〜21時", False),
        ("japanpost", "ゆうパック", "56", False),
        ("japanpost", "ゆうパック", "12時〜14時", True),
        ("", "ゆうパック", "20時〜21時", False),
        ("", "宅配便", "20時〜21時", True),
        ("seino", "カンガルー便", "12時〜14時", True),
        ("yamato", "宅急便", "玄関前に置く", True),
    ],
)
def test_a_slot_is_offered_if_the_carrier_still_has_it(carrier: str, method: str, words: str, is_offered: bool) -> None:
    assert Slots().offers(carrier, method, words, TODAY) is is_offered


def test_a_shop_adds_slots_and_takes_slots_away() -> None:
    assert OWN.offered("yamato", "宅急便", TODAY) == [
        "16時〜18時",
        "18時〜20時",
        "19時〜21時",
        "夜9時以降",
        "20時〜21時",
    ]
    assert OWN.offers("yamato", "宅急便", "20時〜21時", TODAY)
    for words in ("午前中", "0812", "14:00-16:00"):
        assert not OWN.offers("yamato", "宅急便", words, TODAY), words


@pytest.mark.parametrize(
    ("carrier", "method", "words", "since"),
    [
        ("yamato", "", "12時〜14時", date(2017, 6, 19)),
        ("japanpost", "", "20時〜21時", date(2024, 10, 1)),
        ("", "ゆうパック", "20-21", date(2024, 10, 1)),
        ("yamato", "", "18時〜21時", None),
        ("yamato", "", "14時〜16時", None),
    ],
)
def test_since_when_a_carrier_no_longer_takes_a_slot(carrier: str, method: str, words: str, since: date | None) -> None:
    assert Slots().lapsed_since(carrier, method, words) == since
