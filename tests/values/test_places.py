"""What a postcode fills in, and what it leaves as it is."""

import pytest

from portal.values.places import Filled, Place, filled, places_of


@pytest.mark.parametrize("typed", ["530-0001", "５３０－０００１", "5300001", "〒530-0001"])
def test_a_postcode_in_any_width_names_its_town(typed: str) -> None:
    assert places_of(typed) == (Place("大阪府", "大阪市北区", "梅田"),)


def test_a_company_has_a_postcode_of_its_own() -> None:
    assert places_of("100-8111") == (Place("東京都", "千代田区", "千代田1-1"),)


@pytest.mark.parametrize("typed", ["", "53000", "999-9999", "梅田"])
def test_what_is_no_postcode_names_nothing(typed: str) -> None:
    assert places_of(typed) == ()


def test_a_postcode_may_stand_for_several_towns() -> None:
    several = places_of("498-0000")
    assert len(several) > 1
    assert all(place.prefecture for place in several)


UMEDA = (Place("大阪府", "大阪市北区", "梅田"),)
TWO = (Place("京都府", "京都市上京区", "北町"), Place("京都府", "京都市上京区", "南町"))


@pytest.mark.parametrize(
    ("prefecture", "address", "places", "chosen", "result"),
    [
        ("", "", UMEDA, "", Filled("大阪府", "大阪市北区梅田")),
        ("", "北区1-2-3", UMEDA, "", Filled("大阪府", "北区1-2-3")),
        ("東京都", "", UMEDA, "", Filled("東京都", "大阪市北区梅田")),
        ("", "", TWO, "", Filled("京都府", "")),
        ("", "", TWO, "京都市上京区南町", Filled("京都府", "京都市上京区南町")),
        ("", "自分で書いた住所", TWO, "京都市上京区南町", Filled("京都府", "自分で書いた住所")),
        ("", "", TWO, "どこか別の町", Filled("京都府", "")),
        ("", "", (), "", Filled("", "")),
    ],
)
def test_what_was_typed_is_never_overwritten(
    prefecture: str, address: str, places: tuple[Place, ...], chosen: str, result: Filled
) -> None:
    assert filled(prefecture, address, places, chosen) == result
