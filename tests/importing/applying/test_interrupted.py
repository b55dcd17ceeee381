"""Two imports at once, and one that is killed: only whole orders are written, and none twice."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.extensions import db
from portal.importing.applying.history import Report
from portal.importing.orders import work as orders
from portal.importing.shipments import work as shipments
from portal.models import (
    AuditEntry,
    ImportRun,
    Order,
    OrderLine,
    OrderShipment,
    OutboxMail,
    Shipment,
    Shop,
    TrackingEvent,
)
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import order, outcomes, shipped, table, take_in, take_in_shipments

ORDERS = 60
CONTENT = table(
    *(
        row
        for number in range(ORDERS)
        for row in (
            order(受注コード=f"A-{number}", 送り状番号=f"{number:012}", 出荷日="2026/11/20"),
            order(受注コード=f"A-{number}", 商品名="急須", 単価="2200", 税率="10"),
        )
    )
)
RESULTS = table(
    *(
        shipped(受注コード=f"A-{number}", 送り状番号=f"9{number:011}", 配送日時="2026/11/21 08:00", 配送状況="配達中")
        for number in range(ORDERS)
    )
)
KILLED_IN_THE_THIRD_BATCH = """
import os, signal, sys
from portal import audit, cli
from portal.app import create_app
from portal.importing.orders import work as orders
orders.BATCH = 10
written, batches = audit.record_many, []
def dies(*args, **kwargs):
    written(*args, **kwargs)
    batches.append(1)
    if len(batches) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
audit.record_many = dies
result = create_app().test_cli_runner().invoke(args=["import-orders", sys.argv[1], "--shop", "sakura"])
print(result.output, result.exception)
"""


def counts(session: Session, *models: type) -> list[int]:
    session.rollback()
    return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def both_at_once(app: Flask, work: Callable[[Session], Report]) -> list[Report]:
    """Run `work` in two threads that start together, each with a session of its own, and return both reports."""
    start = threading.Barrier(2, timeout=60)
    reports: list[Report] = []

    def run() -> None:
        with app.app_context(), Session(db.engine, expire_on_commit=False) as own:
            start.wait()
            reports.append(work(own))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return reports


def test_two_imports_of_one_file_at_once_make_nothing_twice(
    app: Flask, cast: Cast, session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "BATCH", 7)
    shop = cast.shop()
    session.commit()
    reports = both_at_once(app, lambda own: take_in(own, own.get_one(Shop, shop.id), CONTENT, clock()))
    assert [sum(report.counts.values()) for report in reports] == [ORDERS, ORDERS]
    assert sum(report.counts["created"] for report in reports) == ORDERS
    assert sum(report.counts["unchanged"] for report in reports) == ORDERS
    found = counts(session, Order, OrderLine, Shipment, OrderShipment, AuditEntry, ImportRun)
    assert found == [ORDERS, 2 * ORDERS, ORDERS, ORDERS, ORDERS, 2]


def test_two_imports_of_one_shipping_result_at_once_tell_each_buyer_once(
    app: Flask, cast: Cast, session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipments, "BATCH", 7)
    shop = cast.shop()
    for number in range(ORDERS):
        cast.order(shop, f"A-{number}")
    session.commit()
    reports = both_at_once(app, lambda own: take_in_shipments(own, own.get_one(Shop, shop.id), RESULTS, clock()))
    assert sum(report.counts["created"] for report in reports) == ORDERS
    assert sum(report.counts["unchanged"] for report in reports) == ORDERS
    assert counts(session, Shipment, TrackingEvent, OutboxMail) == [ORDERS, ORDERS, ORDERS]


def test_a_killed_import_leaves_whole_orders_and_a_second_one_completes_it(
    cast: Cast, session: Session, clock: Clock, settings: Settings, tmp_path: Path
) -> None:
    shop = cast.shop()
    session.commit()
    file = tmp_path / "orders.csv"
    file.write_bytes(CONTENT)
    environment = {
        "DATABASE_URL": settings.database,
        "INSTANCE_DIR": str(tmp_path / "instance"),
        "PATH": "/usr/bin:/bin",
    }
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_IN_THE_THIRD_BATCH, str(file)], env=environment, check=False, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stdout.decode() + killed.stderr.decode()
    # Two batches were committed and the third was being written.
    assert counts(session, Order, OrderLine, Shipment, AuditEntry) == [20, 40, 20, 20]
    assert session.scalars(select(ImportRun.finished_at)).all() == [None]
    report = take_in(session, shop, CONTENT, clock())
    assert outcomes(report) == {"unchanged": 20, "created": ORDERS - 20}
    assert counts(session, Order, OrderLine, Shipment, AuditEntry) == [ORDERS, 2 * ORDERS, ORDERS, ORDERS]
