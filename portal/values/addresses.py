"""Splitting of a one-line Japanese address into the parts that forms and mail texts ask for."""

import re
import unicodedata
from dataclasses import dataclass

from portal.values.masks import CITY, PREFECTURE

_BETWEEN_NUMBERS = re.compile(r"(?<=\d)(?:\s*(?:丁目|番地の?|番|号室?|[-‐-―−ー])\s*|\s+(?=\d))")
"""Hyphens of all kinds and the words that some people write for them: 1丁目2番3号 is 1-2-3."""


@dataclass(frozen=True)
class Parts:
    """Parts of an address; joined in this order they are the whole again. What is not recognized stands in `street`."""

    prefecture: str
    city: str
    street: str
    building: str


def parts(prefecture: str, rest: str) -> Parts:
    """Split an address: ('大阪府', '大阪市北区梅田1-2-3 メゾン桜 405') → 大阪府, 大阪市, 北区梅田1-2-3, メゾン桜 405.

    `rest` may repeat the prefecture at its start. The building is what follows the first space after the city.
    """
    text = unicodedata.normalize("NFC", rest).strip()
    named = PREFECTURE.match(text)
    if named and prefecture in ("", named[0]):
        prefecture, text = named[0], text[named.end() :].lstrip()
    found = CITY.match(text)
    city = found[0] if found else ""
    street, building = [*text[len(city) :].split(maxsplit=1), "", ""][:2]
    return Parts(prefecture, city, street, building)


def door(address: str) -> str:
    """Return the address in the form in which all ways to write one door are equal."""
    plain = unicodedata.normalize("NFKC", address).casefold()
    return re.sub(r"-(?!\d)", "", "".join(_BETWEEN_NUMBERS.sub("-", plain).split()))
