"""An address in one line, and split into its parts."""

import pytest

from portal.values.addresses import Parts, parts


@pytest.mark.parametrize(
    ("prefecture", "rest", "expected"),
    [
        ("大阪府", "大阪市北区梅田1-2-3 メゾン桜 405", Parts("大阪府", "大阪市", "北区梅田1-2-3", "メゾン桜 405")),
        ("大阪府", "大阪府大阪市北区梅田1-2-3", Parts("大阪府", "大阪市", "北区梅田1-2-3", "")),
        ("", "東京都千代田区千代田1-1　皇居前ビル", Parts("東京都", "千代田区", "千代田1-1", "皇居前ビル")),
        ("北海道", "余市郡余市町黒川町1-2", Parts("北海道", "余市郡余市町", "黒川町1-2", "")),
        ("京都府", "京都市 下京区四条通1-1", Parts("京都府", "京都市", "下京区四条通1-1", "")),
        ("", "12 Baker Street London", Parts("", "", "12", "Baker Street London")),
        ("", "", Parts("", "", "", "")),
    ],
)
def test_the_parts_of_an_address(prefecture: str, rest: str, expected: Parts) -> None:
    assert parts(prefecture, rest) == expected
