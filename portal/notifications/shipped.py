"""発送のお知らせ: one mail per parcel and order."""

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
    to_come: bool = False,
) -> dict[str, Any]:
    """Return what the mail prints, in words as they are shown.

    For example `carrier` ヤマト運輸 (empty: unknown), `tracking_number` 1234-5678-9010, slot 14時〜16時. `order_url` is
    `mailroom.order_url(shop, order)`, `tracking_url` the carrier's own page for the parcel, `to_come` says that other goods
    of the order have not left yet.
    """
    return {
        "order_url": order_url,
        "carrier": carrier,
        "service": service,
        "tracking_number": tracking_number,
        "tracking_url": tracking_url,
        "requested_on": requested_on,
        "requested_slot": requested_slot,
        "to_come": to_come,
    }


def once_key(shipment_id: UUID, order_id: UUID) -> str:
    """Return a key per parcel and order: no parcel is announced twice, and a bundled one is announced to each buyer."""
    return f"shipped:{shipment_id.hex}:{order_id.hex}"
