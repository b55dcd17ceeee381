"""Freezing today's database as a release: `python -m tests.releases.freezing 0.2.0`, on both databases.

It holds the demo shops, the stage of the staff's tour, issued receipts, and at least one row of every other table.
"""

import gzip
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.models import Base, Order, Shop
from portal.models.base import UtcDateTime, new_id
from portal.receipts.drafting import Texts
from portal.receipts.issuing import Refused, issue
from tests.browser.clockfile import ClockFile
from tests.browser.site import Site
from tests.browser.tours.staff_stage import DEAR, Stage
from tests.databases import postgres_binaries, postgres_cluster

RELEASES = Path(__file__).parent
SAMPLES: dict[type, Any] = {
    sa.String: "x",
    sa.Boolean: False,
    sa.Integer: 1,
    sa.LargeBinary: b"x",
    sa.JSON: {},
    sa.Date: date(2026, 1, 5),
    UtcDateTime: datetime(2026, 1, 5, 3, tzinfo=UTC),
    sa.Uuid: UUID(int=1),
}
FITTING = {"card_registration": {"state": "open"}, "subscription_change": {"outcome": "done"}}
"""Table → values for columns whose constraint allows only a few words."""


def main() -> None:
    folder = RELEASES / sys.argv[1]
    folder.mkdir()
    with tempfile.TemporaryDirectory() as scratch, postgres_cluster() as url:
        with_sqlite, with_postgres = Path(scratch, "sqlite"), Path(scratch, "postgres")
        _fill(with_sqlite, "")
        _write(folder / "sqlite.sql.gz", "\n".join(_dump_sqlite(with_sqlite / "instance" / "mypage.sqlite3")))
        _fill(with_postgres, url)
        _write(folder / "postgres.sql.gz", _dump_postgres(url))


def _fill(folder: Path, database_url: str) -> None:
    folder.mkdir()
    clock = ClockFile(folder / "clock")
    clock.set()
    settings = Settings(instance_dir=folder / "instance", database_url=database_url, public_url="http://127.0.0.1:8000")
    site = Site(settings, clock)
    site.command("db-upgrade")
    site.command("load-demo")
    stage = Stage(site)
    with site.session() as session:
        _issue_receipts(session, stage.shop.id, clock())
        for table in Base.metadata.sorted_tables:
            if not session.scalar(sa.select(sa.func.count()).select_from(table)):
                session.execute(table.insert().values(dict(_sample_row(session, table)) | FITTING.get(table.name, {})))
    site.close()


def _issue_receipts(session: Session, shop_id: UUID, now: datetime) -> None:
    shop = session.get_one(Shop, shop_id)
    issued = 0
    for order in session.scalars(sa.select(Order).filter_by(shop_id=shop_id).order_by(Order.code)):
        receipt = issue(
            session,
            shop=shop,
            order=order,
            texts=Texts(order.buyer_name, "様", "お茶代として", "ja"),
            verify_url=lambda number: f"http://127.0.0.1:8000/verify/{number}",
            actor="buyer",
            now=now,
        )
        issued += not isinstance(receipt, Refused)
    assert issued > 3, f"only {issued} receipts of ¥{DEAR:,} and less"


def _sample_row(session: Session, table: sa.Table) -> Iterator[tuple[str, Any]]:
    """Yield (column, value) of the plainest row that the table accepts."""
    for column in table.columns:
        if column.primary_key and not column.foreign_keys:
            yield column.name, new_id()
        elif column.foreign_keys:
            (key,) = column.foreign_keys
            yield column.name, session.scalar(sa.select(key.column).limit(1))
        elif not column.nullable:
            yield column.name, next(value for kind, value in SAMPLES.items() if isinstance(column.type, kind))


def _dump_sqlite(path: Path) -> Iterator[str]:
    connection = sqlite3.connect(path)
    yield from connection.iterdump()
    connection.close()


def _dump_postgres(url: str) -> str:
    address = sa.make_url(url)
    command = [
        str(postgres_binaries() / "pg_dump"),
        "--no-owner",
        "--no-privileges",
        "--inserts",
        "--rows-per-insert=200",
    ]
    command += ["-h", str(address.host), "-p", str(address.port), "-U", str(address.username), str(address.database)]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ)).stdout


def _write(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main()
