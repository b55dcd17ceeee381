"""お問い合わせの受付: what a buyer has asked of the shop is written down."""

from datetime import datetime
from typing import Any
from uuid import UUID

from portal.values.dates import TOKYO


def context(*, order_url: str, kind: str, received_at: datetime) -> dict[str, Any]:
    """Return what the mail prints.

    `kind` is an `access.requests.RequestKind`. What was typed is left out: nobody shall have us mail their words.
    """
    local = received_at.astimezone(TOKYO)
    return {
        "order_url": order_url,
        "kind": kind,
        "received_on": local.date(),
        "received_at": f"{local.hour}:{local.minute:02}",
    }


def once_key(request_id: UUID) -> str:
    return f"request_received:{request_id.hex}"
