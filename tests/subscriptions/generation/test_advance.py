"""The changes that a cycle makes to its subscription are exactly those that are stored."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from portal.subscriptions.generation import advance, order_rows
from portal.subscriptions.record.facts import frame_of
from portal.values.points import PointsUse
from tests.cast import Cast

LATE = {"next_delivery_on": date(2026, 11, 20), "late_until": date(2026, 11, 20), "attention_reason": "late"}
KINDS: list[dict[str, Any]] = [
    {},
    {"next_skipped": True},
    {"remaining_orders": 1},
    {"remaining_orders": 5, "resumed": True, "skips_in_a_row": 2},
    {"points_use": PointsUse.NEXT, "points_each": 300, "points_balance": 300, "customer_number": "M-1"},
    LATE | {"needs_attention": True},
    {"items": [{"name": "煎茶", "remaining": 1}]},
    {"items": [{"name": "煎茶", "remaining": 2}, {"name": "茶筒", "remaining": 1}]},
]


@pytest.mark.parametrize("said", KINDS)
def test_nothing_that_a_cycle_changes_is_left_unstored(session: Session, cast: Cast, said: dict[str, Any]) -> None:
    shop = cast.shop()
    cast.rules(shop)
    subscription = cast.subscription(shop, **said)
    day = date(2026, 11, 24)
    coming = order_rows.next_of(session, subscription, frame_of(session, shop.id), day)
    assert coming is not None
    with session.no_autoflush:
        advance.move_on(session, subscription, coming, day, actor="job", now=cast.now)
        wanted = {column: getattr(subscription, column) for column in advance.MOVED}
        left = [item.remaining for item in subscription.items]
        changed = {each.key for each in inspect(subscription).attrs if each.history.added}
        assert changed <= {*advance.MOVED, "version"}
        advance.store(session, [subscription])
    session.commit()
    assert {column: getattr(subscription, column) for column in advance.MOVED} == wanted
    assert [item.remaining for item in subscription.items] == left
