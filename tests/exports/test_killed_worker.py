"""kill -9 in the middle of a file: the next worker completes it, with nothing in it twice."""

import csv
import io
from uuid import uuid4

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.exports import verbs
from portal.jobs import nudge
from portal.models import Export
from portal.values.csv_text import Encoding
from tests.cast import Cast
from tests.receipts.ledger_rows import add_receipts
from tests.waiting import until
from tests.worker_process import app, kill, settings, worker

__all__ = ["app", "settings"]


RECEIPTS = 45


def test_the_next_worker_goes_on_where_the_killed_one_was(app: Flask, session: Session, settings: Settings) -> None:
    now = app.config["CLOCK"]()
    cast = Cast(session, now)
    shop = cast.shop()
    add_receipts(session, cast.order(shop), ({"amount": number} for number in range(1, RECEIPTS + 1)))
    asked = {"kind": "ledger", "question": {}, "encoding": Encoding.CP932, "once_key": uuid4()}
    export = verbs.request(session, shop=shop, actor="cli", now=now, **asked)  # type: ignore[arg-type]
    session.commit()

    def seen() -> Export:
        session.rollback()  # on SQLite a transaction left open would keep the worker waiting
        found = session.scalars(select(Export).execution_options(populate_existing=True)).one()
        session.rollback()
        return found

    with worker(settings, program="tests.exports.stalling_worker") as first:
        until(lambda: len(seen().parts) == 2)
        until(lambda: seen().attempts == 1)  # the worker is at its third file
        kill(first)
    left = seen()
    assert (left.state, left.done) == ("writing", 20)
    # Two minutes pass.
    session.execute(update(Export).values(next_try_at=now))
    session.commit()
    with worker(settings):
        with app.app_context():
            nudge("write_export", str(export.id))
        until(lambda: seen().state == "done")
    written = seen()
    text = b"".join(verbs.content(written, app.extensions["ports"].documents)).decode("cp932")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [int(row["番号"]) for row in rows] == list(range(RECEIPTS, 0, -1))
    assert [int(row["金額"]) for row in rows] == list(range(RECEIPTS, 0, -1))
    assert (written.done, written.total, written.attempts) == (RECEIPTS, RECEIPTS, 0)
