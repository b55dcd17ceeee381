"""不在・持ち戻り: the carrier found nobody; one mail per attempt and order in the parcel."""

from datetime import datetime
from typing import Any
from uuid import UUID

from portal.values.dates import TOKYO


def context(
    *,
    order_url: str,
    attempted_at: datetime,
    carrier: str,
    tracking_number: str = "",
    tracking_url: str | None = None,
    redelivery_url: str | None = None,
) -> dict[str, Any]:
    """Return what the mail prints; carrier and number as `shipped.context` has them.

    `redelivery_url`: the carrier's page for another delivery, None if it has none.
    """
    local = attempted_at.astimezone(TOKYO)
    return {
        "order_url": order_url,
        "attempted_on": local.date(),
        "attempted_at": f"{local.hour}:{local.minute:02}",
        "carrier": carrier,
        "tracking_number": tracking_number,
        "tracking_url": tracking_url,
        "redelivery_url": redelivery_url,
    }


def once_key(shipment_id: UUID, order_id: UUID, attempt: str) -> str:
    """Return a key per parcel, order and attempt. `attempt`: at most 20 characters that name it."""
    return f"attempted:{shipment_id.hex}:{order_id.hex}:{attempt}"
