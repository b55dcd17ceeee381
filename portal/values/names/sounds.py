"""Sounds of names for searching, as one plain Latin string: ヤマダ, yamada, Ｙａｍａｄａ and やまだ have the same.

This is coarser than the comparison at the login, because a search may find too much: long vowels and doubled consonants
are dropped (satou, satoh, sato, サトー), and キョ is キヨ. The beginning of a reading gives the beginning of its sound, so
that a search narrows while somebody types.
"""

import re

from portal.values.names.letters import SMALL_KANA, enlarge, is_kana, is_latin
from portal.values.names.romaji import ROWS

_LARGE = {kana: consonant + vowel for consonant, row in ROWS.items() for kana, vowel in zip(row, "aiueo", strict=True)}
_LARGE |= dict(zip("ヤユヨワヮンヴ", ("ya", "yu", "yo", "wa", "wa", "n", "vu"), strict=True))
_KANA = str.maketrans(_LARGE | {small: _LARGE[enlarge(small)] for small in SMALL_KANA} | {"ッ": "", "ー": ""})
_MAY_BE_DOUBLING = re.compile("(?<!^)ツ(?=[カキクケコサシスセソタチツテトパピプペポ])")
_LONG_VOWEL = re.compile("o[ou]+|([aiue])\\1+")
_ROMAJI = [
    (re.compile(pattern), settled)
    for pattern, settled in (
        ("(?<=[ou])h(?![aiueo])", ""),  # satoh, ohno
        ("tch", "ch"),
        ("m(?=[mbp])", "n"),
        (r"([b-df-hj-mp-tv-z])\1+", r"\1"),
        ("(?:sh|ch|j)(?=[auo])|jy|dy|cy", lambda found: f"{found[0][0]}iy"),
        ("(?:sh|ch|j)(?=e)", lambda found: f"{found[0][0]}i"),
        ("sh", "s"),
        ("j|dz|d(?=[ui])", "z"),
        ("ch?", "t"),
        ("ts(?=[aieo])", "tu"),
        ("ts", "t"),
        ("f(?=[aieo])", "hu"),
        ("f", "h"),
        ("v(?=[aieo])", "vu"),
        ("wo", "o"),
        ("w(?=[ie])", "u"),
        ("y(?=[ie])", ""),
        ("(?<=[kgstzdhbpmr])y", "iy"),
    )
]


def of_reading(kana: str) -> tuple[str, ...]:
    """Return the sounds of a folded reading in katakana: two if old data without small kana may mean ハットリ by ハツトリ."""
    found = _of_kana(kana)
    if SMALL_KANA.isdisjoint(kana) and _MAY_BE_DOUBLING.search(kana):
        return found, _of_kana(_MAY_BE_DOUBLING.sub("", kana))
    return (found,)


def of_typed(text: str) -> str:
    """Return the sound of folded kana or Latin letters, complete or only a beginning; "" for anything else."""
    if is_kana(text):
        return _of_kana(text)
    if not is_latin(text):
        return ""
    for pattern, settled in _ROMAJI:
        text = pattern.sub(settled, text)
    return _shortened(text)


def _of_kana(kana: str) -> str:
    return _shortened(kana.translate(_KANA))


def _shortened(sound: str) -> str:
    return _LONG_VOWEL.sub(lambda found: found[0][0], sound)
