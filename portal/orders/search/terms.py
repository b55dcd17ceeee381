"""Interpretation of what somebody typed into the search box."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from portal.orders.rules.codes import code_key
from portal.values import phones
from portal.values.names import letters, sounds, titles
from portal.values.search_keys import LONGEST as LONGEST_KEY
from portal.values.search_keys import Kind, code_letters, name_parts, phone_digits

LONGEST = 100
"""Most characters of the text that are looked at."""
_MOST_WORDS = 4
_FEWEST_FROM_THE_END = 4
"""Fewest digits searched for at the end of a number: a phone's last four. Fewer end every hundredth order."""
_SHORTEST_TRACKING = 8
_SPACES = re.compile(r"[\s\u200b\u3164]+")
_NUMBER = re.compile(r"[+(]?\d[\d()\-‐-―−ー\s]*")
_RECEIPT = re.compile(r"((?:領収書)?(?:番号|no\.?)?[:#]?)(\d{1,8})", re.ASCII)
_PRINTED_DIGITS = 8
"""Number of digits that `receipts.ledger.number_text` writes."""
_ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+(?:@[a-z0-9.-]*)?")
_NOT_IN_A_TRACKING_NUMBER = re.compile(r"[^0-9A-Z]")
_BETWEEN_SCRIPTS = re.compile("(?<=[a-zァ-ヺー])(?=[^a-zァ-ヺー])|(?<=[^a-zァ-ヺー])(?=[a-zァ-ヺー])")


@dataclass(frozen=True)
class SearchTerms:
    """Everything that the typed text could be.

    Each text in `whole` and `words` is the beginning of a key of `values.search_keys`.
    """

    text: str
    """Text as it was typed, without spaces around it."""
    whole: tuple[str, ...]
    """Keys that the whole text could be; one of them must fit."""
    words: tuple[tuple[str, ...], ...]
    """Keys per word, used if nothing fits the whole (山田 1234, 山田はなこ): one of each must fit. Empty for one word."""
    code: str
    """Result of `orders.rules.codes.code_key`."""
    tracking: str
    """Tracking number in the form stored with parcels, empty if the text cannot be one."""
    receipt: int | None
    receipt_as_printed: bool
    """True if it had its leading zeros or 領収書 or the like before it, so that it can be no other number."""


def parse(text: str) -> SearchTerms | None:
    """Interpret the text, or return None if nothing was typed."""
    text = text.strip()[:LONGEST]
    if not text:
        return None
    words = _words(text)
    tracking = _NOT_IN_A_TRACKING_NUMBER.sub("", unicodedata.normalize("NFKC", text).upper())
    receipt = _RECEIPT.fullmatch(_SPACES.sub("", unicodedata.normalize("NFKC", text)).casefold())
    return SearchTerms(
        text=text,
        whole=_keys(text),
        words=tuple(_keys(word) for word in words) if 1 < len(words) <= _MOST_WORDS else (),
        code=code_key(text),
        tracking=tracking if len(tracking) >= _SHORTEST_TRACKING and any(map(str.isdigit, tracking)) else "",
        receipt=int(receipt[2]) or None if receipt else None,
        receipt_as_printed=receipt is not None and (receipt[1] != "" or len(receipt[2]) == _PRINTED_DIGITS),
    )


def _words(text: str) -> list[str]:
    """Split at spaces, or between kanji and other scripts; a number with spaces in it stays one word."""
    if _is_number(text):
        return [text]
    words = _SPACES.split(text)
    if len(words) == 1 and any(map(letters.is_kanji, text)):
        words = _BETWEEN_SCRIPTS.split(letters.fold(text))
    return [word for word in words if word]


def _keys(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key[:LONGEST_KEY] for key in _possible_keys(text)))


def _possible_keys(text: str) -> Iterator[str]:
    code = code_letters(text)
    ends_in_digits = len(code) >= _FEWEST_FROM_THE_END and code[-1].isdigit()
    if code.isascii() and code:
        yield Kind.WRITTEN + code
    if _is_number(text):
        digits = phone_digits(text)
        yield from (Kind.WRITTEN + number for number in (phone_digits(phones.normalise(text)), digits) if number)
    else:
        yield from _name_keys(text)
        plain = unicodedata.normalize("NFKC", text).casefold()
        if _ADDRESS.fullmatch(plain):
            yield Kind.WRITTEN + plain
    if ends_in_digits:
        yield Kind.BACKWARDS + code[::-1]


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(unicodedata.normalize("NFKC", text)) is not None


def _name_keys(text: str) -> Iterator[str]:
    for spelling in (text, titles.strip_typed_courtesy(letters.fold(text))):
        name = "".join(name_parts(spelling))
        if any(map(str.isalpha, name)):
            yield Kind.WRITTEN + name
            if sound := sounds.of_typed(name):
                yield Kind.SOUND + sound
