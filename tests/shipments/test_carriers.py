from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shipments.rules.carrier_table import CARRIERS, Carrier, TimeSlot
from portal.shipments.rules.carriers import (
    carrier,
    check_digit_ok,
    format_number,
    identify,
    number_shape_ok,
    plain_number,
    service,
    slot_of,
    slot_words,
    slots_offered,
    takes_date,
    tracking_url,
)

WORDINGS: list[tuple[str, tuple[str, str] | None]] = [
    ("ヤマト運輸 宅急便", ("yamato", "宅急便")),
    ("ヤマト運輸　宅急便コンパクト", ("yamato", "宅急便コンパクト")),
    ("ネコポス", ("yamato", "ネコポス")),
    ("クロネコヤマト", ("yamato", "")),
    ("ヤマト運輸", ("yamato", "")),
    ("クロネコゆうパケット", ("yamato", "クロネコゆうパケット")),
    ("ヤマト運輸 クロネコゆうメール", ("yamato", "クロネコゆうメール")),
    ("ヤマト運輸 DM便", ("yamato", "クロネコDM便")),
    ("クール宅急便（冷蔵）", ("yamato", "宅急便")),
    ("ヤマト運輸 楽天市場 コンビニ受取", ("yamato", "")),
    ("YAMATO", ("yamato", "")),
    ("1001", ("yamato", "")),
    ("佐川急便 飛脚宅配便", ("sagawa", "飛脚宅配便")),
    ("佐川急便", ("sagawa", "")),
    ("飛脚メール便", ("sagawa", "飛脚メール便")),
    ("佐川急便 飛脚ゆうメール便", ("sagawa", "飛脚ゆうメール便")),
    ("飛脚ゆうパケット便", ("sagawa", "飛脚ゆうパケット便")),
    ("１００２", ("sagawa", "")),
    ("日本郵便 ゆうパック", ("japanpost", "ゆうパック")),
    ("ﾕｳﾊﾟｯｸ", ("japanpost", "ゆうパック")),
    ("ゆうパケット（厚さ3cm以内）", ("japanpost", "ゆうパケット")),
    ("ゆうパケットポスト", ("japanpost", "ゆうパケットポスト")),
    ("ゆうメール", ("japanpost", "ゆうメール")),
    ("レターパック プラス", ("japanpost", "レターパックプラス")),
    ("レターパック・ライト", ("japanpost", "レターパックライト")),
    ("レターパック", ("japanpost", "レターパック")),
    ("スマートレター", ("japanpost", "スマートレター")),
    ("クリックポスト", ("japanpost", "クリックポスト")),
    ("定形外郵便（特定記録）", ("japanpost", "特定記録郵便")),
    ("日本郵便 定形外郵便", ("japanpost", "定形外郵便")),
    ("日本郵便", ("japanpost", "")),
    ("1003", ("japanpost", "")),
    ("福山通運 宅配便", ("fukuyama", "")),
    ("1006", ("fukuyama", "")),
    ("西濃運輸", ("seino", "")),
    ("カンガルーミニ便", ("seino", "カンガルーミニ便")),
    ("エコ配 宅配便", ("other", "")),
    ("トナミ運輸", ("other", "")),
    ("その他", ("other", "")),
    ("1008", ("other", "")),
    # Codes and names of channels: Rakuten, Yahoo!, Shopify, LOGILESS, BASE, B2クラウド.
    ("1001 ヤマト運輸", ("yamato", "")),
    ("Yamato (JA)", ("yamato", "")),
    ("Yamato Transport", ("yamato", "")),
    ("yamato_nekoposu", ("yamato", "ネコポス")),
    ("yamato_compact", ("yamato", "宅急便コンパクト")),
    ("ヤマト運輸(クロネコヤマト)", ("yamato", "")),
    ("ヤマト宅急便 60サイズ", ("yamato", "宅急便")),
    ("ヤマトクール便", ("yamato", "")),
    ("【ヤマト】で発送", ("yamato", "")),
    ("宅急便コレクト", ("yamato", "宅急便")),
    ("Sagawa (EN)", ("sagawa", "")),
    ("SAGAWA EXPRESS", ("sagawa", "")),
    ("sagawa_yu_mail", ("sagawa", "飛脚ゆうメール便")),
    ("佐川宅配便", ("sagawa", "")),
    ("佐川急便 e飛伝", ("sagawa", "")),
    ("飛脚クール便（冷凍）", ("sagawa", "飛脚宅配便")),
    ("Japan Post (JA)", ("japanpost", "")),
    ("you_pack", ("japanpost", "ゆうパック")),
    ("yu_packet_2cm", ("japanpost", "ゆうパケット")),
    ("letter_pack_plus", ("japanpost", "レターパックプラス")),
    ("click_post", ("japanpost", "クリックポスト")),
    ("EMS（国際スピード郵便）", ("japanpost", "EMS")),
    ("普通郵便", ("japanpost", "")),
    ("日本郵便(ゆうパック) チルド", ("japanpost", "ゆうパック")),
    ("福通", ("fukuyama", "")),
    ("西濃運輸 カンガルー特急便", ("seino", "カンガルー特急便")),
    ("seino_express", ("seino", "カンガルー特急便")),
    ("1011", ("other", "")),
    ("日本通運", ("other", "")),
    ("エコ配JP", ("other", "")),
    ("FedEx International Priority", ("other", "")),
    ("自社便（チャーター）", ("other", "")),
    ("宅配便", None),
    ("通常配送（送料無料）", None),
    ("メール便", None),
    ("ヤマト運輸または佐川急便", None),
    # Names that merely contain a carrier's.
    ("ヤマト糊工業 直送", None),
    ("ヤマト糊 便箋セット", None),
    ("宇宙戦艦ヤマト便り", None),
    ("大和ヤマト食品便", None),
    ("佐川商店 配達", None),
    ("佐川町役場前 受取", None),
    ("(株)佐川印刷", None),
    ("クロネコ雑貨の店から発送", None),
    ("飛脚うどん 店頭渡し", None),
    ("カンガルーのぬいぐるみ便", None),
    ("西濃観光バス", None),
    ("毎日通常便", None),
    ("久留米かすり 工房直送", None),
    ("福通商事 取次", None),
    ("Yamatoya Delivery", None),
    ("Sagawaya", None),
    ("Gems Delivery", None),
    ("郵便局で受け取り", None),
    ("コンパクト便", None),
    ("配送会社おまかせ", None),
    ("1", None),
    ("6", None),
    ("10010", None),
    ("", None),
    # Digits alone never identify a carrier.
    ("444413758703", None),
    ("4055-4842-4886", None),
]


