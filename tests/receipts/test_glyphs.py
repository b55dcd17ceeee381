"""Characters that the fonts cannot print are refused by name, before the receipt is issued."""

import pytest

from portal.receipts.rules.glyphs import printed, unprintable


@pytest.mark.parametrize(
    "text",
    [
        "髙橋 﨑子",
        "𠮷田 渡邉",
        "葛\U000e0100城",  # a variant that the font has
        "渡邉\U000e0101",  # a variant that it lacks: the kanji prints in its usual form
        "か\u3099く",
        "①㈱㌔ ｱﾊﾞﾟ ＡＢＣ １２３ ￥",
        "〜～－―‐…‘’“”",
        "Łukasz Żółć",
        "Nguyễn Văn Ước",
        "François Müller-Ağa",
        "Иван Ελένη",
        "김민준",
        "刘伟 們 國際",
        "丂丅 侭儘 凞熙",
        "a\tb\nc\u3000d",
        "\ufeff山田",
        "",
    ],
    ids=ascii,
)
def test_names_that_buyers_have_can_be_printed(text: str) -> None:
    assert unprintable(text) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("山田😀花子", ["😀"]),
        ("😀❤️😀", ["😀", "❤"]),
        ("👨‍👩‍👧", ["👨", "👩", "👧"]),
        ("ไทย", ["ไ", "ท", "ย"]),
        ("2\u20e3", ["COMBINING ENCLOSING KEYCAP"]),
        ("a\x00b", ["U+0000"]),
        ("\ue000", ["U+E000"]),
    ],
    ids=ascii,
)
def test_each_character_without_a_glyph_is_named_once_in_the_order_of_the_text(text: str, named: list[str]) -> None:
    assert unprintable(text) == named


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("🎁ギフト ✨限定⏰", "ギフト 限定"),
        ("\U000210c1\U00029e3d", "〓\U00029e3d"),
        ("ครู茶", "〓〓茶"),
        ("👨\u200d👩\u200d👧家族 🇯🇵", "家族 "),
        ("🎁", "〓"),
        ("\ue000\ufffd", "〓〓"),
        ("\u202e子花\u202c\u2067田山", "子花田山"),
        ("葛\U000e0100城 ①㈱☎♡€ A-1", "葛\U000e0100城 ①㈱☎♡€ A-1"),
    ],
    ids=ascii,
)
def test_what_no_font_has_is_printed_as_geta_and_emoji_are_left_out(text: str, paper: str) -> None:
    assert printed(text) == paper
