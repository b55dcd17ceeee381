"""The demo's subscriptions: one of every kind, loaded by the same import."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.demo.loading import HERE, dated
from portal.models import AuditEntry, Card, OfferedItem, Order, Shop, Subscription, SubscriptionItem
from portal.payments.rules.wallets import Way, way_of
from portal.subscriptions.changes import standings
from portal.subscriptions.generation import due
from portal.subscriptions.record import shop_rules
from portal.subscriptions.record.facts import facts_of, frame_of
from portal.subscriptions.rules.allowances import Change
from portal.subscriptions.schedule import commitment, plan
from portal.subscriptions.schedule.cycles import Cycle, CycleKind
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState
from tests.conftest import Clock
from tests.importing.files import everything


@pytest.fixture
def loaded(app: Flask, session: Session) -> Session:
    result = app.test_cli_runner().invoke(args=["load-demo"])
    assert result.exit_code == 0, result.output
    return session


def test_the_demo_shows_every_kind_of_subscription(loaded: Session, clock: Clock) -> None:
    found = loaded.scalars(select(Subscription)).all()
    assert len(found) >= 12
    assert {one.state for one in found} == set(SubscriptionState)
    assert {"months:1@31", "months:1@2nd-sat"} <= {one.cycle for one in found}
    assert {Cycle.parse(one.cycle).kind for one in found} == set(CycleKind)
    assert {one.delivery_to for one in found} == {"buyer", "listed", "own"}
    assert {way_of(one.payment_method) for one in found} == set(Way)
    assert any(one.next_skipped for one in found)
    assert any(one.needs_attention for one in found)
    assert any(not one.cycle_fixed for one in found)
    items = loaded.scalars(select(SubscriptionItem)).all()
    assert any(item.bundled_gift for item in items)
    assert any(item.remaining for item in items)
    assert max(len(one.items) for one in found) == 3
    plans = [
        (facts_of(loaded, one, frame_of(loaded, one.shop_id)), one)
        for one in found
        if one.state == SubscriptionState.ACTIVE
    ]
    bound = [commitment(facts.items, one.orders_made) for facts, one in plans]
    assert {each.met for each in bound if each.count} == {True, False}
    assert {len(plan(facts, 6)) - min(6, one.remaining_orders or 6) for facts, one in plans} == {0}


def test_the_days_fit_the_rules_on_whatever_day_it_is_loaded(loaded: Session, clock: Clock) -> None:
    for one in loaded.scalars(select(Subscription)):
        for on in (one.next_delivery_on, one.previous_delivery_on):
            assert on is None or Cycle.parse(one.cycle).fits(on), (one.external_number, one.cycle, on)
    for later in range(0, 365, 9):
        for file in ("sakura-subscriptions.csv", "sakura-orders.csv", "aozora-subscriptions.csv"):
            dated((HERE / "files" / file).read_bytes(), clock() + timedelta(days=later))
    table = b"{+24 months:1@31},{-3 weeks:4@tue},{+0 months:1@2nd-sat},{-1}"
    assert dated(table, datetime(2026, 12, 1, 3, 0, tzinfo=UTC)) == b"2026/12/31,2026/11/24,2026/12/12,2026/11/30"


def test_one_is_late_and_waits_and_nothing_else_is_due_on_the_day_of_loading(loaded: Session, clock: Clock) -> None:
    shop = loaded.scalars(select(Shop).filter_by(slug="sakura")).one()
    today = tokyo_date(clock())
    waiting = loaded.scalars(select(Subscription.external_number).where(*due.waiting(shop.id, today)))
    assert waiting.all() == ["TS-1010"]
    assert loaded.scalars(select(Subscription).where(*due.due(shop.id, today + timedelta(days=1)))).all() == []
    other = loaded.scalars(select(Shop).filter_by(slug="aozora")).one()
    assert (shop_rules.of_shop(loaded, shop.id).generates, shop_rules.of_shop(loaded, other.id).generates) == (
        "us",
        "them",
    )


def test_orders_of_the_demo_belong_to_its_subscriptions(loaded: Session) -> None:
    linked = loaded.scalars(
        select(Order).join(Shop).where(Order.subscription_id.is_not(None), Shop.slug != "yorozu")
    ).all()
    assert {order.code for order in linked} == {"A-10234", "A-10236", "A-10243", "A-10248"}
    for order in linked:
        owner = loaded.get_one(Subscription, order.subscription_id)
        assert (owner.external_number, owner.buyer_name) == (order.subscription_number, order.buyer_name)
        assert (order.cycle_number, order.next_delivery_on) == (owner.orders_made, owner.next_delivery_on)


def test_loading_again_on_another_day_changes_no_subscription(loaded: Session, app: Flask, clock: Clock) -> None:
    models = (Subscription, SubscriptionItem, AuditEntry)
    before = everything(loaded, *models)
    clock.forward(days=3, hours=5)
    assert app.test_cli_runner().invoke(args=["load-demo"]).exit_code == 0
    assert everything(loaded, *models) == before


def test_the_buyer_of_the_printed_link_can_try_every_change(loaded: Session, clock: Clock) -> None:
    """`demo-links` prints the link of this order."""
    order = loaded.scalars(select(Order).join(Shop).where(Order.code == "A-10234", Shop.slug == "sakura")).one()
    subscription = loaded.get_one(Subscription, order.subscription_id)
    found = standings.verdicts(loaded, subscription, frame_of(loaded, subscription.shop_id), tokyo_date(clock()))
    assert {change for change, verdict in found.items() if not verdict.allowed} == {Change.UNSKIP, Change.RESUME}
    card = loaded.get_one(Card, subscription.card_id)
    assert (card.brand, card.last4, card.email_key) == ("Visa", "4242", subscription.email_key)
    offered = loaded.scalars(select(OfferedItem.name).filter_by(shop_id=subscription.shop_id)).all()
    assert set(offered) > {"煎茶 やぶきた 100g", "玉露 さえみどり 50g"}
