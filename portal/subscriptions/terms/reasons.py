"""Reasons for suspending and cancelling: lists of the shop, in the order of their ids."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import StopReason


class Kind(StrEnum):
    SUSPEND = "suspend"
    CANCEL = "cancel"


ALL_DELIVERED = "all_delivered"
"""Kept as the reason of one that finished by itself: every item has used up its deliveries."""
NO_ORDERS_LEFT = "no_orders_left"
"""The same, because the remaining automatic orders reached 0."""


def on_offer(session: Session, shop_id: UUID, kind: Kind) -> list[StopReason]:
    query = select(StopReason).filter_by(shop_id=shop_id, kind=str(kind)).where(StopReason.retired_at.is_(None))
    return list(session.scalars(query.order_by(StopReason.id)))
