"""Latin spellings of a katakana reading: Hepburn, Kunrei and what passports allow (satou, satoh, sato, satō)."""

from collections.abc import Iterator

from portal.values.names.letters import fold_kana, is_kana

ROWS = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "g": "ガギグゲゴ",
    "s": "サシスセソ",
    "z": "ザジズゼゾ",
    "t": "タチツテト",
    "d": "ダヂヅデド",
    "n": "ナニヌネノ",
    "h": "ハヒフヘホ",
    "b": "バビブベボ",
    "p": "パピプペポ",
    "m": "マミムメモ",
    "r": "ラリルレロ",
}
"""Consonant → its kana: the regular Kunrei spellings. `_MORE` adds Hepburn's own ones and the kana of foreign names."""
_MORE = """
    ヤ=ya ユ=yu ヨ=yo ワ=wa ヱ=ye ヲ=wo ン=n ヴ=vu ヴ=bu ァ=a ィ=i ゥ=u ェ=e ォ=o
    シ=shi チ=chi ツ=tsu フ=fu ジ=ji ヅ=dzu
    シャ=sha シュ=shu ショ=sho シェ=she チャ=cha チュ=chu チョ=cho チェ=che チャ=cya チュ=cyu チョ=cyo
    ジャ=ja ジュ=ju ジョ=jo ジェ=je ジャ=jya ジュ=jyu ジョ=jyo
    ファ=fa フィ=fi フェ=fe フォ=fo フュ=fyu ティ=ti ティ=thi ディ=di ディ=dhi トゥ=tu ドゥ=du テュ=tyu デュ=dyu
    ウィ=wi ウェ=we ウォ=wo イェ=ye ツァ=tsa ツィ=tsi ツェ=tse ツォ=tso グァ=gwa
    クァ=kwa クァ=qua クィ=kwi クィ=qui クェ=kwe クェ=que クォ=kwo クォ=quo
    ヴァ=va ヴィ=vi ヴェ=ve ヴォ=vo
"""
_MACRONS = dict(zip("aiueo", "āīūēō", strict=True))
_SMALL_Y = dict(zip("ヤユヨ", "ャュョ", strict=True))
_LONG_WITH = frozenset({"aア", "iイ", "uウ", "eエ", "oウ", "oオ"})
"""Vowels, each with the kana that lengthens it; a macron may stand for the two."""
_DROPPED_WITH = frozenset({"uウ", "oウ", "oオ"})
"""Vowels with a lengthening kana that passports omit or write as h: Yuta, Ono, Ohno."""


def _spellings() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for consonant, row in ROWS.items():
        for kana, vowel in zip(row, "aiueo", strict=True):
            found.setdefault(fold_kana(kana), []).append(consonant + vowel)
        for small, vowel in zip("ャュョ", "auo", strict=True) if consonant else ():
            found.setdefault(fold_kana(row[1]) + small, []).append(f"{consonant}y{vowel}")
    for entry in _MORE.split():
        mora, spelling = entry.split("=")
        found.setdefault(fold_kana(mora), []).append(spelling)
    return found


_MORAE = _spellings()


def ends(text: str, start: int, reading: str, *, large_only: bool) -> set[int]:
    """Return the places in `text` where a spelling of the whole reading that begins at `start` can end.

    A macron in `text` counts as a long vowel. `large_only`: the reading comes from a system without small kana, so
    キヨ may stand for キョ.
    """
    reached: list[set[int]] = [set() for _ in range(len(reading) + 1)]
    reached[0].add(start)
    for at in range(len(reading)):
        if reached[at]:
            for used, spelling in _from(reading, at, large_only=large_only):
                reached[at + used] |= {end + len(spelling) for end in reached[at] if text.startswith(spelling, end)}
    return reached[-1]


def _from(reading: str, at: int, *, large_only: bool) -> Iterator[tuple[int, str]]:
    """Yield the spellings of the kana at `at`, each as (number of kana that it covers, spelling)."""
    kana, following = reading[at], reading[at + 1 : at + 2]
    if kana == "ッ" or (kana == "ツ" and large_only):
        yield from _doubled(reading, at + 1, large_only=large_only)
    if kana == "ン" and _begins_with_lips(following):
        yield 1, "m"
    morae = [kana, kana + following]
    if large_only and following in _SMALL_Y:
        morae.append(kana + _SMALL_Y[following])
    for mora in morae:
        for spelling in _MORAE.get(mora, ()) if len(mora) <= len(reading) - at else ():
            yield len(mora), spelling
            yield from _lengthened(spelling, len(mora), reading[at + len(mora) : at + len(mora) + 1])


def _doubled(reading: str, at: int, *, large_only: bool) -> Iterator[tuple[int, str]]:
    if at < len(reading):
        for used, spelling in _from(reading, at, large_only=large_only):
            yield used + 1, spelling[0] + spelling
            if spelling.startswith("ch"):
                yield used + 1, "t" + spelling


def _begins_with_lips(kana: str) -> bool:
    return is_kana(kana) and kana in ROWS["b"] + ROWS["p"] + ROWS["m"]


def _lengthened(spelling: str, used: int, following: str) -> Iterator[tuple[int, str]]:
    vowel = spelling[-1]
    if vowel not in _MACRONS:
        return
    if following == "ー":
        yield from ((used + 1, spelling + sign) for sign in {"", "h", vowel, "u" if vowel == "o" else "h"})
    if vowel + following in _DROPPED_WITH:
        yield from ((used + 1, spelling), (used + 1, spelling + "h"))
    if following == "ー" or vowel + following in _LONG_WITH:
        yield used + 1, spelling[:-1] + _MACRONS[vowel]
