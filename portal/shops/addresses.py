"""The issuer's address as far as it follows from its 郵便番号."""

from portal.values.places import places_of


def address_of(postcode: str) -> str:
    """Return prefecture, city and town of a postcode, or an empty text if there is no such postcode.

    Of several towns it is the first; a company's own postcode gives its whole address.
    """
    return next((f"{place.prefecture}{place.line}" for place in places_of(postcode)), "")
