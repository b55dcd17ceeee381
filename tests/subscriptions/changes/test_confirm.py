"""Confirming a change: done once, never over somebody else's, and never half beside the job that makes orders."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from portal.jobs.subscriptions import generate_orders
from portal.models import AuditEntry, Shop, Subscription, SubscriptionChange
from portal.subscriptions.changes.confirm import NotAllowedError, carry_out
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.generation import runs
from portal.subscriptions.record import items, shop_rules
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.facts import frame_of
from portal.subscriptions.record.refusals import Refusal, RefusedError, StaleError
from portal.subscriptions.rules.allowances import Change, Why
from tests.cast import Cast
from tests.conftest import Clock
from tests.subscriptions.generation.days import in_tokyo, orders_of, run
from tests.waiting import until

HANAKO = "buyer:one"
SKIP = Proposal(Change.SKIP)
CREATION = date(2026, 12, 4)
BEFORE, AFTER = in_tokyo(date(2026, 12, 3), "23:59:59"), in_tokyo(CREATION, "00:00:01")


@pytest.fixture
def subscription(cast: Cast, shop: Shop) -> Subscription:
    subscription = cast.subscription(shop)
    cast.session.commit()
    return subscription


@pytest.fixture
def postgres(session: Session) -> Engine:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    return engine


def confirm(
    session: Session, subscription: Subscription, proposal: Proposal, once_id: UUID | None = None, *, seen: int = 1
) -> SubscriptionChange:
    return carry_out(
        session,
        subscription,
        proposal,
        frame_of(session, subscription.shop_id),
        once_id=once_id or uuid4(),
        seen_version=seen,
        language="ja",
        actor=HANAKO,
        now=BEFORE,
    )


def more(subscription: Subscription, quantity: int) -> Proposal:
    """Return a proposal for this many of the tea."""
    wanted = tuple(replace(item, quantity=quantity) for item in items.of(subscription))
    return Proposal(Change.ITEMS, Wanted(items=wanted))


def receipts(session: Session) -> list[SubscriptionChange]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(SubscriptionChange)))


# --- once ------------------------------------------------------------------------------------------------------------
def test_a_form_that_is_sent_again_is_one_change_with_one_receipt(session: Session, subscription: Subscription) -> None:
    once_id = uuid4()
    first = confirm(session, subscription, SKIP, once_id)
    session.commit()
    again = confirm(session, subscription, SKIP, once_id)
    session.commit()
    assert again.number == first.number
    (kept,) = receipts(session)
    assert (kept.kind, kept.outcome, kept.facts) == ("skip", "done", {"next_skipped": [False, True]})
    assert list(session.scalars(select(AuditEntry.action))) == ["subscription.skipped"]


def test_the_receipt_of_one_subscription_is_none_of_another(
    session: Session, cast: Cast, shop: Shop, subscription: Subscription
) -> None:
    once_id = uuid4()
    confirm(session, subscription, SKIP, once_id)
    other = cast.subscription(shop, "0000000002")
    with pytest.raises(LookupError):
        confirm(session, other, SKIP, once_id)


# --- not at all ------------------------------------------------------------------------------------------------------
def test_a_form_from_before_another_change_changes_nothing(session: Session, subscription: Subscription) -> None:
    confirm(session, subscription, more(subscription, 2))
    session.commit()
    with pytest.raises(StaleError):
        confirm(session, subscription, more(subscription, 3))
    assert len(receipts(session)) == 1
    assert [item.quantity for item in subscription.items] == [2]


def test_what_the_shop_took_back_while_the_page_was_open_is_not_done(
    session: Session, cast: Cast, shop: Shop, subscription: Subscription
) -> None:
    row = shop_rules.of_shop(session, shop.id)
    row.changes = {"skip": None}
    session.commit()
    with pytest.raises(NotAllowedError) as refused:
        confirm(session, subscription, SKIP)
    assert refused.value.verdict.why is Why.NOT_ALLOWED
    assert (receipts(session), subscription.next_skipped) == ([], False)


def test_what_its_verb_refuses_leaves_no_receipt(session: Session, subscription: Subscription) -> None:
    with pytest.raises(RefusedError) as refused:
        confirm(session, subscription, Proposal(Change.PAUSE, resume_on=date(2026, 12, 3)))
    assert refused.value.code is Refusal.RESUME_DATE
    assert (receipts(session), subscription.state) == ([], "active")


# --- two at once -----------------------------------------------------------------------------------------------------
def at_once(engine: Engine, *acts: Callable[[Session], object]) -> list[object]:
    """Run each act in a transaction of its own, all together; return the results, or the class of an error."""
    barrier = Barrier(len(acts))

    def do(act: Callable[[Session], object]) -> object:
        with Session(engine, expire_on_commit=False) as own:
            barrier.wait()
            try:
                found = act(own)
                own.commit()
            except (StaleError, NotAllowedError) as error:
                return type(error)
            return found

    with ThreadPoolExecutor(len(acts)) as threads:
        return [future.result() for future in [threads.submit(do, act) for act in acts]]


def changing_to(subscription: Subscription, quantity: int, once_id: UUID | None = None) -> Callable[[Session], object]:
    def act(own: Session) -> object:
        mine = own.get_one(Subscription, subscription.id)
        return confirm(own, mine, more(mine, quantity), once_id).number

    return act


def test_of_two_browsers_exactly_one_wins_and_the_other_is_told(
    postgres: Engine, session: Session, subscription: Subscription
) -> None:
    found = at_once(postgres, changing_to(subscription, 2), changing_to(subscription, 3))
    (kept,) = receipts(session)
    assert found.count(StaleError) == 1
    assert kept.number in found
    winner = 2 if found[0] == kept.number else 3
    assert [item.quantity for item in subscription.items] == [winner]
    assert list(session.scalars(select(AuditEntry.action))) == ["subscription.changed"]


def test_a_double_click_is_one_change_and_both_answers_lead_to_it(
    postgres: Engine, session: Session, subscription: Subscription
) -> None:
    once_id = uuid4()
    found = at_once(postgres, *[changing_to(subscription, 2, once_id)] * 2)
    (kept,) = receipts(session)
    assert found == [kept.number] * 2


# --- beside the job that makes the orders ----------------------------------------------------------------------------
def test_an_order_that_falls_due_while_it_is_changed_waits_and_has_the_change(
    postgres: Engine, app: Flask, session: Session, clock: Clock, shop: Shop, subscription: Subscription
) -> None:
    with Session(postgres, expire_on_commit=False) as own:
        mine = own.get_one(Subscription, subscription.id)
        confirm(own, mine, more(mine, 2))
        run(app, session, clock, shop, CREATION, "00:00:01")
        assert orders_of(session, subscription) == []
        own.commit()
    run(app, session, clock, shop, CREATION, "00:01")
    (order,) = orders_of(session, subscription)
    assert [(line.quantity, line.amount) for line in order.lines] == [(2, 2160)]


def test_a_change_that_meets_the_job_at_its_row_is_told_and_the_order_is_as_it_was(
    postgres: Engine, app: Flask, session: Session, clock: Clock, shop: Shop, subscription: Subscription
) -> None:
    clock.instant = AFTER
    with app.app_context():
        generate_orders()

    def change() -> object:
        (outcome,) = at_once(postgres, changing_to(subscription, 2))
        return outcome

    with ThreadPoolExecutor(1) as threads, Session(postgres) as job:
        runs.make_chunk(job, shop.id, actor="job:generate_orders", now=AFTER)
        pressed: Future[object] = threads.submit(change)
        until(lambda: _somebody_waits(postgres))
        job.commit()
        assert pressed.result() is StaleError
    assert receipts(session) == []
    (order,) = orders_of(session, subscription)
    assert [(line.quantity, line.amount) for line in order.lines] == [(1, 1080)]
    assert [item.quantity for item in subscription.items] == [1]
    assert subscription.next_delivery_on == date(2027, 1, 15)


@pytest.mark.parametrize("_round", range(5))
def test_whoever_comes_first_the_change_is_whole_or_told(
    postgres: Engine, app: Flask, session: Session, clock: Clock, shop: Shop, subscription: Subscription, _round: int
) -> None:
    clock.instant = AFTER
    with app.app_context():
        generate_orders()

    def make(own: Session) -> object:
        return runs.make_chunk(own, shop.id, actor="job:generate_orders", now=AFTER).done

    found, _made = at_once(postgres, changing_to(subscription, 2), make)
    run(app, session, clock, shop, CREATION, "00:10")
    kept = receipts(session)
    (order,) = orders_of(session, subscription)
    quantity = 1 if found is StaleError else 2
    assert [one.number for one in kept] == ([] if found is StaleError else [found])
    assert [line.quantity for line in order.lines] == [quantity]
    assert [item.quantity for item in subscription.items] == [quantity]


def _somebody_waits(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
