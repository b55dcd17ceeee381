"""Characters that the documents' fonts can print. static/fonts/subset.py makes glyphs.txt together with the fonts."""

import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from importlib.resources import files

from portal.values.csv_text import GETA

# Characters without ink: white space, the byte order mark of a careless file, and variation selectors.
SILENT = frozenset((0x09, 0x0A, 0x0D, 0xFEFF, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))


@cache
def _ranges() -> tuple[list[int], list[int]]:
    """Return the first and the last code points of the printable ranges, ascending."""
    first, last = [], []
    for line in files("portal.receipts.rules").joinpath("glyphs.txt").read_text("ascii").split():
        low, _, high = line.partition("-")
        first.append(int(low, 16))
        last.append(int(high or low, 16))
    return first, last


def _is_printable(letter: str) -> bool:
    point = ord(letter)
    if point in SILENT:
        return True
    first, last = _ranges()
    at = bisect_right(first, point) - 1
    return at >= 0 and point <= last[at]


def _shown(letter: str) -> str:
    """Return the character itself if a reader can see it, otherwise its Unicode name or number."""
    if letter.isprintable() and not unicodedata.category(letter).startswith("M"):
        return letter
    return unicodedata.name(letter, f"U+{ord(letter):04X}")


def unprintable(text: str) -> list[str]:
    """List the characters of `text` that no font of the documents has, each once, in the order of the text.

    A variation selector that the fonts do not know is no reason to refuse: the kanji prints in its usual form.
    """
    return [_shown(letter) for letter in dict.fromkeys(text) if not _is_printable(letter)]


def printed(text: str) -> str:
    """Return the text as the papers print it: an emoji is left out, any other character that no font has becomes 〓.

    A font's box for a missing character has no width and would cover its neighbors. Marks without ink are left out
    too, among them those that turn the direction of writing.
    """
    if text.isascii():
        return text
    shown = "".join(map(_printed, text))
    return shown if shown.strip() or not text.strip() else GETA


@lru_cache(maxsize=10_000)
def _printed(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Cf":
        return ""
    if _is_printable(letter):
        return letter
    is_emoji = category in ("So", "Sk") or (category == "Cn" and 0x1F000 <= ord(letter) < 0x20000)
    is_left_out = (is_emoji and letter != "\ufffd") or category in ("Mn", "Me", "Cc")
    return "" if is_left_out else GETA
