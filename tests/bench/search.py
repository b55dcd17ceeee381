"""Staff's search on PostgreSQL: the list that follows the typing, among few orders and among many.

BENCH_ORDERS=10000000 measures the size that the paper names: about 40 GB of disk and an hour for writing them.
"""

import os
import tempfile
import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.extensions import db
from portal.orders import search
from portal.values.roles import Role
from tests.admin.signing_in import sign_in
from tests.bench.ground import migrated
from tests.bench.many_orders import fill
from tests.bench.table import Row
from tests.cast import Cast
from tests.databases import postgres_cluster

FEW = 10_000
MANY = int(os.environ.get("BENCH_ORDERS", "1_000_000"))
TRIES = 21
TARGET = 1.3
# Each text finds as many among few orders as among many (a full page or a single one), so both draw as many rows.
TYPED = {
    "nothing, the newest orders": "",
    "family name, 1 order in 9": "佐藤",
    "family name, 1 order in 60": "山田",
    "family name, 1 order in 170": "勅使河原",
    "whole name": "鈴木 花子",
    "one kanji": "山",
    "hiragana": "すずきはなこ",
    "romaji, family name last": "hanako suzuki",
    "kanji and kana": "鈴木 はなこ",
    "nobody's name": "御手洗",
    "order code": "A-00004321",
    "end of an order code": "0004321",
    "phone": "080-3421-7999",
    "beginning of a phone": "080-3421-799",
    "e-mail": "buyer4321@example.jp",
    "tracking number": "4000-0000-4321",
    "receipt number": "00004320",
}


@dataclass
class Place:
    client: FlaskClient
    session: Session
    shop: object

    def list_seconds(self, typed: str) -> float:
        started = time.perf_counter()
        answer = self.client.get(
            "/admin/shops/sakura/orders", query_string={"q": typed}, headers={"HX-Request": "true"}
        )
        seconds = time.perf_counter() - started
        assert answer.status_code == 200
        assert (answer.text.count("data-row") > 0) is (typed != TYPED["nobody's name"]), typed
        return seconds

    def find_seconds(self, typed: str) -> float:
        started = time.perf_counter()
        search.find(self.session, [self.shop], search.parse(typed))  # type: ignore[list-item]
        seconds = time.perf_counter() - started
        self.session.rollback()
        return seconds


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, postgres_cluster() as url:
        few, many = _place(url, Path(folder), FEW), _place(url, Path(folder), MANY)
        rows = [_compared(words, typed, few, many) for words, typed in TYPED.items()]
        # Nobody may be connected when the cluster is stopped.
        for place in (few, many):
            place.session.close()
            with place.client.application.app_context():
                db.engine.dispose()
    return rows


def _compared(words: str, typed: str, few: Place, many: Place) -> Row:
    lists: tuple[list[float], list[float]] = ([], [])
    finds: tuple[list[float], list[float]] = ([], [])
    # Keep the application's log out of the table.
    with redirect_stdout(StringIO()):
        for _ in range(TRIES):
            for at, place in enumerate((few, many)):
                lists[at].append(place.list_seconds(typed))
                finds[at].append(place.find_seconds(typed))
    ratio = median(lists[1]) / median(lists[0])
    figure = f"{ratio:.2f} × ({_both(lists)}; without the page {_both(finds)})"
    return Row(f"search among {MANY:,} / {FEW:,}: {words}", figure, f"≤ {TARGET}", ratio <= TARGET)


def _both(times: tuple[list[float], list[float]]) -> str:
    return " / ".join(f"{median(sample) * 1000:.1f}" for sample in reversed(times)) + " ms"


def _place(cluster: str, folder: Path, count: int) -> Place:
    server = create_engine(cluster, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE orders_{count}"))
    server.dispose()
    url = make_url(cluster).set(database=f"orders_{count}").render_as_string(hide_password=False)
    app = migrated(Settings(database_url=url, instance_dir=folder / str(count)))
    with app.app_context():
        engine = db.engine
    session = Session(engine)
    cast = Cast(session, datetime.now(UTC))
    shop = cast.shop()
    staff = cast.staff(shop, role=Role.VIEWER)
    session.commit()
    with engine.begin() as connection:
        fill(connection, shop.id, count)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    client = app.test_client()
    sign_in(client, staff)
    return Place(client, session, shop.id)