def test_the_table_is_as_long_as_it_says() -> None:
    assert len({words for words, _expected in WORDINGS}) == len(WORDINGS)
    assert sum(expected is not None for _words, expected in WORDINGS) >= 60


@pytest.mark.parametrize(("words", "expected"), WORDINGS)
def test_the_carrier_comes_from_the_words(words: str, expected: tuple[str, str] | None) -> None:
    assert identify(words) == expected


@pytest.mark.parametrize("known", CARRIERS, ids=lambda known: known.code)
def test_every_name_in_the_table_identifies_itself(known: Carrier) -> None:
    for offer in known.services:
        assert identify(offer.name) == (known.code, offer.name)
        assert service(known.code, offer.name) is offer
    found = identify(known.name)
    assert found is not None
    assert found.carrier == known.code


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("yamato", "ネコポス"),
        ("yamato", "クロネコゆうメール"),
        ("yamato", "クロネコDM便"),
        ("japanpost", "ゆうパケット"),
        ("japanpost", "ゆうメール"),
        ("japanpost", "レターパックプラス"),
        ("japanpost", "レターパックライト"),
        ("japanpost", "スマートレター"),
    ],
)
def test_no_date_can_be_asked_for_what_goes_into_the_letter_box(code: str, name: str) -> None:
    assert not takes_date(code, name)


@pytest.mark.parametrize(
    ("code", "name"), [("yamato", "宅急便"), ("sagawa", ""), ("japanpost", "ゆうパック"), ("other", "")]
)
def test_a_date_can_be_asked_for_a_parcel(code: str, name: str) -> None:
    assert takes_date(code, name)


@pytest.mark.parametrize(
    ("code", "number", "expected"),
    [
        # These are sample numbers from public documentation.
        ("yamato", "444413758703", True),
        ("sagawa", "5125-4751-4334", True),
        ("japanpost", "４０５５－４８４２－４８８６", True),
        ("yamato", "444413758704", False),
        ("yamato", "12345678901", None),
        ("japanpost", "EA123456789JP", None),
        ("seino", "444413758704", None),
        ("fukuyama", "444413758704", None),
        ("other", "444413758704", None),
        ("yamato", "", None),
    ],
)
def test_the_check_digit_is_judged_only_where_there_is_one(code: str, number: str, expected: bool | None) -> None:
    assert check_digit_ok(code, number) is expected


@given(st.integers(0, 10**11 - 1))
def test_one_last_digit_of_ten_fits(body: int) -> None:
    assert sum(bool(check_digit_ok("yamato", f"{body:011}{last}")) for last in range(10)) == 1


