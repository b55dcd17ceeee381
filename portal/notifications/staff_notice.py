"""お客さまからのご連絡: tells the shop's staff that a buyer has written, without anything that the buyer wrote."""

from typing import Any
from uuid import UUID

from portal.models import Shop
from portal.notifications.outbox import Mailroom


def context(mailroom: Mailroom, shop: Shop, *, order_code: str, request_id: UUID) -> dict[str, Any]:
    return {"order_code": order_code, "url": f"{mailroom.public_url}/admin/shops/{shop.slug}/requests/{request_id}"}
