import pytest

from portal.values.emails import is_address, normalise, repaired


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hanako@example.jp", "hanako@example.jp"),
        (" Hanako.Yamada@EXAMPLE.JP ", "hanako.yamada@example.jp"),
        ("ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ", "hanako@example.jp"),
        ("mailto:hanako@example.jp", "hanako@example.jp"),
        ("hanako+shop@example.jp", "hanako+shop@example.jp"),
        ("hanako..@docomo.example.jp", "hanako..@docomo.example.jp"),
        ("hanako.@ezweb.example.jp", "hanako.@ezweb.example.jp"),
        ("hanako@さくら.jp", "hanako@xn--y8jl1n.jp"),
    ],
)
def test_the_same_buyer_has_the_same_key(text: str, expected: str) -> None:
    assert normalise(text) == expected
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hanako",
        "@example.jp",
        "hanako@",
        "hanako@localhost",
        "hanako@example..jp",
        "hanako@-example.jp",
        "hanako@192.168.0.1",
        "hanako@example.jp, taro@example.jp",
        "hanako@example.jp\r\nBcc: taro@example.jp",
        "花子 <hanako@example.jp>",
        "hana ko@example.jp",
        f"{'h' * 65}@example.jp",
        f"hanako@{'e' * 250}.jp",
    ],
)
def test_what_mail_cannot_be_sent_to_has_no_key(text: str) -> None:
    assert normalise(text) == ""
    assert not is_address(text)


def test_gmail_dots_and_tags_do_not_merge_buyers() -> None:
    assert normalise("ha.nako@example.jp") != normalise("hanako@example.jp")
    assert normalise("hanako+1@example.jp") != normalise("hanako@example.jp")


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("山田 花子 <hanako@example.jp>", "hanako@example.jp"),
        ('"hanako.."@docomo.example.jp', "hanako..@docomo.example.jp"),
        ("hanako@example.jp,", "hanako@example.jp"),
        ("；hanako＠example．jp；", "hanako@example.jp"),
        ("mailto:Hanako@example.jp", "Hanako@example.jp"),
        ("<MAILTO:hanako@example.jp>", "hanako@example.jp"),
        ("mailto://hanako@example.jp", "hanako@example.jp"),
        ('"hanako@example.jp"', "hanako@example.jp"),
        ("（hanako@example.jp）", "hanako@example.jp"),
        ("hana'ko@example.jp", "hana'ko@example.jp"),
        ("hanako @ example.jp", "hanako@example.jp"),
        ("hanako@example.jp, HANAKO@example.jp", "HANAKO@example.jp"),
        # Which of two it is nobody can tell, nor whether a blank between letters belongs there.
        ("hanako@example.jp;taro@example.jp", "hanako@example.jp;taro@example.jp"),
        ("hana ko@example.jp", "hana ko@example.jp"),
        ("なし", "なし"),
    ],
)
def test_what_a_cart_wrote_around_an_address_is_taken_off(cell: str, address: str) -> None:
    assert repaired(cell) == address