@pytest.mark.parametrize(
    ("code", "number", "expected"),
    [
        ("yamato", "1234-5678-9010", True),
        ("yamato", "12345", False),
        ("japanpost", "EA123456789JP", True),
        ("seino", "1234567890", True),
        ("other", "ABC-1", True),
    ],
)
def test_a_number_of_another_shape_is_noticed(code: str, number: str, expected: bool) -> None:
    assert number_shape_ok(code, number) is expected


def test_numbers_are_shown_in_groups_and_kept_without() -> None:
    assert format_number("１２３４－５６７８ 9012") == "1234-5678-9012"
    assert format_number("1234567890") == "1234567890"
    assert format_number("ea123456789jp") == "EA123456789JP"
    assert plain_number(" 1234-5678-9012 ") == "123456789012"


@pytest.mark.parametrize("known", CARRIERS, ids=lambda known: known.code)
def test_the_tracking_link_carries_the_number_without_hyphens(known: Carrier) -> None:
    url = tracking_url(known.code, "4444-1375-8703")
    if known.code == "other":
        assert url is None
    else:
        assert url is not None
        assert url.startswith("https://")
        assert "444413758703" in url
    assert tracking_url(known.code, "") is None


def test_a_number_cannot_leave_its_place_in_the_link() -> None:
    assert tracking_url("sagawa", "1&x=<2>") == "https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo=1X2"


def test_an_unknown_code_is_another_carrier() -> None:
    assert carrier("nobody").name == "その他"


MORNING = TimeSlot(None, 12)


@pytest.mark.parametrize(
    ("code", "text", "slot", "words"),
    [
        ("yamato", "0812", MORNING, "午前中"),
        ("yamato", "1416", TimeSlot(14, 16), "14時〜16時"),
        ("yamato", "0010", TimeSlot(None, 10), "10時まで"),
        ("sagawa", "01", MORNING, "午前中"),
        ("sagawa", "04", TimeSlot(18, 21), "18時〜21時"),
        ("sagawa", "19", TimeSlot(19, 21), "19時〜21時"),
        ("japanpost", "51", MORNING, "午前中"),
        ("japanpost", "57", TimeSlot(19, 21), "19時〜21時"),
        ("other", "1820", TimeSlot(18, 20), "18時〜20時"),
        ("", "午前中（8時～12時）", MORNING, "午前中"),
        ("", "時間帯指定[午前中]", MORNING, "午前中"),
        ("", "14:00～16:00", TimeSlot(14, 16), "14時〜16時"),
        ("", "14時-16時", TimeSlot(14, 16), "14時〜16時"),
        ("", "１８〜２０時頃", TimeSlot(18, 20), "18時〜20時"),
        ("", "9-12", TimeSlot(9, 12), "9時〜12時"),
        ("", "夕方", None, "夕方"),
        ("", "2114", None, "2114"),
        ("yamato", "01", None, "01"),
        ("", "", None, ""),
    ],
)
def test_a_time_slot_is_read_from_codes_and_words(code: str, text: str, slot: TimeSlot | None, words: str) -> None:
    assert slot_of(code, text) == slot
    assert slot_words(code, text) == words


EVENING = ["16時〜18時", "18時〜20時"]


@pytest.mark.parametrize(
    ("code", "on", "offered"),
    [
        ("yamato", date(2017, 6, 18), ["午前中", "12時〜14時", "14時〜16時", *EVENING, "20時〜21時"]),
        ("yamato", date(2017, 6, 19), ["午前中", "14時〜16時", *EVENING, "19時〜21時"]),
        ("yamato", date(2026, 12, 1), ["午前中", "14時〜16時", *EVENING, "19時〜21時"]),
        ("sagawa", date(2026, 12, 1), ["午前中", "12時〜14時", "14時〜16時", *EVENING, "18時〜21時", "19時〜21時"]),
        ("japanpost", date(2024, 9, 30), ["午前中", "12時〜14時", "14時〜16時", *EVENING, "19時〜21時", "20時〜21時"]),
        ("japanpost", date(2024, 10, 1), ["午前中", "12時〜14時", "14時〜16時", *EVENING, "19時〜21時"]),
        ("fukuyama", date(2026, 12, 1), []),
    ],
)
def test_a_carrier_offers_the_time_slots_of_the_day_on_which_the_parcel_is_handed_over(
    code: str, on: date, offered: list[str]
) -> None:
    assert [slot.words for slot in slots_offered(code, on)] == offered


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [("yamato", "1214", "12時〜14時"), ("yamato", "2021", "20時〜21時"), ("japanpost", "56", "20時〜21時")],
)
def test_a_slot_that_has_ended_is_still_read_in_what_was_ordered_then(code: str, text: str, words: str) -> None:
    assert slot_words(code, text) == words
