"""Uploaded files in the worker: which worker may process one, for how long, and what a second worker finds."""

import io
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import jobs
from portal.importing.applying.history import History
from portal.importing.orders import work as orders
from portal.importing.runs import uploads, working
from portal.importing.runs.guessing import of_preset
from portal.importing.runs.uploads import StaleError, Upload
from portal.models import AuditEntry, ImportRow, ImportRun, Order, OrderLine, Shop
from portal.ports import DocumentStore
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import MAILROOM, order, table

ORDERS = 60
CONTENT = table(*(order(受注コード=f"A-{number}", 数量="0" if number % 20 == 19 else "1") for number in range(ORDERS)))
GOOD, BAD = 57, 3


@pytest.fixture
def store(app: Flask) -> DocumentStore:
    found: DocumentStore = app.extensions["ports"].documents
    return found


@pytest.fixture
def upload(cast: Cast, session: Session, clock: Clock, store: DocumentStore) -> Callable[..., ImportRun]:
    shop = cast.shop()
    session.commit()

    def receive(content: bytes = CONTENT) -> ImportRun:
        files = [Upload("orders.csv", io.BytesIO(content))]
        keys = uploads.store_files(files, shop, store)
        choice = of_preset("orders", "generic").choice
        run = uploads.receive(session, shop, files, keys, choice, encoding="utf-8", actor="staff:1", now=clock())
        uploads.begin_trial(session, run, actor="staff:1", now=clock())
        session.commit()
        return run

    return receive


@pytest.fixture
def work(app: Flask, clock: Clock, store: DocumentStore) -> Callable[[ImportRun], bool]:
    def carry_on(run: ImportRun) -> bool:
        with app.app_context():
            return working.carry_on(jobs.context.begin, run.id, store=store, mailroom=MAILROOM, clock=clock)

    return carry_on


def queue(session: Session, run: ImportRun, clock: Clock) -> None:
    look(session, run)
    uploads.queue(session, run, run.trial, actor="staff:1", now=clock())
    session.commit()


def look(session: Session, run: ImportRun) -> ImportRun:
    session.rollback()
    session.refresh(run)
    session.rollback()
    return run


