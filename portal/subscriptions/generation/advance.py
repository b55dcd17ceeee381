"""Moving many subscriptions at once from one cycle to the next."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, inspect, update
from sqlalchemy.orm import Session

from portal.models import Base, Subscription, SubscriptionItem
from portal.subscriptions.changes import counting
from portal.subscriptions.generation.order_rows import Next
from portal.subscriptions.record.attention import STOPPED, Attention

MOVED = (
    *("state", "finished_at", "stop_reason", "needs_attention", "attention_reason"),
    *("points_use", "points_each", "points_balance"),
    *("anchor_on", "next_creation_on", "next_ship_on", "next_delivery_on", "next_skipped", "skips_in_a_row"),
    *("previous_ship_on", "previous_delivery_on", "late_until"),
    *("cycle_number", "orders_made", "remaining_orders", "resumed", "updated_at"),
)
"""Columns of a subscription that `move_on` may set; `store` writes no other."""


def move_on(
    session: Session,
    subscription: Subscription,
    coming: Next,
    day: date,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Advance the subscription after its order was made on this day, or its skip became final. `store` writes it."""
    after = counting.after_skip if coming.delivery.skipped else counting.after_order
    after(session, subscription, coming.facts, coming.delivery, actor=actor, now=now)
    if not coming.delivery.skipped:
        # At most one order a day is made, and no creation date is past.
        subscription.next_creation_on = max(subscription.next_creation_on, day + timedelta(days=1))
    if subscription.late_until is not None and subscription.next_delivery_on > subscription.late_until:
        subscription.late_until = None
    if subscription.attention_reason in STOPPED | {Attention.LATE}:
        # What prevented the order is gone.
        subscription.needs_attention, subscription.attention_reason = False, ""


def store(session: Session, subscriptions: Sequence[Subscription]) -> None:
    """Write the advanced subscriptions in two statements. Their rows must be locked.

    The objects are read anew at the next access, and forms from before become stale. The unit of work would send one
    UPDATE for each row and compute the search keys anew, which takes longer than all the rest.
    """
    version = Subscription.__table__.c.version + 1
    _update(session, Subscription, [_values(one, MOVED) for one in subscriptions], version=version)
    counted = [item for one in subscriptions for item in one.items if inspect(item).modified]
    _update(session, SubscriptionItem, [_values(item, ("remaining",)) for item in counted])
    for one in subscriptions:
        session.expire(one)


def _values(row: Base, columns: Sequence[str]) -> dict[str, Any]:
    return {"row_id": row.id, **{column: getattr(row, column) for column in columns}}  # type: ignore[attr-defined]


def _update(session: Session, model: type[Base], rows: Sequence[dict[str, Any]], **more: Any) -> None:
    if not rows:
        return
    table: Table = model.__table__  # type: ignore[assignment]
    values: dict[str, Any] = {column: bindparam(column) for column in rows[0] if column != "row_id"}
    session.execute(update(table).where(table.c.id == bindparam("row_id")).values(values | more), rows)
