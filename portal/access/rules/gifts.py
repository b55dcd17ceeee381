"""Rule of what a typed order code opens: it stands on the parcel, as the buyer's name does, for its recipient to read."""

from typing import Protocol

from portal.values import names, postcodes
from portal.values.addresses import door, parts


class Addressed(Protocol):
    """Columns of an order that say who bought it and where it goes."""

    @property
    def buyer_name(self) -> str: ...
    @property
    def buyer_kana(self) -> str: ...
    @property
    def postcode(self) -> str: ...
    @property
    def prefecture(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def recipient_name(self) -> str: ...
    @property
    def recipient_postcode(self) -> str: ...
    @property
    def recipient_prefecture(self) -> str: ...
    @property
    def recipient_address(self) -> str: ...


def opens_parcel_only(order: Addressed, *, by_link: bool) -> bool:
    """Tell whether name and order code open the parcel only: the order goes to somebody else or to another place.

    The link of the buyer's mail opens everything.
    """
    return not by_link and goes_to_another(order)


def goes_to_another(order: Addressed) -> bool:
    """Tell whether the recipient differs from the buyer in name or address. What the order does not say is no difference.

    If in doubt it differs: then the buyer only has to take the mailed code.
    """
    return _is_another_name(order) or _is_another_postcode(order) or _is_another_door(order)


def _is_another_name(order: Addressed) -> bool:
    if not order.recipient_name.strip():
        return False
    return not names.matches(order.recipient_name, order.buyer_name, order.buyer_kana, derive_reading=False)


def _is_another_postcode(order: Addressed) -> bool:
    buyers, recipients = postcodes.normalise(order.postcode), postcodes.normalise(order.recipient_postcode)
    return buyers is not None and recipients is not None and buyers != recipients


def _is_another_door(order: Addressed) -> bool:
    buyers = parts(order.prefecture, order.address)
    recipients = parts(order.recipient_prefecture, order.recipient_address)
    prefectures = {buyers.prefecture, recipients.prefecture} - {""}
    doors = {door(f"{found.city}{found.street} {found.building}") for found in (buyers, recipients)} - {""}
    return len(prefectures) > 1 or len(doors) > 1
