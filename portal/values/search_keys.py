"""Search keys by which staff find an order or subscription: one letter for the kind, then the folded text.

A search looks for beginnings of keys. So there is a key from every place where people begin to type: 花子 of 山田 花子,
10234 of A-10234. What they know the end of (four digits of a phone) also has a key written backwards. The order's text
and the typed text are folded in the same way.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from portal.values import phones
from portal.values.names import letters, sounds, titles


class Kind(StrEnum):
    """Kind of a key. There are few, because what is typed is searched for in every kind that it may be."""

    WRITTEN = "w"
    """Name without spaces and 株式会社, kanji variants unified; digits of a phone; e-mail address; letters of a code."""
    SOUND = "s"
    """Sound of a name in kana or romaji, from `names.sounds`."""
    BACKWARDS = "b"
    """Digits of a phone or letters of a code, in reverse."""


LONGEST = 80
"""Longest key in characters; longer names and addresses are cut to it."""
SEPARATOR = "\n"
_USUAL_NAME = re.compile("[一-龥ぁ-んァ-ヶ 　]+")
_MAY_BE_TITLE = re.compile("[様樣殿]|御中|サマ|会社|會社|法人|[カガ]イシ|ホウジン")
_USUAL_PHONE = re.compile(r"0\d{9,10}")
_NO_LETTER = re.compile(r"[\W_]+")
_NO_DIGIT = re.compile(r"\D+")
_LAST_DIGITS = re.compile(r"(?<=[a-z])\d{2,}$|(?<=[^0-9a-z])\d{2,}$")
_MOST_PARTS = 4
"""Most parts of a name that are turned. A name of more is not family and given name: one key, from its start."""


COLUMNS = (
    *("code_key", "buyer_name", "buyer_kana", "recipient_name", "recipient_kana"),
    *("phone", "recipient_phone", "email_key"),
)
"""Columns of an order that make its search keys."""


def of_order(values: Mapping[str, str | None]) -> str:
    """Return all keys of an order's COLUMNS, each between two separators: a search puts one before what is typed."""
    code, buyer, buyer_kana, recipient, recipient_kana, phone, recipient_phone, email = map(values.get, COLUMNS)
    names = {(buyer, buyer_kana), (recipient, recipient_kana)}
    keys = {key for name, kana in names if name for key in _of_name(name, kana or "")}
    keys |= {key for number in {phone, recipient_phone} if number for key in _of_phone(number)}
    keys.update(_of_code(code or ""))
    if email:
        keys.add(f"{Kind.WRITTEN}{email}")
    return SEPARATOR + "".join(key[:LONGEST] + SEPARATOR for key in sorted(keys))


SUBSCRIPTION_COLUMNS = (
    *("number", "external_number", "buyer_name", "buyer_kana", "recipient_name", "recipient_kana"),
    *("phone", "recipient_phone", "email_key"),
)
"""Columns of a subscription that make its search keys, besides the names of its products."""


def of_subscription(values: Mapping[str, str | None], products: Iterable[str]) -> str:
    """Return all keys of a subscription's SUBSCRIPTION_COLUMNS and its items' names, in the form of `of_order`."""
    as_order = {**values, "code_key": values.get("number")}
    keys = set(of_order(as_order).split(SEPARATOR)[1:-1])
    keys.update(key[:LONGEST] for key in _of_code(values.get("external_number") or ""))
    for product in products:
        words = letters.fold_variants(letters.fold(product)).split()
        keys.update(f"{Kind.WRITTEN}{''.join(words[start:])}"[:LONGEST] for start in range(len(words)))
    return SEPARATOR + "".join(f"{key}{SEPARATOR}" for key in sorted(keys))


def name_parts(text: str) -> tuple[str, ...]:
    """Return the folded parts of a name between its spaces, without titles and the company's legal form."""
    if _USUAL_NAME.fullmatch(text):
        # A shortcut for nearly all names: an import makes keys per order, and the long way takes a tenth of its time.
        plain = letters.fold_variants(letters.fold_kana(text))
        if not _MAY_BE_TITLE.search(plain):
            return tuple(plain.split())
    parts = titles.parse(titles.strip_courtesy(letters.fold(text))).parts
    return tuple(letters.fold_variants(letters.without_macrons(part)) for part in parts)


def code_letters(text: str) -> str:
    """Return the letters and digits (of any script) of a code, in lower case."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _NO_LETTER.sub("", plain.casefold())


def phone_digits(text: str) -> str:
    return _NO_DIGIT.sub("", text if text.isascii() else unicodedata.normalize("NFKC", text))


def _of_name(name: str, kana: str) -> Iterator[str]:
    written = name_parts(name)
    for turned in _turns(_at_likely_border(written)):
        yield f"{Kind.WRITTEN}{turned}"
    spoken = name_parts(kana) if kana else ()
    for parts in (spoken, written):
        joined = "".join(parts)
        if letters.is_kana(joined):
            yield from (f"{Kind.SOUND}{sound}" for turned in _turns(parts) for sound in sounds.of_reading(turned))
            return
    if letters.is_latin("".join(written)):
        yield from (f"{Kind.SOUND}{sounds.of_typed(turned)}" for turned in _turns(written))


def _turns(parts: tuple[str, ...]) -> Iterable[str]:
    """Return the joined name, and it once more from each other part on with the earlier parts moved to the end."""
    if not parts:
        return ()
    cuts = range(len(parts) if len(parts) <= _MOST_PARTS else 1)
    return ["".join(parts[cut:] + parts[:cut]) for cut in cuts]


def _at_likely_border(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Split a name without a space where most names divide: after two kanji; of three letters also after one (森 太郎)."""
    if len(parts) != 1 or not 3 <= len(parts[0]) <= 5 or not all(map(letters.is_kanji, parts[0][:2])):
        return parts
    name = parts[0]
    return (name[:1], name[1:2], name[2:]) if len(name) == 3 else (name[:2], name[2:])


def _of_phone(number: str) -> Iterator[str]:
    digits = phone_digits(number)
    if not _USUAL_PHONE.fullmatch(digits):
        # Parsed only if it is unusual: parsing takes as long as all the rest.
        digits = phone_digits(phones.normalise(number)) or digits
    if digits:
        yield f"{Kind.WRITTEN}{digits}"
        yield f"{Kind.BACKWARDS}{digits[::-1]}"


def _of_code(code_key: str) -> Iterator[str]:
    code = code_letters(code_key)
    yield f"{Kind.WRITTEN}{code}"
    yield f"{Kind.BACKWARDS}{code[::-1]}"
    last = _LAST_DIGITS.search(code_key.casefold())
    if last:
        yield f"{Kind.WRITTEN}{last[0]}"
