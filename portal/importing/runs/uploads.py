"""The states of an uploaded file: uploaded → trying → tried → queued → applying → done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.importing.applying.history import Outcome, digest
from portal.importing.reading.mapping import ColumnMapping, Kind, from_data, preset
from portal.models import ImportRow, ImportRun, Shop
from portal.models.base import new_id, room
from portal.ports import DocumentStore

FILES_KEPT = timedelta(days=7)
AT_WORK = ("trying", "queued", "applying")
OPEN = ("uploaded", "trying", "tried", "queued")
"""States in which nothing was applied yet, so that the file can still be called off."""
OVER = ("done", "refused")
NOTHING_DONE: Mapping[str, Any] = {
    **dict.fromkeys((str(outcome) for outcome in Outcome), 0),
    **dict.fromkeys(("rows_done", "position", "attempts"), 0),
    **dict.fromkeys(("claim", "finished_at"), None),
    "refusal": "",
}


@dataclass(frozen=True)
class Upload:
    name: str
    source: BinaryIO


@dataclass(frozen=True)
class Choice:
    """A mapping as it is to be applied."""

    kind: Kind
    name: str
    data: Mapping[str, Any]
    mapping_id: UUID | None = None
    """Id of the shop's own mapping, None for a preset."""


class StaleError(Exception):
    """Someone else went on with it meanwhile."""


def store_files(uploads: Sequence[Upload], shop: Shop, store: DocumentStore) -> list[str]:
    """Store the files and return a key for each; if one fails, none is kept.

    It takes time, so it is done before the row is written.
    """
    keys: list[str] = []
    try:
        for upload in uploads:
            keys.append(f"{shop.id.hex}/import/{new_id().hex}.csv")
            upload.source.seek(0)
            store.put_file(keys[-1], upload.source)
    except BaseException:
        forget_keys(keys, store)
        raise
    return keys


def forget_keys(keys: Sequence[str], store: DocumentStore) -> None:
    """Delete stored files that no row names; the sweep goes by the rows and would leave them for good."""
    for key in keys:
        store.delete(key)


def receive(
    session: Session,
    shop: Shop,
    uploads: Sequence[Upload],
    keys: Sequence[str],
    choice: Choice,
    *,
    encoding: str,
    actor: str,
    now: datetime,
) -> ImportRun:
    names = [upload.name[-room(ImportRun, "file_name") :] for upload in uploads]
    run = ImportRun(
        shop_id=shop.id,
        kind=choice.kind,
        mapping=choice.name,
        mapping_id=choice.mapping_id,
        mapping_data=dict(choice.data),
        file_name=names[0],
        file_key=keys[0],
        items_name=names[1] if names[1:] else "",
        items_key=keys[1] if keys[1:] else "",
        file_sha256=digest(upload.source for upload in uploads),
        encoding=encoding,
        actor=actor,
        state="uploaded",
        started_at=now,
    )
    session.add(run)
    session.flush()
    audit.record_about(session, run, "import.uploaded", {"file": (None, " + ".join(names))}, actor=actor, now=now)
    return run


def choose(session: Session, run: ImportRun, choice: Choice) -> None:
    """Choose another mapping, before or after a dry run. Raise StaleError if the file is being tried or applied."""
    chosen = {"kind": choice.kind, "mapping": choice.name, "mapping_id": choice.mapping_id}
    _move(session, run, ("uploaded", "tried"), state="uploaded", mapping_data=dict(choice.data), **chosen)


def begin_trial(session: Session, run: ImportRun, *, actor: str, now: datetime) -> None:
    """Have the worker do a dry run; pressing twice begins only one.

    Raise StaleError if the file is being applied or was called off.
    """
    if run.state == "trying":
        return
    session.execute(delete(ImportRow).where(ImportRow.run_id == run.id))
    started = {**NOTHING_DONE, "state": "trying", "trial": run.trial + 1, "next_try_at": now}
    _move(session, run, ("uploaded", "tried"), **started)
    audit.record_about(session, run, "import.tried", actor=actor, now=now)


def queue(session: Session, run: ImportRun, trial: int, *, actor: str, now: datetime) -> None:
    """Have the worker apply the file as it was tried; pressing twice applies it once.

    Raise StaleError if it was tried anew since `trial`.
    """
    if run.trial == trial and run.state in ("queued", "applying", "done"):
        return
    if run.trial != trial:
        raise StaleError
    _move(session, run, ("tried",), state="queued", attempts=0, next_try_at=now)
    audit.record_about(session, run, "import.applied", actor=actor, now=now)


def cancel(session: Session, run: ImportRun, *, actor: str, now: datetime) -> None:
    """Call off an upload; the next sweep deletes its file. Raise StaleError if it is being applied or is done."""
    if run.state == "cancelled":
        return
    _move(session, run, OPEN, state="cancelled", claim=None, next_try_at=None, finished_at=now)
    audit.record_about(session, run, "import.cancelled", actor=actor, now=now)


def resolve(session: Session, run: ImportRun, *, actor: str, now: datetime) -> None:
    """Mark that the refused rows need nothing more and are no work for today; only if the run is over."""
    if run.settled_at is None and run.state in OVER:
        run.settled_at = now
        audit.record_about(session, run, "import.settled", actor=actor, now=now)


def mapping_of(run: ImportRun) -> ColumnMapping:
    kind = cast(Kind, run.kind)
    return preset(kind, run.mapping) if run.mapping_data is None else from_data(run.mapping, kind, run.mapping_data)


def keys_of(run: ImportRun) -> list[str]:
    return [key for key in (run.file_key, run.items_key) if key]


def forget_files(session: Session, store: DocumentStore, now: datetime) -> None:
    """Delete uploaded files after FILES_KEPT and those called off; what became of their rows is kept."""
    old = or_(ImportRun.started_at <= now - FILES_KEPT, ImportRun.state == "cancelled")
    with_file = select(ImportRun).where(ImportRun.file_key != "", old, ImportRun.state != "applying").limit(1_000)
    for run in session.scalars(with_file):
        for key in keys_of(run):
            store.delete(key)
        run.file_key = run.items_key = ""
        if run.state in OPEN:
            run.state, run.claim, run.next_try_at, run.finished_at = "cancelled", None, None, now


def _move(session: Session, run: ImportRun, states: Sequence[str], **values: Any) -> None:
    """Set the values by compare-and-set: of two who press at once the second gets StaleError."""
    moved = session.execute(
        update(ImportRun)
        .where(ImportRun.id == run.id, ImportRun.state.in_(states), ImportRun.trial == run.trial)
        .values(**values)
        .returning(ImportRun.id)
    ).one_or_none()
    if moved is None:
        raise StaleError
    session.refresh(run)
