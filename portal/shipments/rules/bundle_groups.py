"""Grouping of orders that could share a parcel: same recipient, same address, same delivery method."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from portal.values.addresses import door
from portal.values.names import letters


@dataclass(frozen=True)
class Waiting:
    """An order that has not begun to leave."""

    order_id: UUID
    name: str
    """Name of the recipient, as are postcode and address."""
    postcode: str
    address: str
    """Prefecture and the rest of the address."""
    method: str
    """Carrier and service as they were asked for."""
    parcel_id: UUID | None
    """Its only live parcel. Orders that share one already count as one."""


def match_key(waiting: Waiting) -> str:
    """Return a key that is equal for orders to the same door by the same delivery method."""
    name = letters.fold_variants(letters.fold("".join(waiting.name.split()))).replace(" ", "")
    postcode = re.sub(r"\D", "", unicodedata.normalize("NFKC", waiting.postcode))
    told = [name, postcode, door(waiting.address), waiting.method]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def groups(orders: Iterable[Waiting], decided: Mapping[str, Collection[frozenset[UUID]]]) -> dict[str, frozenset[UUID]]:
    """Return the orders to propose, by match key.

    `decided`: per key the sets of orders that staff decided on; only one more order opens the question again. Orders
    without a name or an address are not proposed.
    """
    found: dict[str, list[Waiting]] = {}
    for order in orders:
        if order.name.strip() and order.address.strip():
            found.setdefault(match_key(order), []).append(order)
    return {
        key: frozenset(order.order_id for order in members)
        for key, members in found.items()
        if _parcels(members) > 1
        and not any({order.order_id for order in members} <= spoken for spoken in decided.get(key, ()))
    }


def _parcels(members: Iterable[Waiting]) -> int:
    return len({order.parcel_id or order.order_id for order in members})
