"""郵便番号 → the issuer's address, as far as it follows from it."""

from portal.values.places import places_of


def address_of(postcode: str) -> str:
    """Prefecture, city and town, of several the first; of a company's own postcode its whole address. Empty: there is
    no such postcode."""
    return next((f"{place.prefecture}{place.line}" for place in places_of(postcode)), "")
