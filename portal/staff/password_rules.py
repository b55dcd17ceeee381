"""Rules for new passwords: length and how hard they are to guess; no rules about kinds of characters."""

import re
from collections.abc import Iterable
from enum import StrEnum

from portal.staff.passwords import plain

SHORTEST = 12
LONGEST = 200
JUDGED = 72
"""Number of characters that zxcvbn judges; a good beginning is not made worse by more."""
LEAST_SCORE = 3
"""Least score of zxcvbn: 10^8 guesses by someone who knows common passwords, words, names, dates, keyboard runs."""
OWN_REST = 6
"""Least number of letters left once the person's own words are taken out."""
_SIGNS = re.compile(r"[\W_]+")


class Objection(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    """Password that is well known, or made of what is guessed first."""
    OWN = "own"
    """Password made of the person's own address or name, or a shop's."""


def objection(password: str, own: Iterable[str]) -> Objection | None:
    """Return what is wrong with a password, or None. `own`: e-mail address and names of the person and the shops."""
    text = plain(password)
    if len(text) < SHORTEST:
        return Objection.TOO_SHORT
    if len(text) > LONGEST:
        return Objection.TOO_LONG
    words = _words(own)
    if len(_without(text, words)) < OWN_REST:
        return Objection.OWN
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its word lists take 60 ms, and a password is chosen seldom

    judged = zxcvbn(text[:JUDGED], user_inputs=words)
    if judged["score"] >= LEAST_SCORE:
        return None
    is_own = any(match.get("dictionary_name") == "user_inputs" for match in judged["sequence"])
    return Objection.OWN if is_own else Objection.COMMON


def _words(own: Iterable[str]) -> list[str]:
    """Return the words, longest first: '鈴木 一郎' gives 鈴木一郎, 鈴木, 一郎; 'suzuki@example.jp' also suzukiexamplejp."""
    parts = {part for text in own for part in (_SIGNS.sub("", text), *_SIGNS.split(text))}
    folded = {plain(part).casefold() for part in parts}
    return sorted((part for part in folded if len(part) > 1), key=lambda part: (-len(part), part))


def _without(text: str, words: Iterable[str]) -> str:
    left = _SIGNS.sub("", text.casefold())
    for word in words:
        left = left.replace(word, "")
    return left
