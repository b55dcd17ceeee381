"""Matching names: the judge's cases (names.jsonl), our own for every rule (more_names.jsonl), and any name at all."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jaconv
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pykakasi import Kakasi

from portal.values.names import LONGEST, honorific_of, is_company, letters, matches, titles, warm
from portal.values.names.readings import derived

HERE = Path(__file__).parent
settings.register_profile("names", deadline=None)  # the first example loads the dictionary
settings.load_profile("names")

HANAKO = ("山田 花子", "ヤマダ ハナコ")


def cases(file: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / file).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("file", ["names.jsonl", "more_names.jsonl"])
def test_every_case_is_judged_as_expected(file: str) -> None:
    wrong = [
        case for case in cases(file) if matches(case["typed"], case["order_name"], case["order_kana"]) != case["expect"]
    ]
    assert wrong == []


# --- what a shop or a caller decides -------------------------------------------------------------------------------


def test_a_shop_can_turn_the_derived_reading_off() -> None:
    assert matches("やまだ はなこ", "山田 花子", None)
    for typed in ("やまだ はなこ", "山田はなこ", "Yamada Hanako"):
        assert not matches(typed, "山田 花子", None, derive_reading=False)
    assert matches("山田花子", "山田 花子", None, derive_reading=False)
    assert matches("やまだ はなこ", *HANAKO, derive_reading=False)
    assert matches("ヤマダハナコ", "やまだ はなこ", None, derive_reading=False)


def test_a_given_reading_is_not_widened_by_a_derived_one() -> None:
    assert matches("すがの たろう", "菅野 太郎", "スガノ タロウ")
    assert not matches("かんの たろう", "菅野 太郎", "スガノ タロウ")


def test_a_company_is_told_by_its_legal_form() -> None:
    for name in ("株式会社早瀬商店", "早瀬商店㈱", "Hayase Shoten Co., Ltd.", "ＮＰＯ法人早瀬会"):
        assert is_company(name)
    for name in ("山田 花子", "早瀬 株子", "Kevin Co", "Emily Garcia", ""):
        assert not is_company(name)


def test_a_text_longer_than_any_name_is_refused_unread() -> None:
    for typed in ("山" * 10_000, "あ い" * 4_000, "yamada " * 2_000, "様" * 10_000):
        assert not matches(typed, *HANAKO)
    assert matches("山" * LONGEST, "山" * LONGEST, None)
    assert not matches("山" * (LONGEST + 1), "山" * (LONGEST + 1), None)
    assert matches("山田花子", "山田 花子", "ヤマダ" * 10_000)


def test_an_order_whose_name_is_longer_than_any_is_opened_by_no_shorter_way_to_write_it() -> None:
    assert matches("早" * 96, "株式会社" + "早" * 96, None)
    assert not matches("早" * 97, "株式会社" + "早" * 97, None)


def test_a_name_of_up_to_eight_parts_may_be_turned_round() -> None:
    parts = ["マリア", "デ", "ラ", "ルス", "ガルシア", "ロペス", "イ", "サントス", "ソト"]
    eight = parts[:8]
    assert matches(" ".join(eight[5:] + eight[:5]), "".join(eight), None)
    assert matches(" ".join(parts), "".join(parts), None)
    assert not matches(" ".join(parts[5:] + parts[:5]), "".join(parts), None)


@pytest.mark.parametrize(
    "name",
    [
        "高橋",
        "伊達",
        "佐々木",
        "長谷川",
        "敏宏",
        "美希",
        "彰一",
        "小鳥遊",
        "大野文男",
        "安原美希",
        "一ノ瀬",
        "山田はなこ",
    ],
)
def test_the_first_derived_reading_is_the_one_that_pykakasi_gives(name: str) -> None:
    expected = "".join(item["kana"] for item in Kakasi().convert(name))
    assert derived(letters.fold(name), words_read_freely=1)[0] == letters.fold_kana(expected)


@pytest.mark.parametrize("name", ["髙", "𠮷", "𰻞", "\ue000橋", "김철수", "山田2", "abc商店"])
def test_a_kanji_that_the_dictionary_lacks_is_never_skipped(name: str) -> None:
    usual = letters.fold_variants(letters.fold(name))
    for reading in derived(name, words_read_freely=2):
        assert usual != name
        assert reading in derived(usual, words_read_freely=2)


def test_variant_groups_are_disjoint_and_keep_other_kanji_apart() -> None:
    lines = (HERE.parents[1] / "portal/values/names/kanji_variants.txt").read_text(encoding="utf-8").splitlines()
    groups = [line for line in lines if not line.startswith("#")]
    every = "".join(groups)
    assert len(groups) > 900
    assert len(set(every)) == len(every)
    assert unicodedata.normalize("NFKC", every) == every
    for apart in ("坂阪", "苅刈", "荻萩", "裕祐", "裕佑", "祐佑", "太大", "崎埼"):
        assert len(set(letters.fold_variants(apart))) == 2


# --- what holds for any name ---------------------------------------------------------------------------------------

FAMILY = {
    "山田": "ヤマダ",
    "髙橋": "タカハシ",
    "渡邉": "ワタナベ",
    "𠮷田": "ヨシダ",
    "佐々木": "ササキ",
    "小野": "オノ",
    "大野": "オオノ",
    "長谷川": "ハセガワ",
    "鶴ヶ谷": "ツルガヤ",
    "服部": "ハットリ",
    "森": "モリ",
    "近江": "オウミ",
    "齋藤": "サイトウ",
}
GIVEN = {
    "花子": "ハナコ",
    "太郎": "タロウ",
    "京子": "キョウコ",
    "由紀": "ユキ",
    "優希": "ユウキ",
    "龍之介": "リュウノスケ",
    "惠": "メグミ",
    "純一": "ジュンイチ",
    "奈々子": "ナナコ",
    "樹": "イツキ",
    "蓮": "レン",
}
SPACES = ["", " ", "\u3000", "\u00a0", "\u200b", "\u2060", "・"]

persons = st.tuples(st.sampled_from(sorted(FAMILY.items())), st.sampled_from(sorted(GIVEN.items())))
spaces = st.sampled_from(SPACES)
katakana = st.text(
    st.sampled_from(
        "アイウエオカガキギクグケゲコゴサザシジスズセタダチツテトナニヌネノハバパヒフヘホマミムメモヤユヨラリルレロワンャュョッ"
    ),
    min_size=2,
    max_size=12,
)
latin = st.lists(
    st.text(st.characters(categories=["Ll", "Lu"], max_codepoint=0x17F), min_size=2, max_size=8), min_size=1
)
kanji = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FCC), min_size=1, max_size=8)

Person = tuple[tuple[str, str], tuple[str, str]]

SCRIPTS: list[Callable[[str, str], str]] = [
    lambda written, _: written,
    lambda _, kana: kana,
    lambda _, kana: str(jaconv.kata2hira(kana)),
    lambda _, kana: str(jaconv.z2h(kana)),
    lambda _, kana: unicodedata.normalize("NFD", kana),
]
scripts = st.sampled_from(SCRIPTS)


@given(st.one_of(katakana, kanji, latin.map(" ".join)))
def test_a_name_matches_itself(name: str) -> None:
    assume(len(name) <= LONGEST)
    assume(titles.parse(letters.fold(name)).parts)  # only a title such as 財団法人 is no name
    assert matches(name, name, None)


@given(persons, scripts, scripts, spaces, spaces, spaces)
def test_each_part_may_be_written_in_any_script_and_spacing(
    person: Person, one: Any, other: Any, typed_space: str, name_space: str, kana_space: str
) -> None:
    (family, family_kana), (given_name, given_kana) = person
    typed = one(family, family_kana) + typed_space + other(given_name, given_kana)
    assert matches(typed, family + name_space + given_name, family_kana + " " + given_kana)
    if one is other:
        assert matches(typed, family + name_space + given_name, family_kana + kana_space + given_kana)


@given(persons, scripts, st.sampled_from([" ", "\u3000", "・", "、"]), st.sampled_from(["", " "]))
def test_the_parts_that_the_order_separates_may_be_swapped(
    person: Person, one: Any, separator: str, space: str
) -> None:
    (family, family_kana), (given_name, given_kana) = person
    order = (family + space + given_name, family_kana + space + given_kana)
    swapped = one(given_name, given_kana), one(family, family_kana)
    assert matches(separator.join(swapped), *order)
    # The separator stands in the order, or else in what is typed.
    assert matches("".join(swapped), *order) == (space != "") or len({*swapped}) == 1


@given(persons, scripts, scripts, spaces, spaces, st.booleans())
def test_a_part_of_the_name_never_matches(
    person: Person, one: Any, title: Any, space: str, kana_space: str, kana_given: bool
) -> None:
    (family, family_kana), (given_name, given_kana) = person
    order = (family + space + given_name, family_kana + kana_space + given_kana if kana_given else None)
    for part in (one(family, family_kana), one(given_name, given_kana)):
        assert not matches(part, *order)
        assert not matches(part + title("様", "サマ"), *order)
        assert not matches(part + space + part, *order)


@given(persons, persons, scripts, scripts, spaces, st.booleans())
def test_another_person_never_matches(
    buyer: Person, other: Person, one: Any, another: Any, space: str, kana_given: bool
) -> None:
    assume(buyer != other)
    (family, family_kana), (given_name, given_kana) = other
    order = (buyer[0][0] + space + buyer[1][0], buyer[0][1] + space + buyer[1][1] if kana_given else None)
    assert not matches(one(family, family_kana) + space + another(given_name, given_kana), *order)


@given(st.data(), katakana)
def test_a_kana_name_with_a_letter_missing_never_matches(data: st.DataObject, name: str) -> None:
    missing = data.draw(st.integers(0, len(name) - 1))
    typed = name[:missing] + name[missing + 1 :]
    assert not matches(typed, name, None)
    assert not matches(typed, name, name)
    assert not matches(name, typed, None)


@given(st.data(), persons)
def test_variant_kanji_match_in_both_directions(data: st.DataObject, person: Person) -> None:
    name = person[0][0] + person[1][0]
    groups = {"髙": "高", "橋": "槗𣘺", "邉": "邊辺", "𠮷": "吉", "龍": "竜", "惠": "恵", "齋": "斎齊斉", "澤": "沢"}
    other = "".join(data.draw(st.sampled_from(groups.get(char, "") + char)) for char in name)
    selector = data.draw(st.sampled_from(["", "\ufe00", "\U000e0100", "\U000e0101"]))
    assert matches(other + selector, name, None)
    assert matches(name, other + selector, None)


anything = st.text(st.characters(exclude_categories=[]), max_size=40)
near_names = st.text(
    st.sampled_from(
        "山田花子ヤマダはなこyamada 　・ー-々ヽヾゞ゛゜ﾞ()（）株㈱カ)様殿サマ\u3099\u0301\U000e0100\ud800?*"
    ),
    max_size=20,
)


@given(st.one_of(anything, near_names), st.one_of(anything, near_names), st.one_of(st.none(), anything, near_names))
@settings(max_examples=500)
def test_no_text_raises(typed: str, name: str, kana: str | None) -> None:
    assert matches(typed, name, kana) in {True, False}


@given(
    st.text(st.characters(categories=["P", "S", "Z", "Cc", "Cf", "Cs"]), max_size=20),
    st.one_of(st.just(HANAKO[0]), anything),
)
def test_a_text_without_a_letter_matches_nothing(typed: str, name: str) -> None:
    # ㈱ is a symbol that contains a kanji, and a radical stands for one.
    assume(not any(char.isalnum() or "⺀" <= char <= "⻿" for char in unicodedata.normalize("NFKC", typed)))
    assert not matches(typed, name, None)
    assert not matches(typed, typed, typed)


def test_warming_up_loads_the_dictionary_once() -> None:
    warm()
    warm()
    assert matches("やまだはなこ", "山田花子", None)


@pytest.mark.parametrize(
    ("name", "addressed"),
    [
        ("山田花子", "様"),
        ("株式会社アクメ", "御中"),
        ("株式会社 アクメ", "御中"),
        ("アクメ 株式会社", "御中"),
        ("Acme Co., Ltd.", "御中"),
        ("(株)アクメ　営業部", "御中"),
        ("アクメ株式会社 大阪支店 購買担当", "御中"),
        ("株式会社 さくら 茶舗", "御中"),
        ("株式会社アクメ 山田花子", "様"),
        ("㈱アクメ 代表取締役 髙橋 はなこ", "様"),
        ("アクメ株式会社　営業部　山田", "様"),
        ("山田花子 株式会社アクメ", "様"),
    ],
)
def test_a_company_is_addressed_with_its_title_unless_a_person_is_named(name: str, addressed: str) -> None:
    assert honorific_of(name) == addressed
