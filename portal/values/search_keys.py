"""The keys by which staff find an order: each is one letter for its kind and then the folded text.

A search is for beginnings of keys, so whatever people type the beginning of has a key that starts there: 花子 of 山田 花子,
10234 of A-10234; what they know the end of (four digits of a phone) has a key written backwards. The same fold makes a key
of what the order holds and of what is typed.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from portal.values import phones
from portal.values.names import letters, sounds, titles


class Kind(StrEnum):
    """Few, because what is typed is looked for in each that it may be of."""

    WRITTEN = "w"
    """A name without spaces and 株式会社, kanji variants made one; a phone's digits; an e-mail address; a code's letters."""
    SOUND = "s"
    """`names.sounds`: kana and romaji."""
    BACKWARDS = "b"
    """The digits of a phone, the letters of a code."""


LONGEST = 80
"""Letters of a key; of longer names and addresses that much is enough."""
SEPARATOR = "\n"
_USUAL_NAME = re.compile("[一-龥ぁ-んァ-ヶ 　]+")
_MAY_BE_TITLE = re.compile("[様樣殿]|御中|サマ|会社|會社|法人|[カガ]イシ|ホウジン")
_USUAL_PHONE = re.compile(r"0\d{9,10}")
_NO_LETTER = re.compile(r"[\W_]+")
_NO_DIGIT = re.compile(r"\D+")
_LAST_DIGITS = re.compile(r"(?<=[a-z])\d{2,}$|(?<=[^0-9a-z])\d{2,}$")
_MOST_PARTS = 4
"""More are no family and given names: such a name is found from its beginning."""


COLUMNS = (
    *("code_key", "buyer_name", "buyer_kana", "recipient_name", "recipient_kana"),
    *("phone", "recipient_phone", "email_key"),
)
"""Of an order: what it is found by."""


def of_order(values: Mapping[str, str | None]) -> str:
    """All keys of an order's COLUMNS, each between two separators: a beginning is looked for with one in front."""
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
"""Of a subscription: what it is found by, besides the names of its products."""


def of_subscription(values: Mapping[str, str | None], products: Iterable[str]) -> str:
    """As `of_order`, of a subscription's SUBSCRIPTION_COLUMNS and the names of its items."""
    as_order = {**values, "code_key": values.get("number")}
    keys = set(of_order(as_order).split(SEPARATOR)[1:-1])
    keys.update(key[:LONGEST] for key in _of_code(values.get("external_number") or ""))
    for product in products:
        words = letters.fold_variants(letters.fold(product)).split()
        keys.update(f"{Kind.WRITTEN}{''.join(words[start:])}"[:LONGEST] for start in range(len(words)))
    return SEPARATOR + "".join(f"{key}{SEPARATOR}" for key in sorted(keys))


def name_parts(text: str) -> tuple[str, ...]:
    """Family and given name, or whatever else stands apart, folded; without titles and the company's form."""
    if _USUAL_NAME.fullmatch(text):
        # Nearly all are, and an import makes these keys of every order: the long way would take a tenth of its time.
        plain = letters.fold_variants(letters.fold_kana(text))
        if not _MAY_BE_TITLE.search(plain):
            return tuple(plain.split())
    parts = titles.parse(titles.strip_courtesy(letters.fold(text))).parts
    return tuple(letters.fold_variants(letters.without_macrons(part)) for part in parts)


def code_letters(text: str) -> str:
    """Of a code: letters and digits of any script, lower case."""
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
    """The name from its beginning, and from each other part on with the beginning behind."""
    if not parts:
        return ()
    cuts = range(len(parts) if len(parts) <= _MOST_PARTS else 1)
    return ["".join(parts[cut:] + parts[:cut]) for cut in cuts]


def _at_likely_border(parts: tuple[str, ...]) -> tuple[str, ...]:
    """A name without a space is parted where most are: after two kanji, of three letters also after one (森 太郎)."""
    if len(parts) != 1 or not 3 <= len(parts[0]) <= 5 or not all(map(letters.is_kanji, parts[0][:2])):
        return parts
    name = parts[0]
    return (name[:1], name[1:2], name[2:]) if len(name) == 3 else (name[:2], name[2:])


def _of_phone(number: str) -> Iterator[str]:
    digits = phone_digits(number)
    if not _USUAL_PHONE.fullmatch(digits):
        # Looked at closely only where it is not plain: that takes as long as all the rest.
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
