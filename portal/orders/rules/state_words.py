"""The shop's own words for the state of an order, where the mapping of a file does not know them."""

import re
import unicodedata
from collections.abc import Mapping

SAYS_NOTHING = "none"
"""Meaning of a word that says nothing of the order's state here: the parcels tell it."""
_BLANKS = re.compile(r"[\s\u200b\ufeff]")


def word_key(words: str) -> str:
    """Return words in the form in which they are compared."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", words)).lower()


def meaning(words: str, own: Mapping[str, str]) -> str | None:
    """Return what the shop says the words mean, or None if it says nothing about them."""
    key = word_key(words)
    return next((one for word, one in own.items() if word_key(word) == key), None)


def is_clear(words: str, own: Mapping[str, str]) -> bool:
    """Tell whether the file leaves no doubt about the order's state.

    Words that were taught to mean a state move the order when the next file brings them, and are in doubt until then.
    """
    return not words or meaning(words, own) == SAYS_NOTHING
