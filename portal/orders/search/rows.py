"""A row of the list, and the payment words that the filter offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import Order, OrderShipment, Receipt

MOST_PAYMENT_WORDS = 40
"""Most payment words to offer; a shop whose files write a new text into every order has no list worth showing."""


@dataclass(frozen=True)
class Hit:
    id: UUID
    shop_id: UUID
    code: str
    ordered_at: datetime
    buyer_name: str
    recipient_name: str
    status: str
    total: int
    payment_method: str
    needs_attention: str
    parcels: int
    receipts: int
    """Number of receipts, without voided ones and copies."""


def load(session: Session, ids: Sequence[UUID]) -> tuple[Hit, ...]:
    """Load the rows in the order of `ids`, without orders that were erased meanwhile."""
    if not ids:
        return ()
    parcels = select(func.count()).where(OrderShipment.order_id == Order.id).scalar_subquery()
    receipts = (
        select(func.count())
        .where(Receipt.order_id == Order.id, Receipt.voided_at.is_(None), Receipt.original_id.is_(None))
        .scalar_subquery()
    )
    columns = select(
        *(Order.id, Order.shop_id, Order.code, Order.ordered_at, Order.buyer_name, Order.recipient_name),
        *(Order.status, Order.total, Order.payment_method, Order.needs_attention, parcels, receipts),
    )
    found = {row.id: Hit(*row) for row in session.execute(columns.where(Order.id.in_(ids)))}
    return tuple(found[order_id] for order_id in ids if order_id in found)


def payment_words(session: Session, shop_id: UUID) -> list[str]:
    """List the distinct payment words of the shop's orders by jumping along the index, one step per word."""
    of_shop = select(func.min(Order.payment_method).label("words")).where(Order.shop_id == shop_id)
    first = of_shop.cte("ways", recursive=True)
    following = of_shop.where(Order.payment_method > first.c.words).correlate(first).scalar_subquery()
    ways = first.union_all(select(following).where(first.c.words.is_not(None)))
    return list(session.scalars(select(ways.c.words).where(ways.c.words.is_not(None)).limit(MOST_PAYMENT_WORDS)))
