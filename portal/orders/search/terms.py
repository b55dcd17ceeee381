"""What somebody typed into the search box → what it could be. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from portal.orders.codes import code_key
from portal.values import phones
from portal.values.names import letters, sounds
from portal.values.search_keys import LONGEST as LONGEST_KEY
from portal.values.search_keys import SEPARATOR, Kind, code_letters, name_parts, phone_digits

LONGEST = 100
"""Characters that are looked at."""
_MOST_WORDS = 4
_FEWEST_FROM_THE_END = 4
"""Digits: a phone's last four. Fewer are the end of every hundredth order."""
_SPACES = re.compile(r"[\s\u200b\u3164]+")
_NUMBER = re.compile(r"[+(]?\d[\d()\-‐-―−ー\s]*")
_RECEIPT = re.compile(r"(?:領収書)?(?:番号|no\.?)?[:#]?0*(\d{1,8})", re.ASCII)
_ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+(?:@[a-z0-9.-]*)?")
_NOT_IN_A_TRACKING_NUMBER = re.compile(r"[^0-9A-Z]")
_KANJI_THEN_KANA = re.compile("(?<=[^ァ-ヺー])(?=[ァ-ヺー])")


@dataclass(frozen=True)
class Terms:
    """Each text in `whole` and `words` is the beginning of a key of `values.search_keys`."""

    text: str
    """As it was typed, without spaces around."""
    whole: tuple[str, ...]
    """What all of it together could be: one of these must fit."""
    words: tuple[tuple[str, ...], ...]
    """Word by word, for when nothing fits the whole (山田 1234, 山田はなこ): of each word one must fit. Empty for one word."""
    code: str
    """`orders.codes.code_key`."""
    tracking: str
    """As parcels hold their numbers; empty if it can be none."""
    receipt: int | None

    def fit(self, keys: str, *, by_words: bool) -> bool:
        """Whether an order's `search_keys` have them."""
        groups = self.words if by_words else (self.whole,)
        return bool(groups) and all(any(SEPARATOR + key in keys for key in group) for group in groups)


def parse(text: str) -> Terms | None:
    """None: nothing was typed."""
    text = text.strip()[:LONGEST]
    if not text:
        return None
    words = _words(text)
    receipt = _RECEIPT.fullmatch(_SPACES.sub("", unicodedata.normalize("NFKC", text)).casefold())
    return Terms(
        text=text,
        whole=_keys(text),
        words=tuple(_keys(word) for word in words) if 1 < len(words) <= _MOST_WORDS else (),
        code=code_key(text),
        tracking=_NOT_IN_A_TRACKING_NUMBER.sub("", unicodedata.normalize("NFKC", text).upper()),
        receipt=int(receipt[1]) or None if receipt else None,
    )


def _words(text: str) -> list[str]:
    """At spaces and where kana follows kanji; a number with spaces in it is one."""
    if _is_number(text):
        return [text]
    words = _SPACES.split(text)
    if len(words) == 1 and any(map(letters.is_kanji, text)):
        words = _KANJI_THEN_KANA.split(letters.fold(text), maxsplit=1)
    return [word for word in words if word]


def _keys(text: str) -> tuple[str, ...]:
    keys = [*_number_keys(text)] if _is_number(text) else [*_name_keys(text), *_address_keys(text)]
    code = code_letters(text)
    if code and not any(map(letters.is_kanji, code)) and code.isascii():
        keys.append(Kind.CODE + code)
        if len(code) >= _FEWEST_FROM_THE_END and code[-1].isdigit():
            keys.append(Kind.CODE_END + code[::-1])
    return tuple(dict.fromkeys(key[:LONGEST_KEY] for key in keys))


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(unicodedata.normalize("NFKC", text)) is not None


def _number_keys(text: str) -> list[str]:
    digits = phone_digits(text)
    whole = phone_digits(phones.normalise(text))
    keys = [Kind.PHONE + number for number in (whole, digits) if number]
    if len(digits) >= _FEWEST_FROM_THE_END:
        keys.append(Kind.PHONE_END + digits[::-1])
    return keys


def _name_keys(text: str) -> list[str]:
    name = "".join(name_parts(text))
    if not any(map(str.isalpha, name)):
        return []
    sound = sounds.of_typed(name)
    return [Kind.NAME + name, *([Kind.SOUND + sound] if sound else [])]


def _address_keys(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [Kind.EMAIL + plain] if _ADDRESS.fullmatch(plain) else []
