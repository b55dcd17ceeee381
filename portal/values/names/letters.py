"""Reduction of a name as somebody wrote it to the letters that count.

Two steps: `fold` unifies width, case, accents and kind of kana, but keeps punctuation, because titles are recognized by
it. `split` then drops everything that is no letter or digit.
"""

import re
import unicodedata
from pathlib import Path

import jaconv

_SELECTORS = [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x180B, 0x180C, 0x180D, 0x180F]
_FILLERS = [0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0]
"""Characters that look blank, though Unicode calls them letters or symbols."""
_SOUND_MARKS = {"゛": "\u3099", "゜": "\u309a", "ﾞ": "\u3099", "ﾟ": "\u309a"}
"""Sound marks → combining ones. NFKC would put a space between the first two and their kana."""
_RADICALS = dict(zip("⺠⻁⻄⻆⻑⻘⻝⻤⻨⻩⻫⻭⻯⻲", "民虎西角長青食鬼麦黄斉歯竜亀", strict=True))
"""Radicals → kanji. Text copied out of a PDF can hold these radicals, and NFKC does not convert them."""
_BEFORE_NFKC = str.maketrans(
    dict.fromkeys(_SELECTORS, "")
    | dict.fromkeys([0x034F, 0x17B4, 0x17B5], "")  # invisible, though not of the category "format"
    | dict.fromkeys(map(ord, "'`´‘’‛′‵＇ʹʻʼˈ"), "")
    | dict.fromkeys(_FILLERS, " ")
    | {ord(mark): combining for mark, combining in _SOUND_MARKS.items()}
    | {ord(radical): kanji for radical, kanji in _RADICALS.items()}
)
_LATIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i"})
_LONG = re.compile("(?<=[aiueo])[\u0302\u0304]")
_MACRON = "\u0304"
_ACCENTS = re.compile("[\u0300-\u0301\u0303\u0305-\u036f\u1ab0-\u1aff\u1dc0-\u1dff]")
_STRAY_LONG = re.compile(f"(?<![aiueo]){_MACRON}|\u0302")
_WITHOUT_MACRON = str.maketrans("āīūēō", "aiueo")

_ALIKE = dict(zip("ヂヅヱヰヲヵヶ", "ジズエイオカケ", strict=True))
_KATAKANA = {kana: jaconv.hira2kata(kana) for kana in map(chr, range(0x3041, 0x30FF))}
_KANA = str.maketrans({kana: _ALIKE.get(katakana, katakana) for kana, katakana in _KATAKANA.items()})
SMALL_KANA = frozenset("ァィゥェォッャュョ")
_LARGE = str.maketrans({small: jaconv.enlarge_smallkana(small) for small in SMALL_KANA})

_DASHES = frozenset("~−⁃˗─━⎯")
"""Dashes outside of Unicode's own category; any dash after kana is a long vowel mark."""
_REPEATS = frozenset("々〻ヽヾ")
_STAND_INS = frozenset("?*_%〓□■○●◯×�")
"""Signs that systems write for a lost or masked letter. They are kept: without them a part of a name would match."""

_IDEOGRAPHS = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))


def _variants() -> dict[int, str]:
    lines = Path(__file__).with_name("kanji_variants.txt").read_text(encoding="utf-8").splitlines()
    groups = [line for line in lines if line and not line.startswith("#")]
    return {ord(variant): group[0] for group in groups for variant in group[1:]}


_VARIANTS = _variants()


def fold(text: str) -> str:
    """Unify width, case and kana (to katakana); remove accents, selectors and apostrophes. Keep punctuation."""
    text = unicodedata.normalize("NFKC", text.translate(_BEFORE_NFKC)).casefold().translate(_LATIN)
    text = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    text = unicodedata.normalize("NFC", _STRAY_LONG.sub("", _LONG.sub(_MACRON, text)))
    return fold_kana(text)


def fold_kana(text: str) -> str:
    """Turn kana into katakana and unify the pairs that sound alike: ヂ ジ, ヅ ズ, ヱ エ, ヰ イ, ヲ オ, ヵ カ, ヶ ケ."""
    return text.translate(_KANA)


def enlarge(text: str) -> str:
    """Write ョ as ヨ and ッ as ツ, as systems without small kana do; keep the length."""
    return text.translate(_LARGE)


def fold_variants(text: str) -> str:
    """Replace each variant kanji by the usual one of its group; keep the length."""
    return text.translate(_VARIANTS)


def without_macrons(text: str) -> str:
    """Write ō as o; keep the length. `fold` keeps macrons, because in romaji they mark a long vowel."""
    return text.translate(_WITHOUT_MACRON)


def split(folded: str) -> tuple[str, ...]:
    """Return the parts of a folded name in letters and digits only, or () if it has neither."""
    letters: list[str] = []
    for at, char in enumerate(folded):
        category = unicodedata.category(char)
        if char == "ー" or char in _DASHES or category == "Pd":
            letters.append(_long_mark_or_break(char, letters[-1:], folded[at + 1 : at + 2]))
        elif char in _REPEATS:
            letters.append(_repeated(char, letters))
        elif char in _STAND_INS or category[0] in "LN" or category in {"Mn", "Mc", "Co", "Cs", "Cn"}:
            letters.append(char)
        elif category != "Cf":
            letters.append(" ")
    if not any(unicodedata.category(char)[0] in "LN" for char in letters):
        return ()
    return tuple(part for part in "".join(letters).split(" ") if part)


def _long_mark_or_break(char: str, before: list[str], after: str) -> str:
    if not before or not is_kana(before[0]):
        return " "
    if char == "ー":
        return "ー"
    long_vowel_possible = before[0] not in "ンッー" and (after == "" or is_kana(after) or not after.isalnum())
    return "ー" if long_vowel_possible else " "


def _repeated(mark: str, letters: list[str]) -> str:
    """Return the letter before, also across a space (野 々村); a kana voiced for ヾ and unvoiced for ヽ."""
    before = next((char for char in reversed(letters) if char != " "), mark)
    if mark in "ヽヾ" and is_kana(before):
        bare = unicodedata.normalize("NFD", before)[0]
        return fold_kana(unicodedata.normalize("NFC", bare + "\u3099")) if mark == "ヾ" else bare
    return before


def is_kana(text: str) -> bool:
    """Tell whether folded text is katakana only; the long vowel mark counts as one."""
    return text != "" and all("ァ" <= char <= "ヺ" or char == "ー" for char in text)


def is_kanji(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _IDEOGRAPHS)


def is_latin(text: str) -> bool:
    """Tell whether the text is unaccented Latin letters only."""
    return text != "" and text.isascii() and text.isalpha()