def count(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_in_slices_each_batch_is_counted_once(
    upload: Callable[..., ImportRun],
    work: Callable[[ImportRun], bool],
    session: Session,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(orders, "BATCH", 7)
    monkeypatch.setattr(working, "SLICE", timedelta(0))
    run = upload()
    slices = 1
    while work(run):
        slices += 1
    assert slices == 9
    look(session, run)
    assert (run.state, run.created, run.refused, run.rows_done, run.claim) == ("tried", GOOD, BAD, ORDERS, None)
    assert (count(session, Order), count(session, ImportRow)) == (0, BAD)
    queue(session, run, clock)
    done = [0]
    while work(run):
        done.append(look(session, run).rows_done)
        assert count(session, Order) == run.created
    assert done == [0, 7, 14, 21, 28, 35, 42, 49, 56]
    look(session, run)
    assert (run.state, run.created, run.refused, run.rows_done) == ("done", GOOD, BAD, ORDERS)
    assert (count(session, Order), count(session, ImportRow)) == (GOOD, ORDERS)


def test_a_tax_rate_that_staff_set_while_a_file_comes_in_counts_for_the_rest_of_it(
    upload: Callable[..., ImportRun],
    work: Callable[[ImportRun], bool],
    session: Session,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(orders, "BATCH", 10)
    run = upload(table(*(order(受注コード=f"A-{number}", 税率="") for number in range(30))))
    work(run)
    queue(session, run, clock)

    def between() -> bool:
        """Change the shop's tax rate after each batch, and tell the import not to stop."""
        session.scalars(select(Shop)).one().default_tax_rate = 8
        session.commit()
        return False

    monkeypatch.setattr(working, "_slice", lambda _clock: between)
    assert not work(run)
    session.rollback()
    rates = session.scalars(select(OrderLine.tax_rate).join(Order).order_by(Order.code_key)).all()
    assert sorted(rates) == [8] * 20 + [10] * 10


def test_a_run_that_someone_works_on_is_left_alone_until_he_is_given_up(
    upload: Callable[..., ImportRun], work: Callable[[ImportRun], bool], session: Session, clock: Clock
) -> None:
    run = upload()
    with jobs_session(session) as own, own.begin():
        working._claim(own, run.id, clock())
    assert working.left_out(session, clock()) == []
    assert not work(run)
    assert look(session, run).state == "trying"
    clock.forward(minutes=6)
    assert working.left_out(session, clock()) == [run.id]
    work(run)
    assert look(session, run).state == "tried"


def test_a_worker_that_was_overtaken_commits_nothing(
    upload: Callable[..., ImportRun],
    work: Callable[[ImportRun], bool],
    session: Session,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It sleeps between applying a batch and reporting it; meanwhile another worker does everything."""
    monkeypatch.setattr(orders, "BATCH", 20)
    run = upload()
    work(run)
    queue(session, run, clock)
    told = History.add
    slept = []

    def sleeps(history: History, *args: object) -> None:
        if not slept:
            slept.append(1)
            history._session.rollback()  # type: ignore[attr-defined] # its connection is lost too
            clock.forward(minutes=6)
            work(run)
        told(history, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(History, "add", sleeps)
    assert not work(run)
    look(session, run)
    assert (run.state, run.created, run.refused, run.rows_done) == ("done", GOOD, BAD, ORDERS)
    assert (count(session, Order), count(session, ImportRow)) == (GOOD, ORDERS)


def test_a_file_that_ends_every_worker_is_given_up_with_a_sentence(
    upload: Callable[..., ImportRun],
    work: Callable[[ImportRun], bool],
    session: Session,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def dies(*_args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(working, "take_in", dies)
    run = upload()
    for _worker in range(working.ATTEMPTS):
        with pytest.raises(MemoryError):
            work(run)
        clock.forward(minutes=6)
    assert not work(run)
    look(session, run)
    assert (run.state, run.refusal) == ("refused", working.GIVEN_UP)
    assert working.left_out(session, clock.forward(hours=1)) == []


def test_a_file_whose_time_was_over_is_not_applied(
    upload: Callable[..., ImportRun],
    work: Callable[[ImportRun], bool],
    session: Session,
    clock: Clock,
    store: DocumentStore,
) -> None:
    run = upload()
    store.delete(run.file_key)
    work(run)
    assert look(session, run).refusal == working.FILE_GONE


def test_two_uploads_of_one_file_applied_at_once_are_both_right(
    upload: Callable[..., ImportRun],
    work: Callable[[ImportRun], bool],
    session: Session,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(orders, "BATCH", 7)
    runs = [upload(), upload()]
    for run in runs:
        work(run)
        queue(session, run, clock)
    at_once(lambda: work(runs[0]), lambda: work(runs[1]))
    for run in runs:
        look(session, run)
        assert (run.state, run.rows_done, run.refused) == ("done", ORDERS, BAD)
        assert run.created + run.unchanged == GOOD
    assert sum(run.created for run in runs) == GOOD == count(session, Order)


def test_two_workers_at_one_run_do_it_once(
    upload: Callable[..., ImportRun],
    work: Callable[[ImportRun], bool],
    session: Session,
    clock: Clock,
) -> None:
    run = upload()
    work(run)
    queue(session, run, clock)
    at_once(lambda: work(run), lambda: work(run))
    look(session, run)
    assert (run.state, run.created, run.rows_done) == ("done", GOOD, ORDERS)
    assert count(session, ImportRow) == ORDERS
    created = select(func.count(AuditEntry.id)).where(AuditEntry.action == "order.created")
    assert session.scalar(created) == GOOD


def test_what_was_called_off_while_it_was_tried_stays_so(
    upload: Callable[..., ImportRun],
    work: Callable[[ImportRun], bool],
    session: Session,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = upload()
    claimed = working._work

    def called_off_meanwhile(*args: Any) -> Any:
        look(session, run)
        uploads.cancel(session, run, actor="staff:1", now=clock())
        session.commit()
        return claimed(*args)

    monkeypatch.setattr(working, "_work", called_off_meanwhile)
    assert not work(run)
    assert look(session, run).state == "cancelled"
    with pytest.raises(StaleError):
        uploads.queue(session, run, run.trial, actor="staff:1", now=clock())


def jobs_session(session: Session) -> Session:
    return Session(session.get_bind(), expire_on_commit=False)


def at_once(*calls: Callable[[], bool]) -> None:
    start = threading.Barrier(len(calls), timeout=60)

    def run(call: Callable[[], bool]) -> None:
        start.wait()
        while call():
            pass

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
