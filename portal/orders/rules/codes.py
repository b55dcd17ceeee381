"""Comparable form of a 注文番号, the same for what a buyer types and what a file says."""

import re
import unicodedata
from collections.abc import Sequence

_HYPHENS = re.compile(r"[\u2010-\u2015\u2212\u2043\uFE58\uFE63\u30FC\u02D7\u207B\u208B\u2500\u2501]")
# Characters that separate or hide: \s lacks the zero-width ones, marks of direction (U+202A–202E, U+2066–2069),
# variation selectors, the braille blank and the Hangul filler.
_BLANKS = re.compile(
    r"[\s\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFE00-\uFE0F\U000E0000-\U000E01EF\u2800\u3164\u115F\u1160\u00AD\u061C\u180B-\u180F\u034F]"
)


_NUMBER_SIGN = "#"
_LABEL = re.compile(r"(?:ご?注文|受注|ORDER)?(?:番号|NO)?[.:]?(?P<code>[^.:].*?)番?")
"""What people copy or say along with a code: 注文番号：901, No.901, 901番."""


def code_keys(key: str) -> Sequence[str]:
    """Return the keys that people may mean by this one, the key itself first.

    #901 and 901 are one to them, and so is what they copied along with it: No.901, 注文番号：901, 901番.
    """
    found = _LABEL.fullmatch(key)
    bare = dict.fromkeys([key, found["code"] if found else key])
    other = [one[1:] if one.startswith(_NUMBER_SIGN) else f"{_NUMBER_SIGN}{one}" for one in bare]
    return [*bare, *other]


def code_key(text: str) -> str:
    """Narrow full-width characters, remove every blank, turn every hyphen-like stroke into '-', and use upper case."""
    return spelled(text).upper()


def spelled(text: str) -> str:
    """Return the key with the letters in the case in which they are written."""
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", text))
    return _HYPHENS.sub("-", plain)
