"""Comparable form of a 注文番号, the same for what a buyer types and what a file says."""

import re
import unicodedata

_HYPHENS = re.compile(r"[\u2010-\u2015\u2212\u2043\uFE58\uFE63\u30FC\u02D7\u207B\u208B\u2500\u2501]")
# Characters that separate or hide: \s lacks the zero-width ones, the braille blank and the Hangul filler.
_BLANKS = re.compile(r"[\s\u200B-\u200F\u2060\uFEFF\u2800\u3164\u115F\u1160\u00AD]")


def code_key(text: str) -> str:
    """Narrow full-width characters, remove every blank, turn every hyphen-like stroke into '-', and use upper case."""
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", text))
    return _HYPHENS.sub("-", plain).upper()
