"""Which new passwords are refused. Length counts and being hard to guess; no rules about kinds of characters."""

import re
from collections.abc import Iterable
from enum import StrEnum

from portal.staff.passwords import plain

SHORTEST = 12
LONGEST = 200
JUDGED = 72
"""So many characters zxcvbn takes; what begins well is not spoilt by more."""
LEAST_SCORE = 3
"""zxcvbn's: at least 10^8 guesses, for someone who knows common passwords, words, names, dates and keyboard runs."""
OWN_REST = 6
"""So many letters must be left once the person's own words are taken out."""
_SIGNS = re.compile(r"[\W_]+")


class Objection(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    """Well known, or made of what is guessed first."""
    OWN = "own"
    """The person's own address or name, or a shop's."""


def objection(password: str, own: Iterable[str]) -> Objection | None:
    """`own`: e-mail address, names of the person and of the shops."""
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
    """'鈴木 一郎' → 鈴木一郎, 鈴木, 一郎; 'suzuki@example.jp' → suzukiexamplejp, suzuki, example, jp; longest first."""
    parts = {part for text in own for part in (_SIGNS.sub("", text), *_SIGNS.split(text))}
    folded = {plain(part).casefold() for part in parts}
    return sorted((part for part in folded if len(part) > 1), key=lambda part: (-len(part), part))


def _without(text: str, words: Iterable[str]) -> str:
    left = _SIGNS.sub("", text.casefold())
    for word in words:
        left = left.replace(word, "")
    return left
