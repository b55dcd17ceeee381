"""What an import would store, as one number. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Any

from portal.importing.orders.rows import OrderSaid
from portal.orders.resolving import Line


def digest(said: OrderSaid, lines: Sequence[Line]) -> str:
    """SHA-256 of all that an import would store, so that the same file twice is known without a comparison."""
    facts: tuple[Any, ...] = (
        *(said.code, sorted(said.values.items()), [tuple(line) for line in lines], said.status, said.parcels),
    )
    if said.begins:
        facts += (said.begins,)
    return hashlib.sha256(repr(facts).encode()).hexdigest()
