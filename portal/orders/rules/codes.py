"""注文番号 as a key: what a buyer types and what a file says meet here."""

import re
import unicodedata

_HYPHENS = re.compile(r"[\u2010-\u2015\u2212\u2043\uFE58\uFE63\u30FC\u02D7\u207B\u208B\u2500\u2501]")
# What separates or hides: \s does not know the zero-width ones, the braille blank and the Hangul filler.
_BLANKS = re.compile(r"[\s\u200B-\u200F\u2060\uFEFF\u2800\u3164\u115F\u1160\u00AD]")


def code_key(text: str) -> str:
    """Full width narrowed, blanks of every kind removed, every hyphen-like stroke a '-', upper case."""
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", text))
    return _HYPHENS.sub("-", plain).upper()
