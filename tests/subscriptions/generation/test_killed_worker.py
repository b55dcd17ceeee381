"""kill -9 of a worker in the middle of a day's orders: the next ones finish it, with every cycle once."""

import os
from contextlib import ExitStack

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.jobs import nudge
from portal.models import (
    AuditEntry,
    GenerationRun,
    Order,
    OrderLine,
    OrderShipment,
    Shipment,
    Subscription,
    SubscriptionOccurrence,
)
from portal.values.dates import tokyo_date
from tests.cast import Cast
from tests.subscriptions.generation.many import add_due
from tests.waiting import until
from tests.worker_process import app, kill, settings, worker

__all__ = ["app", "settings"]


DUE = int(os.environ.get("ORDERS_DUE", "600"))
"""Number of due subscriptions; 20,000 take minutes, and these find the same mistakes."""


def look(session: Session) -> GenerationRun | None:
    session.rollback()
    found = session.scalars(select(GenerationRun).execution_options(populate_existing=True)).one_or_none()
    session.rollback()
    return found


def done(run: GenerationRun | None) -> int:
    return run.ordered + run.skipped if run else 0


def come_to(session: Session, count: int) -> None:
    """Wait until this many subscriptions are done.

    `until` waits a minute, so a large run gets a minute for each part.
    """
    while (at := done(look(session))) < count:
        until(lambda: done(look(session)) >= min(count, at + 500))


@pytest.mark.timeout(120 + DUE // 20)
def test_a_run_whose_worker_is_killed_is_finished_by_two_others_and_every_cycle_has_one_order(
    app: Flask, session: Session, settings: Settings
) -> None:
    now = app.config["CLOCK"]()
    cast = Cast(session, now)
    shop = cast.shop()
    cast.rules(shop, tells_generated=False)
    add_due(session, shop, DUE, tokyo_date(now), now)
    with worker(settings) as first:
        with app.app_context():
            nudge("generate_orders")
        come_to(session, DUE // 3)
        kill(first)
    left = look(session)
    assert left is not None
    assert left.state == "running"
    assert DUE // 3 <= done(left) < DUE
    # What was reported as done is done, and nothing else.
    assert session.scalar(select(func.count(Order.id))) == left.ordered
    session.rollback()
    # A minute passes.
    session.execute(update(GenerationRun).values(worked_at=None))
    session.commit()
    several = 2 if settings.database.startswith("postgresql") else 1
    with ExitStack() as workers:
        for number in range(several):
            workers.enter_context(worker(settings, "--hostname", f"worker{number}@%h"))
        with app.app_context():
            nudge("generate_orders")
        come_to(session, DUE)
        until(lambda: (run := look(session)) is not None and run.state == "done")
    skipped = DUE // 10
    run = look(session)
    assert run is not None
    assert (run.due, run.ordered, run.skipped, run.failed, run.waiting) == (DUE, DUE - skipped, skipped, 0, 0)
    # Every due cycle has one whole order.
    counts = [
        session.scalar(select(func.count()).select_from(model)) for model in (Order, OrderLine, Shipment, OrderShipment)
    ]
    assert counts == [DUE - skipped, 2 * (DUE - skipped), DUE - skipped, DUE - skipped]
    assert session.scalar(select(func.count(Order.subscription_id.distinct()))) == DUE - skipped
    assert session.scalar(select(func.count(Order.code_key.distinct()))) == DUE - skipped
    by_outcome = select(SubscriptionOccurrence.outcome, func.count()).group_by(SubscriptionOccurrence.outcome)
    assert {tuple(row) for row in session.execute(by_outcome)} == {("ordered", DUE - skipped), ("skipped", skipped)}
    assert session.scalar(select(func.count(SubscriptionOccurrence.subscription_id.distinct()))) == DUE
    # The subscriptions have counted up, and each is on its next date.
    by_count = select(
        Subscription.cycle_number, Subscription.orders_made, Subscription.skips_in_a_row, func.count()
    ).group_by(Subscription.cycle_number, Subscription.orders_made, Subscription.skips_in_a_row)
    assert {tuple(row) for row in session.execute(by_count)} == {(3, 2, 0, DUE - skipped), (2, 1, 1, skipped)}
    assert session.scalar(select(func.count(Subscription.next_delivery_on.distinct()))) == 1
    created = select(func.count(AuditEntry.id)).where(AuditEntry.action == "order.created")
    assert session.scalar(created) == DUE - skipped
