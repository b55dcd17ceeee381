"""A large file in the real worker: killed in the middle, continued by the next one, complete and with nothing twice."""

import io
import os

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.importing.runs import uploads
from portal.importing.runs.guessing import of_preset
from portal.importing.runs.uploads import Upload
from portal.jobs import nudge
from portal.models import AuditEntry, ImportRow, ImportRun, Order, OrderLine, Shipment, Shop
from tests.cast import Cast
from tests.importing.files import order, table
from tests.waiting import until
from tests.worker_process import app, cast, kill, settings, worker

__all__ = ["app", "cast", "settings"]


ORDERS = int(os.environ.get("ORDERS_IN_THE_WORKER", "5000"))
"""Number of orders; 50,000 take minutes, and these find the same mistakes."""


def content() -> bytes:
    """Return a file of orders with two lines each, every hundredth with an error in its second line."""
    rows = []
    for number in range(ORDERS):
        code = f"A-{number:06}"
        whole = order(受注コード=code, 送り状番号=f"{number:012}")
        rows += [whole, whole | {"商品名": "急須", "単価": "2200", "数量": "-1" if number % 100 == 99 else "1"}]
    return table(*rows)


def queued(session: Session, app: Flask, shop: Shop) -> ImportRun:
    """Store an import as the staff's pages leave it when 取り込む is pressed."""
    now = app.config["CLOCK"]()
    upload = Upload("orders.csv", io.BytesIO(content()))
    keys = uploads.store_files([upload], shop, app.extensions["ports"].documents)
    choice = of_preset("orders", "generic").choice
    run = uploads.receive(session, shop, [upload], keys, choice, encoding="utf-8", actor="staff:1", now=now)
    run.state, run.trial = "tried", 1
    session.flush()
    uploads.queue(session, run, 1, actor="staff:1", now=now)
    session.commit()
    return run


def look(session: Session, run: ImportRun) -> ImportRun:
    session.rollback()
    session.refresh(run)
    session.rollback()
    return run


def come_to(session: Session, run: ImportRun, rows: int) -> set[int]:
    """Wait until this many rows are done, and return the values of the progress bar on the way.

    `until` waits a minute, so a large file gets a minute for each part.
    """
    seen = {look(session, run).rows_done}
    while run.state != "done" and run.rows_done < rows:
        part = min(rows, run.rows_done + 2_000)
        until(lambda: look(session, run).state == "done" or run.rows_done >= part)  # noqa: B023 - asked at once
        seen.add(run.rows_done)
    return seen


@pytest.mark.timeout(60 + ORDERS // 20)
def test_an_import_whose_worker_is_killed_ends_complete_and_nothing_is_there_twice(
    app: Flask, session: Session, cast: Cast, settings: Settings
) -> None:
    run = queued(session, app, cast.shop())
    with worker(settings) as first:
        with app.app_context():
            nudge("work_on_import", str(run.id))
        seen = come_to(session, run, ORDERS)
        kill(first)
    assert len(seen) > 2, "the bar did not move"
    look(session, run)
    assert (run.state, run.rows_total) == ("applying", 2 * ORDERS)
    assert 0 < run.rows_done < run.rows_total
    # What was reported as done is done, and nothing else.
    assert session.scalar(select(func.count(Order.id))) == run.created
    # A minute passes.
    session.rollback()
    session.execute(update(ImportRun).values(next_try_at=app.config["CLOCK"]()))
    session.commit()
    with worker(settings):
        come_to(session, run, 2 * ORDERS)
        until(lambda: look(session, run).state == "done")
    bad = ORDERS // 100
    assert (run.created, run.updated, run.unchanged, run.refused) == (ORDERS - bad, 0, 0, bad)
    assert (run.rows_done, run.finished_at is not None) == (2 * ORDERS, True)
    for model, count in ((Order, ORDERS - bad), (OrderLine, 2 * (ORDERS - bad)), (Shipment, ORDERS - bad)):
        assert session.scalar(select(func.count()).select_from(model)) == count
    created = select(func.count(AuditEntry.id)).where(AuditEntry.action == "order.created")
    assert session.scalar(created) == ORDERS - bad
    lines = session.execute(select(func.count(ImportRow.id), func.count(ImportRow.line.distinct()))).one()
    assert tuple(lines) == (2 * ORDERS, 2 * ORDERS)
