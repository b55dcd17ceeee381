"""Any number of due subscriptions, written a thousand at a time."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.models import Shop, Subscription, SubscriptionItem
from portal.models.base import new_id
from portal.values import search_keys
from tests.cast import HANAKO

AT_ONCE = 1000


def add_due(session: Session, shop: Shop, count: int, day: date, now: datetime, **changes: Any) -> None:
    """Write monthly subscriptions of two items each whose orders are made on that day; every tenth is skipped."""
    delivery_on = day + timedelta(days=11)
    usual: dict[str, Any] = HANAKO | {
        "shop_id": shop.id,
        "payment_method": "代金引換",
        "shipping_fee": 500,
        "carrier": "yamato",
        "delivery_method": "宅急便",
        "cycle": "months:1",
        "anchor_on": delivery_on,
        "next_creation_on": day,
        "next_ship_on": day + timedelta(days=7),
        "next_delivery_on": delivery_on,
        "cycle_number": 2,
        "orders_made": 1,
        "orders_before": 1,
        "created_at": now,
        "updated_at": now,
    }
    for start in range(0, count, AT_ONCE):
        rows = [
            {**usual, "id": new_id(), "number": f"{number:010}", "next_skipped": number % 10 == 9, **changes}
            for number in range(start, min(start + AT_ONCE, count))
        ]
        for row in rows:
            columns = {column: row.get(column) for column in search_keys.SUBSCRIPTION_COLUMNS}
            row["search_keys"] = search_keys.of_subscription(columns, ["煎茶", "急須"])
        session.execute(insert(Subscription.__table__), rows)  # type: ignore[arg-type]
        items = [
            {
                "id": new_id(),
                "shop_id": shop.id,
                "subscription_id": row["id"],
                "position": position,
                "name": name,
                "quantity": 1,
                "first_price": price,
                "later_price": price,
                "tax_rate": rate,
                "remaining": None,
            }
            for row in rows
            for position, (name, price, rate) in enumerate([("煎茶", 1080, 8), ("急須", 2200, 10)], 1)
        ]
        session.execute(insert(SubscriptionItem.__table__), items)  # type: ignore[arg-type]
    session.commit()
