"""Limits on the texts of a receipt, and the name of its file."""

import re
import unicodedata
from datetime import date
from enum import StrEnum

from portal.values.inkless import clean

LONGEST = 100
"""Most characters of addressee or proviso, variation selectors not counted."""
LONGEST_WRITTEN = 2 * LONGEST
"""Most characters with a selector after each, as the columns hold them."""
LONGEST_NAME_BYTES = 180
"""Most bytes of the counterparty in a file name; with date, amount and suffix it stays below the usual limit of 255."""

_FORBIDDEN_IN_FILES = re.compile(r'[/\\:*?"<>|]')
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


class TextProblem(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL = "control"
    """A line break, control character or broken surrogate."""


def text_problem(text: str, *, may_be_empty: bool) -> TextProblem | None:
    """Return what is wrong with an addressee or proviso, or None. A buyer's addressee may not be empty; staff's may."""
    shown = clean(text)
    if any(_is_control(char) for char in shown):
        return TextProblem.CONTROL
    if not _SELECTORS.sub("", shown) and not may_be_empty:
        return TextProblem.EMPTY
    if len(_SELECTORS.sub("", shown)) > LONGEST or len(shown) > LONGEST_WRITTEN:
        return TextProblem.TOO_LONG
    return None


def file_name(transaction_on: date, counterparty: str, amount: int) -> str:
    """Name the file like 20261121_株式会社アクメ_110000.pdf, safe on every file system."""
    plain = "".join(char for char in _FORBIDDEN_IN_FILES.sub("", clean(counterparty)) if not _is_control(char))
    # A character cut in half at the limit is dropped.
    name = plain.encode()[:LONGEST_NAME_BYTES].decode(errors="ignore").strip(" .　")
    return "_".join(part for part in (f"{transaction_on:%Y%m%d}", name, str(amount)) if part) + ".pdf"


def _is_control(char: str) -> bool:
    # Cf: direction marks; Zl, Zp: line and paragraph separators; Cs: half a character.
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
