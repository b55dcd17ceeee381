"""The keys by which an order is found."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.values import search_keys
from portal.values.names import letters, romaji, sounds, titles


def keys(**values: str) -> list[str]:
    return search_keys.of_order({"code_key": "A-10234", **values}).strip("\n").split("\n")


def test_an_order_is_found_by_each_beginning_and_by_some_endings() -> None:
    assert keys(
        buyer_name="髙橋 花子",
        buyer_kana="ﾀｶﾊｼ ﾊﾅｺ",
        phone="９０１２３４５６７８",
        email_key="hanako@example.jp",
        recipient_name="髙橋 花子",
        recipient_phone="090-1234-5678",
    ) == [
        *("b43201a", "b87654321090"),
        *("shanakotakahasi", "stakahasihanako"),
        *("w09012345678", "w10234", "wa10234", "whanako@example.jp", "w花子高橋", "w高橋花子"),
    ]


def test_an_order_that_says_nothing_is_found_by_its_code() -> None:
    assert keys() == ["b43201a", "w10234", "wa10234"]
    assert keys(buyer_name="・", phone="なし") == ["b43201a", "w10234", "wa10234"]


def test_a_code_of_many_parts_is_also_found_by_its_last_digits() -> None:
    assert "w0012345678" in keys(code_key="213310-20261118-0012345678")
    assert "w777" in keys(code_key="SHOP777")
    assert keys(code_key="12345") == ["b54321", "w12345"]


def test_a_name_without_a_space_is_parted_where_most_are() -> None:
    assert {"w山田花子", "w花子山田"} <= set(keys(buyer_name="山田花子"))
    assert {"w森太郎", "w太郎森", "w郎森太"} <= set(keys(buyer_name="森太郎"))
    assert [key for key in keys(buyer_name="株式会社さくら商事") if key.startswith("wサ")] == ["wサクラ商事"]


def test_a_name_of_up_to_four_parts_is_found_from_each_of_them_and_a_longer_one_from_its_beginning() -> None:
    four = keys(buyer_name="Maria de Souza Sato")
    assert {"wmariadesouzasato", "wdesouzasatomaria", "wsouzasatomariade", "wsatomariadesouza"} <= set(four)
    five = keys(buyer_name="Maria de Souza Sato Lima")
    assert [key for key in five if key.startswith("w") and "maria" in key] == ["wmariadesouzasatolima"]


def test_keys_are_of_bounded_length() -> None:
    assert max(map(len, keys(buyer_name="山" * 120, email_key="a" * 254))) == search_keys.LONGEST


def _the_long_way(text: str) -> tuple[str, ...]:
    parts = titles.parse(titles.strip_courtesy(letters.fold(text))).parts
    return tuple(letters.fold_variants(letters.without_macrons(part)) for part in parts)


PIECES = st.sampled_from(
    [
        *"山田髙渡邉様樣殿御中会社會団株合学一々ヶヵゐヰァー",
        *(" ", "\u3000", "さま", "サマ", "さん", "かいしゃ", "ガイシャ"),
        "株式会社",
        "有限會社",
        "学校法人",
        "ほうじん",
        "いりょうほうじん",
        "ゴウドウ",
        "はなこ",
        "ハナコ",
        "っ",
        "ゃ",
    ]
)


@given(st.lists(PIECES, max_size=8).map("".join) | st.text("一龥ぁんァヶ　 会社様殿御中法人", max_size=8))
def test_the_short_way_for_usual_names_ends_where_the_long_one_does(name: str) -> None:
    assert search_keys.name_parts(name) == _the_long_way(name)


def test_the_short_way_for_all_names_of_the_judges_table() -> None:
    lines = Path(__file__).with_name("names.jsonl").read_text(encoding="utf-8").splitlines()
    for case in map(json.loads, lines):
        for name in (case["order_name"], case["order_kana"] or "", case["typed"]):
            assert search_keys.name_parts(name) == _the_long_way(name)


@pytest.mark.parametrize(
    ("reading", "typed"),
    [
        ("サトウ ユウコ", "sato yuko satou yuuko satoh yuhko satō yūko"),
        ("オオノ ジュンイチ", "ohno junichi oono jun'ichi ono zyuniti ōno jyunichi"),
        ("ハットリ キョウコ", "hattori kyoko hatori kyouko"),
        ("ナンバ シンペイ", "namba shimpei nanba shinpei"),
        ("フジワラ チヅル", "fujiwara chizuru huziwara tizuru fujiwara chiduru"),
        ("イノウエ リョウ", "inoue ryo inouye ryou"),
        ("マッチ エッチュウ", "matchi etchu macchi ecchu"),
        ("ファン ヴァン", "fan van"),
        ("シェリー", "sherii sherī"),
    ],
)
def test_spellings_of_a_reading_sound_alike(reading: str, typed: str) -> None:
    (sound,) = sounds.of_reading(letters.fold_kana(reading.replace(" ", "")))
    names = typed.split()
    count = len(reading.split())
    for at in range(0, len(names), count):
        folded = letters.without_macrons("".join(letters.split(letters.fold(" ".join(names[at : at + count])))))
        assert sounds.of_typed(folded) == sound, names[at : at + count]


def test_large_kana_of_old_systems_may_mean_small_ones() -> None:
    assert set(sounds.of_reading("ハツトリキヨウコ")) >= set(sounds.of_reading("ハットリキョウコ"))
    assert sounds.of_reading("マツシタショウタ") == (sounds.of_typed("matsushitashota"),)


def test_what_is_neither_kana_nor_latin_has_no_sound() -> None:
    assert sounds.of_typed("山田") == ""
    assert sounds.of_typed("yamada1") == ""
    assert sounds.of_typed("") == ""


@given(st.text("アイウエオカキクケコサシスセソタチツテトナニヌネノハマヤラワンガジョャッー", min_size=1, max_size=10))
def test_a_beginning_of_a_reading_gives_a_beginning_of_its_sound(reading: str) -> None:
    """So a search narrows while the reading is being typed."""
    whole = sounds.of_typed(reading)
    for end in range(1, len(reading)):
        assert whole.startswith(sounds.of_typed(reading[:end]))


def test_the_usual_spelling_of_every_syllable_is_known() -> None:
    for consonant, row in romaji.ROWS.items():
        for kana, vowel in zip(row, "aiueo", strict=True):
            assert sounds.of_typed(consonant + vowel) == sounds.of_typed(letters.fold_kana(kana))
