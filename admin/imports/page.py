"""Parts of the import pages: the shop's runs, the files behind them, the context of the templates."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, BinaryIO
from uuid import UUID

from flask import abort, current_app, g, render_template, request
from sqlalchemy import func, select

from admin.audit.history import who_words
from admin.imports.form import TrialForm, UploadForm
from admin.imports.words import COUNTS, COUNTS_OF_TRIAL, FIELDS, KINDS, ORDER_MEANINGS, STATES
from portal.extensions import db
from portal.importing.reading.decoding import MAX_BYTES
from portal.importing.reading.reader import SECOND
from portal.importing.runs import own_mappings, uploads
from portal.importing.runs.guessing import Candidate, candidates
from portal.importing.runs.preview import Preview, preview
from portal.models import ImportRow, ImportRun
from portal.ports import DocumentStore
from portal.trail import actors_named
from portal.values.roles import Role

A_PAGE = 50
REFUSED_SHOWN = 100
BUSY = ("trying", "queued", "applying")


def require_run(run_id: UUID) -> ImportRun:
    found = db.session.scalars(
        select(ImportRun).where(ImportRun.id == run_id, ImportRun.shop_id == g.shop.id)
    ).one_or_none()
    return found or abort(404)


def mappings() -> list[Candidate]:
    return candidates(own_mappings.of_shop(db.session, g.shop.id))


def documents() -> DocumentStore:
    store: DocumentStore = current_app.extensions["ports"].documents
    return store


@contextmanager
def opened(run: ImportRun) -> Iterator[tuple[BinaryIO, ...]]:
    """Open the run's files. Abort with 404 if there are none: they have expired, or it came from the command line."""
    with ExitStack() as files:
        try:
            sources = tuple(files.enter_context(documents().open(key)) for key in uploads.keys_of(run))
        except KeyError:
            sources = ()
        yield sources or abort(404)


def list_page(form: UploadForm) -> str:
    runs = select(ImportRun).where(ImportRun.shop_id == g.shop.id)
    before = request.args.get("before", type=UUID)
    if before:
        runs = runs.where(ImportRun.id < before)
    found = list(db.session.scalars(runs.order_by(ImportRun.id.desc()).limit(A_PAGE + 1)))
    return render_template(
        "admin/imports/list.html",
        form=form,
        runs=found[:A_PAGE],
        older=found[A_PAGE - 1].id if len(found) > A_PAGE else None,
        titles=titles(),
        own=own_mappings.of_shop(db.session, g.shop.id),
        who=_names(found),
        kinds=KINDS,
        states=STATES,
        most_megabytes=MAX_BYTES // 1_000_000,
        kept_days=uploads.FILES_KEPT.days,
    )


def titles() -> dict[tuple[str, str], str]:
    """Return (kind, name of a preset) → the name that people use."""
    return {(each.choice.kind, each.choice.name): each.title for each in candidates([])}


def run_context(run: ImportRun) -> dict[str, Any]:
    found = mappings()
    chosen = next((each for each in found if each.choice.mapping_id == run.mapping_id and run.mapping_id), None)
    if run.mapping_id is None:
        chosen = next(
            (e for e in found if not e.is_own and (e.choice.kind, e.choice.name) == (run.kind, run.mapping)), None
        )
    return {
        "run": run,
        "chosen": chosen,
        "candidates": found,
        "preview": _preview(run) if run.state in ("uploaded", "tried") and g.role != Role.VIEWER else None,
        "refused_rows": _refused(run),
        "refused_lines": _count_refused(run),
        "told_rows": _told(run),
        "shown_rows": REFUSED_SHOWN,
        "has_file": bool(run.file_key),
        "is_busy": run.state in BUSY,
        "may_cancel": run.state in uploads.OPEN,
        "two_files": bool(run.items_key),
        "wants_two": run.file_key and not run.items_key and uploads.mapping_of(run).two_files,
        "who": _names([run]),
        "titles": titles(),
        "kinds": KINDS,
        "counted": (COUNTS_OF_TRIAL if run.state in ("trying", "tried") else COUNTS)[run.kind],
        "states": STATES,
        "fields": FIELDS,
        "meanings": ORDER_MEANINGS,
        "second": SECOND,
        "trial": TrialForm(formdata=None, data={"trial": str(run.trial)}),
    }


def _preview(run: ImportRun) -> Preview | None:
    with ExitStack() as files:
        try:
            sources = [files.enter_context(documents().open(key)) for key in uploads.keys_of(run)]
        except KeyError:
            return None
        return preview(sources, uploads.mapping_of(run)) if sources else None


def _refused(run: ImportRun) -> list[ImportRow]:
    rows = select(ImportRow).where(ImportRow.run_id == run.id, ImportRow.outcome == "refused")
    return list(db.session.scalars(rows.order_by(ImportRow.line, ImportRow.id).limit(REFUSED_SHOWN)))


def _told(run: ImportRun) -> list[ImportRow]:
    """Return rows that were taken, but of which staff should know something."""
    rows = select(ImportRow).where(ImportRow.run_id == run.id, ImportRow.outcome != "refused", ImportRow.reason != "")
    return list(db.session.scalars(rows.order_by(ImportRow.line, ImportRow.id).limit(REFUSED_SHOWN)))


def _count_refused(run: ImportRun) -> int:
    lines = select(func.count(ImportRow.line.distinct())).where(
        ImportRow.run_id == run.id, ImportRow.outcome == "refused"
    )
    return db.session.scalar(lines) or 0


def _names(runs: Sequence[ImportRun]) -> dict[str, str]:
    named = actors_named(db.session, {run.actor for run in runs})
    return {actor: who_words(found) for actor, found in named.items()}
