"""Which orders go to somebody else, so that name and code, which stand on the parcel, open the parcel only."""

from dataclasses import dataclass, replace

import pytest

from portal.access.rules.gifts import goes_to_another, opens_parcel_only


@dataclass(frozen=True)
class Order:
    buyer_name: str = "山田 花子"
    buyer_kana: str = "ヤマダ ハナコ"
    postcode: str = "530-0001"
    prefecture: str = "大阪府"
    address: str = "大阪市北区梅田1-2-3 メゾン桜 405"
    recipient_name: str = ""
    recipient_postcode: str = ""
    recipient_prefecture: str = ""
    recipient_address: str = ""


SAME = {
    "recipient_name": "山田花子",
    "recipient_postcode": "5300001",
    "recipient_prefecture": "大阪府",
    "recipient_address": "大阪市北区梅田１丁目２番３号メゾン桜４０５",
}


@pytest.mark.parametrize(
    "recipient",
    [
        {},
        SAME,
        SAME | {"recipient_name": "山田 花子 様"},
        SAME | {"recipient_name": "ヤマダ ハナコ"},
        SAME | {"recipient_name": ""},
        SAME | {"recipient_postcode": ""},
        SAME | {"recipient_prefecture": "", "recipient_address": "大阪府大阪市北区梅田1-2-3 メゾン桜405"},
        SAME | {"recipient_prefecture": ""},
        {"recipient_name": "山田花子"},
        {"recipient_name": " "},
        # A channel that tells of no address of the buyer's.
        SAME | {"postcode": "", "prefecture": "", "address": ""},
    ],
)
def test_the_same_person_at_the_same_door_is_the_buyer(recipient: dict[str, str]) -> None:
    assert not goes_to_another(replace(Order(), **recipient))


@pytest.mark.parametrize(
    "recipient",
    [
        SAME | {"recipient_name": "佐藤 太郎"},
        SAME | {"recipient_name": "山田 一郎"},
        {"recipient_name": "山田"},
        SAME | {"recipient_address": "大阪市北区梅田1-2-4 メゾン桜 405"},
        SAME | {"recipient_address": "大阪市北区梅田1-2-3 メゾン桜 406"},
        SAME | {"recipient_prefecture": "東京都"},
        SAME | {"recipient_postcode": "530-0002"},
        {"recipient_address": "京都市下京区四条通1-1"},
    ],
)
def test_another_name_or_another_door_is_somebody_else(recipient: dict[str, str]) -> None:
    order = replace(Order(), **recipient)
    assert goes_to_another(order)
    assert opens_parcel_only(order, by_link=False)
    assert not opens_parcel_only(order, by_link=True), "the link stands in the buyer's mail only"
