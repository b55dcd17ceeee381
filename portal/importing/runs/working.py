"""The worker's part in an upload. A file is claimed, done in slices, and taken up again where the last one ended."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from portal.importing.applying.batches import Pace, take_in
from portal.importing.applying.history import ClaimLostError, ImportFile, KeptHistory, Report
from portal.importing.runs.at_once import work_of
from portal.importing.runs.uploads import AT_WORK, NOTHING_DONE, keys_of, mapping_of
from portal.models import ImportRow, ImportRun, Shop
from portal.models.base import new_id
from portal.notifications.outbox import Mailroom
from portal.ports import DocumentStore
from portal.receipts.telling import tell_waiting

CLAIM_LASTS = timedelta(minutes=5)
"""Time a claim holds until the first batch; longer than the largest file takes to be read."""
SLICE = timedelta(seconds=20)
"""Time after which the worker turns to what else waits (mails, a buyer's receipt) before it goes on."""
ATTEMPTS = 5
"""Number of claims without a batch in between, before the file is given up."""
FILE_GONE = "ファイルの保存期間（7日）が過ぎました。もう一度アップロードしてください。"
GIVEN_UP = "処理が何度も途中で止まりました。ファイルを小さく分けて、もう一度お試しください。"
GIVEN_UP_HALFWAY = (
    "処理が何度も途中で止まりました。ここまでに取り込んだ分はそのまま残っています。"
    "同じファイルをもう一度取り込むと、残りが取り込まれます。"
)


def carry_on(
    begin: Callable[[], Session],
    run_id: UUID,
    *,
    store: DocumentStore,
    mailroom: Mailroom,
    clock: Callable[[], datetime],
) -> bool:
    """Do a slice of the dry run or of applying the file. Return whether there is more to do."""
    with begin() as session, session.begin():
        run = _claim(session, run_id, clock())
    if run is None:
        return False
    try:
        if run.attempts > ATTEMPTS:
            report = Report(refusal=GIVEN_UP_HALFWAY if run.position and run.state == "applying" else GIVEN_UP)
        else:
            report = _work(begin, run, store, mailroom, clock)
        with begin() as session, session.begin():
            _settle(session, run, report, clock())
    except ClaimLostError:
        return False
    return not (report.is_finished or report.refusal)


def left_out(session: Session, now: datetime) -> list[UUID]:
    """Return the runs whose nudge was lost or whose worker died."""
    due = ImportRun.next_try_at <= now
    return list(session.scalars(select(ImportRun.id).where(ImportRun.state.in_(AT_WORK), due).limit(100)))


def _claim(session: Session, run_id: UUID, now: datetime) -> ImportRun | None:
    """Claim the run. Return None if there is nothing to do, or another worker is at it."""
    free = or_(ImportRun.next_try_at.is_(None), ImportRun.next_try_at <= now)
    taken = session.execute(
        update(ImportRun)
        .where(ImportRun.id == run_id, ImportRun.state.in_(AT_WORK), free)
        .values(claim=new_id(), attempts=ImportRun.attempts + 1, next_try_at=now + CLAIM_LASTS)
        .returning(ImportRun.id)
    ).one_or_none()
    if taken is None:
        return None
    run = session.get_one(ImportRun, run_id, populate_existing=True)
    if run.state == "queued":
        # The findings of the dry run give way to those of the real one.
        session.execute(delete(ImportRow).where(ImportRow.run_id == run_id))
        for column, value in NOTHING_DONE.items():
            if column not in ("claim", "attempts"):
                setattr(run, column, value)
        run.state = "applying"
    return run


def _work(
    begin: Callable[[], Session],
    run: ImportRun,
    store: DocumentStore,
    mailroom: Mailroom,
    clock: Callable[[], datetime],
) -> Report:
    applying = run.state == "applying"
    with begin() as session, ExitStack() as files:
        try:
            sources = tuple(files.enter_context(store.open(key)) for key in keys_of(run))
        except KeyError:
            sources = ()
        if not sources:
            return Report(refusal=FILE_GONE)
        shop = session.get_one(Shop, run.shop_id)
        file = ImportFile(run.file_name, sources, mapping_of(run))
        history = KeptHistory(session, run, all_rows=applying)

        def end_batch() -> None:
            if applying:
                tell_waiting(session, mailroom, shop=shop, now=clock())
            session.commit()

        pace = Pace(clock, end_batch, dry_run=not applying, enough=_slice(clock))
        return take_in(session, shop, file, work_of(session, shop, file, run.actor, mailroom), history, pace)


def _slice(clock: Callable[[], datetime]) -> Callable[[], bool]:
    """Return a function that tells when the slice is over.

    A slice lasts longer after a slow reading, since reading a large file anew must be worth it.
    """
    begun = clock()
    until: list[datetime] = []

    def enough() -> bool:
        now = clock()
        if not until:
            until.append(now + max(SLICE, 2 * (now - begun)))
        return now >= until[0]

    return enough


def _settle(session: Session, run: ImportRun, report: Report, now: datetime) -> None:
    """Store that the run is finished, refused or to be continued. Raise ClaimLostError if another worker went on."""
    values: dict[str, Any] = {"claim": None, "next_try_at": None}
    if report.refusal:
        values |= {"state": "refused", "refusal": report.refusal, "finished_at": now}
    elif not report.is_finished:
        values["next_try_at"] = now
    else:
        values["state"] = "done" if run.state == "applying" else "tried"
    settled = session.execute(
        update(ImportRun)
        .where(ImportRun.id == run.id, ImportRun.claim == run.claim)
        .values(**values)
        .returning(ImportRun.id)
    ).one_or_none()
    if settled is None:
        raise ClaimLostError
