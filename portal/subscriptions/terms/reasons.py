"""Reasons for suspending and canceling: lists of the shop, in the order of their ids."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import StopReason


class Kind(StrEnum):
    SUSPEND = "suspend"
    CANCEL = "cancel"


ALL_DELIVERED = "all_delivered"
"""Reason of a subscription that finished by itself because all items have used up their deliveries."""
NO_ORDERS_LEFT = "no_orders_left"
"""Reason of a subscription that finished by itself because the remaining automatic orders reached 0."""


def on_offer(session: Session, shop_id: UUID, kind: Kind) -> list[StopReason]:
    query = select(StopReason).filter_by(shop_id=shop_id, kind=str(kind)).where(StopReason.retired_at.is_(None))
    return list(session.scalars(query.order_by(StopReason.id)))
