"""A Japanese address in one line → the parts that forms and mail texts ask for. Pure."""

import unicodedata
from dataclasses import dataclass

from portal.values.masks import CITY, PREFECTURE


@dataclass(frozen=True)
class Parts:
    """One after the other they are the whole address again; what is not recognised stands in `street`."""

    prefecture: str
    city: str
    street: str
    building: str


def parts(prefecture: str, rest: str) -> Parts:
    """('大阪府', '大阪市北区梅田1-2-3 メゾン桜 405') → 大阪府, 大阪市, 北区梅田1-2-3, メゾン桜 405.

    `rest` may begin with the prefecture once more; the building is what follows the first space.
    """
    text = unicodedata.normalize("NFC", rest).strip()
    named = PREFECTURE.match(text)
    if named and prefecture in ("", named[0]):
        prefecture, text = named[0], text[named.end() :].lstrip()
    found = CITY.match(text)
    city = found[0] if found else ""
    street, building = [*text[len(city) :].split(maxsplit=1), "", ""][:2]
    return Parts(prefecture, city, street, building)
