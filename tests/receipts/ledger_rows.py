"""Rows of the ledger as issuing leaves them, written directly: many at once, with any day, name and state."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.models import Order, Receipt, Rendition
from portal.models.base import new_id
from portal.receipts.rules.counterparty import search_key

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
RATES = [
    {"rate": 8, "reduced": True, "total": 1080, "tax": 80},
    {"rate": 10, "reduced": False, "total": 2200, "tax": 200},
]


def add_receipts(
    session: Session, order: Order, rows: Iterable[dict[str, Any]], *, first: int = 1
) -> list[dict[str, Any]]:
    """Write receipts numbered from `first`, flush and return them.

    What a row does not give is: issued by staff on 2026-11-20, to 山田 花子, ¥3,280.
    """
    rendition = Rendition(
        shop_id=order.shop_id,
        kind="receipt",
        digest=new_id().hex,
        document={},
        order_id=order.id,
        requested_at=NOW,
        next_try_at=NOW,
    )
    session.add(rendition)
    session.flush()
    added = [_row(order, rendition, number, row) for number, row in enumerate(rows, first)]
    session.execute(insert(Receipt), added)
    return added


def _row(order: Order, rendition: Rendition, number: int, changes: dict[str, Any]) -> dict[str, Any]:
    facts = {
        "id": new_id(),
        "shop_id": order.shop_id,
        "order_id": order.id,
        "number": number,
        "issued_by": "staff",
        "issued_at": NOW,
        "issued_on": date(2026, 11, 21),
        "transaction_on": date(2026, 11, 20),
        "addressee": "山田 花子",
        "amount": 3280,
        "snapshot": {"rates": RATES},
        "public_token": new_id().hex,
        "original_id": None,
        "copy_number": 0,
        "voided_at": None,
        "void_reason": "",
        "replaces_id": None,
        "rendition_id": rendition.id,
    } | changes
    name = facts.get("counterparty") or facts["addressee"] or "山田 花子"
    return facts | {"counterparty": name, "counterparty_key": search_key(name)}
