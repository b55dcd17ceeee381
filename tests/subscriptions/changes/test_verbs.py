"""Creating a subscription, once, and deleting it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import AuditEntry, Shop, Subscription
from portal.subscriptions.changes import verbs
from portal.subscriptions.changes.verbs import New
from portal.subscriptions.record import history
from portal.subscriptions.record.facts import frame_of
from portal.subscriptions.record.items import Item
from portal.subscriptions.record.refusals import Refusal, RefusedError, StaleError
from portal.values.states import SubscriptionState
from tests.cast import Cast

SUZUKI = "staff:suzuki"
TEA = Item(name="煎茶", product_code="T-100", first_price=980, later_price=1080, tax_rate=8)


def new(**changes: Any) -> New:
    facts: dict[str, Any] = {
        "cycle": "months:1@15",
        "next_delivery_on": date(2026, 12, 15),
        "items": [TEA],
        "details": {"buyer_name": "山田 花子", "email": "Hanako@Example.jp", "prefecture": "大阪府"},
    }
    return New(**(facts | changes))


def test_it_begins_with_a_number_dates_by_the_rule_and_no_count(session: Session, cast: Cast, shop: Shop) -> None:
    made = verbs.create(session, shop, new(), frame=frame_of(session, shop.id), actor=SUZUKI, now=cast.now)
    session.commit()
    session.refresh(made)
    assert (made.number, made.state, made.email_key) == ("0000000001", "active", "hanako@example.jp")
    assert (made.anchor_on, made.next_ship_on, made.next_creation_on) == (
        date(2026, 12, 15),
        date(2026, 12, 11),
        date(2026, 12, 4),
    )
    assert (made.orders_made, made.cycle_number, made.purchase_count, made.version) == (0, 1, 0, 2)
    assert [item.name for item in made.items] == ["煎茶"]
    assert session.scalar(select(AuditEntry.action)) == "subscription.created"


def test_with_its_first_order_it_counts_one_and_the_order_says_whose_it_is(
    session: Session, cast: Cast, shop: Shop
) -> None:
    order = cast.order(shop)
    cast.shipment(order)
    made = verbs.create(
        session, shop, new(first_order=order), frame=frame_of(session, shop.id), actor=SUZUKI, now=cast.now
    )
    assert (made.orders_made, made.cycle_number, made.purchase_count) == (1, 2, 1)
    assert (order.subscription_id, order.subscription_number, order.cycle_number) == (made.id, made.number, 1)
    assert order.next_delivery_on == date(2026, 12, 15)


def test_one_from_another_system_keeps_its_counts_number_and_dates(session: Session, cast: Cast, shop: Shop) -> None:
    moved = verbs.create(
        session,
        shop,
        new(
            external_number="EC-77",
            orders_before=12,
            purchases_before=11,
            remaining_orders=3,
            anchor_on=date(2026, 12, 13),
            next_ship_on=date(2026, 12, 10),
            next_creation_on=date(2026, 12, 1),
            created_at=datetime(2025, 1, 5, tzinfo=UTC),
            state=SubscriptionState.SUSPENDED,
            stop_reason="お休み",
        ),
        frame=frame_of(session, shop.id),
        actor=SUZUKI,
        now=cast.now,
    )
    assert (moved.orders_made, moved.purchase_count, moved.cycle_number, moved.remaining_orders) == (12, 11, 13, 3)
    assert (moved.anchor_on, moved.next_ship_on, moved.next_creation_on) == (
        date(2026, 12, 13),
        date(2026, 12, 10),
        date(2026, 12, 1),
    )
    assert (moved.state, moved.suspended_at, moved.created_at.year) == ("suspended", cast.now, 2025)


def test_the_same_form_or_external_number_makes_one_only(session: Session, cast: Cast, shop: Shop) -> None:
    once_id = uuid4()
    by_form = [
        verbs.create(session, shop, new(once_id=once_id), frame=frame_of(session, shop.id), actor=SUZUKI, now=cast.now)
        for _ in range(2)
    ]
    by_number = [
        verbs.create(
            session, shop, new(external_number="EC-1"), frame=frame_of(session, shop.id), actor=SUZUKI, now=cast.now
        )
        for _ in range(2)
    ]
    assert by_form[0] is by_form[1]
    assert by_number[0] is by_number[1]
    assert session.scalar(select(func.count()).select_from(Subscription)) == 2


def test_two_that_bring_the_same_external_number_at_once_make_one(
    app: Flask, session: Session, cast: Cast, shop: Shop
) -> None:
    session.commit()
    together = Barrier(2)

    def bring() -> str:
        together.wait()
        with app.app_context(), Session(db.engine) as own, own.begin():
            mine = own.get_one(Shop, shop.id)
            return verbs.create(
                own, mine, new(external_number="EC-1"), frame=frame_of(own, mine.id), actor=SUZUKI, now=cast.now
            ).number

    with ThreadPoolExecutor(2) as threads:
        numbers = {future.result() for future in [threads.submit(bring) for _ in range(2)]}
    assert numbers == {"0000000001"}


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"items": []}, Refusal.NO_ITEMS, "items"),
        ({"items": [Item(name="おまけ", bundled_gift=True)]}, Refusal.NO_ITEMS, "items"),
        ({"items": [TEA, Item(name=" ")]}, Refusal.REQUIRED, "items.2.name"),
        ({"items": [Item(name="茶", quantity=0)]}, Refusal.OUT_OF_RANGE, "items.1.quantity"),
        ({"items": [Item(name="茶", cycles=("days:0",))]}, Refusal.CYCLE, "items.1.cycles"),
        ({"cycle": "months:13"}, Refusal.CYCLE, "cycle"),
        ({"details": {"buyer_name": ""}}, Refusal.REQUIRED, "buyer_name"),
        ({"details": {"buyer_name": "花" * 121}}, Refusal.TOO_LONG, "buyer_name"),
        ({"details": {"buyer_name": "花子", "email": "no address"}}, Refusal.EMAIL, "email"),
        ({"details": {"buyer_name": "花子", "shipping_fee": -1}}, Refusal.OUT_OF_RANGE, "shipping_fee"),
        ({"next_ship_on": date(2026, 12, 16)}, Refusal.SHIP_AFTER_DELIVERY, "next_ship_on"),
        ({"remaining_orders": 0}, Refusal.OUT_OF_RANGE, "remaining_orders"),
        (
            {
                "details": {
                    "buyer_name": "花子",
                    "payment_method": "代金引換",
                    "carrier": "yamato",
                    "delivery_method": "ネコポス",
                }
            },
            Refusal.CANNOT_COLLECT,
            "payment_method",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    changes: dict[str, Any], code: Refusal, field: str, session: Session, cast: Cast, shop: Shop
) -> None:
    with pytest.raises(RefusedError) as refused:
        verbs.create(session, shop, new(**changes), frame=frame_of(session, shop.id), actor=SUZUKI, now=cast.now)
    assert (refused.value.code, refused.value.field) == (code, field)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Subscription)) == 0


def test_a_shop_that_takes_no_new_ones_still_takes_over_those_of_its_former_system(
    session: Session, cast: Cast
) -> None:
    shop = cast.shop()
    cast.rules(shop, takes_new=False)
    with pytest.raises(RefusedError) as refused:
        verbs.create(session, shop, new(), frame=frame_of(session, shop.id), actor=SUZUKI, now=cast.now)
    assert refused.value.code == Refusal.TAKES_NO_NEW
    assert verbs.create(
        session, shop, new(external_number="EC-1"), frame=frame_of(session, shop.id), actor=SUZUKI, now=cast.now
    ).number


def test_a_shop_without_subscriptions_gets_none(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    with pytest.raises(RefusedError) as refused:
        verbs.create(session, shop, new(), frame=frame_of(session, shop.id), actor=SUZUKI, now=cast.now)
    assert refused.value.code == Refusal.NOT_ENABLED


def test_a_deleted_one_keeps_its_row_and_nothing_is_done_to_it_any_more(
    session: Session, cast: Cast, shop: Shop
) -> None:
    subscription = cast.subscription(shop)
    for _ in range(2):
        verbs.delete(session, subscription, actor=SUZUKI, now=cast.now)
    session.commit()
    assert subscription.deleted_at == cast.now
    assert session.scalars(select(AuditEntry.action)).all() == ["subscription.deleted"]
    with pytest.raises(RefusedError) as refused:
        history.lock(session, subscription)
    assert refused.value.code == Refusal.DELETED


def test_deleting_from_an_old_page_is_refused(session: Session, cast: Cast, shop: Shop) -> None:
    subscription = cast.subscription(shop)
    with pytest.raises(StaleError):
        verbs.delete(session, subscription, seen_version=subscription.version - 1, actor=SUZUKI, now=cast.now)
    assert subscription.deleted_at is None


def test_days_since_are_counted_in_tokyo() -> None:
    late_evening = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # 0:30 on the 21st in Tokyo
    assert history.days_since(late_evening, date(2026, 11, 23)) == 2
    assert history.days_since(None, date(2026, 11, 23)) is None
