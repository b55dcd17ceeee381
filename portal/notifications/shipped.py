"""発送のお知らせ: one mail a parcel and order."""

from datetime import date
from typing import Any
from uuid import UUID


def context(
    *,
    order_url: str,
    carrier: str,
    service: str = "",
    tracking_number: str = "",
    tracking_url: str | None = None,
    requested_on: date | None = None,
    requested_slot: str = "",
) -> dict[str, Any]:
    """Words as they are shown: `carrier` ヤマト運輸 (empty: unknown), `tracking_number` 1234-5678-9010, slot 14時〜16時.

    `order_url` is `mailroom.order_url(shop, order)`, `tracking_url` the carrier's own page for the parcel.
    """
    return {
        "order_url": order_url,
        "carrier": carrier,
        "service": service,
        "tracking_number": tracking_number,
        "tracking_url": tracking_url,
        "requested_on": requested_on,
        "requested_slot": requested_slot,
    }


def once_key(shipment_id: UUID, order_id: UUID) -> str:
    """A parcel that is imported again is not announced again; a bundled one is announced to each order's buyer."""
    return f"shipped:{shipment_id.hex}:{order_id.hex}"
