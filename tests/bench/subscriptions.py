"""Subscriptions: due orders a second with one worker and with two, and the staff's list among many subscriptions.

BENCH_DUE and BENCH_SUBSCRIPTIONS set how many there are.
"""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext, redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.extensions import db
from portal.subscriptions.generation import runs
from portal.values.dates import tokyo_date
from portal.values.roles import Role
from tests.admin.signing_in import sign_in
from tests.bench.ground import ROOT, migrated
from tests.bench.many_subscriptions import fill
from tests.bench.table import Row
from tests.cast import Cast
from tests.databases import postgres_cluster
from tests.subscriptions.generation.many import add_due

DUE = int(os.environ.get("BENCH_DUE", "5_000"))
MANY = int(os.environ.get("BENCH_SUBSCRIPTIONS", "1_000_000"))
TRIES = 11
TARGET = 500
"""Orders a second that one worker must make on PostgreSQL."""
TWICE = 1.6
"""Factor by which two workers must be faster: they share two cores with the database."""
TYPED = {
    "nothing, the newest": "",
    "next delivery first": "?by=next",
    "needs attention": "?attention=1",
    "family name, 1 in 9": "?q=佐藤",
    "whole name": "?q=鈴木+花子",
    "kana": "?q=すずきはなこ",
    "number": "?q=0000004321",
    "e-mail": "?q=buyer4321@example.jp",
    "nobody's name": "?q=御手洗",
}


def measure_generation() -> list[Row]:
    one, two = _orders_a_second(1, postgres=True), _orders_a_second(2, postgres=True)
    sqlite = _orders_a_second(1, postgres=False)
    return [
        Row(f"{DUE:,} due orders, PostgreSQL, one worker", f"{one:,.0f} orders/s", f"≥ {TARGET}", one >= TARGET),
        Row("… two workers", f"{two:,.0f} orders/s ({two / one:.2f} ×)", f"≥ {TWICE} ×", two / one >= TWICE),
        Row("… SQLite, one worker", f"{sqlite:,.0f} orders/s", "", None),
    ]


def _orders_a_second(workers: int, *, postgres: bool) -> float:
    with tempfile.TemporaryDirectory() as folder, postgres_cluster() if postgres else nullcontext(None) as url:
        settings = Settings(instance_dir=Path(folder), **({"database_url": url} if url else {}))
        app = migrated(settings)
        now = datetime.now(UTC)
        with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
            cast = Cast(session, now)
            shop = cast.shop()
            cast.rules(shop)
            add_due(session, shop, DUE, tokyo_date(now), now)
            runs.look_after(session, shop.id, now=now)
            session.commit()
        environment = os.environ | {"INSTANCE_DIR": folder, "DATABASE_URL": settings.database}
        command = [sys.executable, "-W", "ignore", "-m", "tests.bench.generating", str(shop.id)]
        processes = [
            subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            for _ in range(workers)
        ]
        for process in processes:
            assert process.stdout
            process.stdout.readline()  # it is ready
        started = time.perf_counter()
        for process in processes:
            assert process.stdin
            process.stdin.write(b"go\n")
            process.stdin.flush()
        done = sum(int(process.communicate()[0]) for process in processes)
        seconds = time.perf_counter() - started
        with app.app_context():
            db.engine.dispose()
    assert done == DUE, done
    return done / seconds


def measure_list() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, postgres_cluster() as url:
        app = migrated(Settings(database_url=url, instance_dir=Path(folder)))
        with app.app_context():
            engine = db.engine
        with Session(engine, expire_on_commit=False) as session:
            cast = Cast(session, datetime.now(UTC))
            shop = cast.shop()
            cast.rules(shop)
            staff = cast.staff(shop, role=Role.VIEWER)
            session.commit()
        with engine.begin() as connection:
            fill(connection, shop.id, MANY)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        client = app.test_client()
        sign_in(client, staff)
        rows = [_listed(client, words, typed) for words, typed in TYPED.items()]
        engine.dispose()
    return rows


def _listed(client: FlaskClient, words: str, typed: str) -> Row:
    times = []
    # Keep the application's log out of the table.
    with redirect_stdout(StringIO()):
        for _ in range(TRIES):
            started = time.perf_counter()
            answer = client.get(f"/admin/shops/sakura/subscriptions{typed}", headers={"HX-Request": "true"})
            times.append(time.perf_counter() - started)
            assert answer.status_code == 200
            assert (answer.text.count("data-row") > 0) is (words != "nobody's name"), words
    spent = median(times) * 1000
    return Row(f"list of {MANY:,} subscriptions: {words}", f"{spent:.0f} ms", "≤ 300 ms", spent <= 300)
