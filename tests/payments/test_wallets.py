import pytest

from portal.payments.rules.wallets import Way, way_of


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("クレジットカード", Way.CARD),
        ("クレジットカード決済（VISA）", Way.CARD),
        ("Amazon Pay", Way.WALLET),
        ("ＡｍａｚｏｎＰａｙ", Way.WALLET),
        ("PayPal", Way.WALLET),
        ("LINE Pay", Way.WALLET),
        ("あと払い（ペイディ）", Way.WALLET),
        ("NP後払い", Way.DEFERRED),
        ("代金引換", Way.OTHER),
        ("銀行振込", Way.OTHER),
        ("PayPay", Way.OTHER),
        ("", Way.OTHER),
    ],
)
def test_what_can_be_authorised_when_an_order_is_made(words: str, way: Way) -> None:
    assert way_of(words) is way


def test_a_shops_own_words_are_read_too() -> None:
    assert way_of("ゼウス", {"ゼウス": "card"}) is Way.CARD
