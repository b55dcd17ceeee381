"""取り込み: a file comes in, is looked at, tried, applied; the history of all of them."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, BinaryIO
from uuid import UUID

from flask import abort, current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from admin import blueprint
from admin.back import HTMX
from admin.door import needs, staff_actor, takes
from admin.history import who_words
from admin.imports_form import TrialForm, UploadForm
from admin.imports_words import FIELDS, KINDS, ORDER_MEANINGS, STATES
from admin.looks import note_look
from portal import audit
from portal.clock import now
from portal.extensions import db, reading, writing_session
from portal.importing import own_mappings, refused_file, uploads
from portal.importing.decoding import MAX_BYTES
from portal.importing.guessing import Candidate, best, candidates, of_preset
from portal.importing.joining import header_of, read_files
from portal.importing.preview import Preview, preview
from portal.importing.reader import SECOND, FileRefusedError, read_head
from portal.importing.uploads import StaleError, Upload
from portal.jobs import nudge
from portal.models import ImportRow, ImportRun, Role
from portal.ports import DocumentStore
from portal.trail import actors_named

Page = str | tuple[str, int] | Response
A_PAGE = 50
REFUSED_SHOWN = 100
BUSY = ("trying", "queued", "applying")


@blueprint.get("/shops/<slug>/imports")
@needs(Role.VIEWER)
def show_imports() -> Page:
    return list_page(UploadForm())


@blueprint.post("/shops/<slug>/imports")
@needs(Role.OPERATOR)
@takes(body=MAX_BYTES + 1_000_000)
@reading
def upload_import() -> Page:
    """The body may take minutes to arrive: nobody's writing waits for it."""
    form = UploadForm()
    if not form.validate():
        return list_page(form), 422
    files = form.uploads()
    try:
        heads = [read_head(file.source) for file in files]
    except FileRefusedError as error:
        form.file.errors = [error.reason]
        return list_page(form), 422
    found = best(mappings(), header_of([head.header for head in heads])) or of_preset("orders", "generic")
    run_id = _receive(files, found, ", ".join(dict.fromkeys(head.encoding for head in heads)))
    return redirect(url_for(".show_import", run_id=run_id), 303)


@blueprint.get("/shops/<slug>/imports/<uuid:run_id>")
@needs(Role.VIEWER)
def show_import(run_id: UUID) -> Page:
    run = require_run(run_id)
    if request.headers.get(HTMX):
        return render_template("admin/imports/_run.html", **run_context(run))
    note_look("import.viewed", "import", run.id)
    return render_template("admin/imports/run.html", **run_context(run))


@blueprint.post("/shops/<slug>/imports/<uuid:run_id>/mapping-choice")
@needs(Role.OPERATOR)
def choose_import_mapping(run_id: UUID) -> Page:
    run = require_run(run_id)
    chosen = next((each for each in mappings() if each.key == request.form.get("mapping")), None)
    if chosen is None:
        flash(_("その対応表はもうありません。選び直してください。"), "wrong")
        return _back_to(run)
    return _moved(run, lambda: uploads.choose(db.session, run, chosen.choice))


@blueprint.post("/shops/<slug>/imports/<uuid:run_id>/trial")
@needs(Role.OPERATOR)
def try_import(run_id: UUID) -> Page:
    run = require_run(run_id)
    return _moved(run, lambda: uploads.begin_trial(db.session, run, actor=staff_actor(), now=now()), work=True)


@blueprint.post("/shops/<slug>/imports/<uuid:run_id>/application")
@needs(Role.OPERATOR)
def apply_import(run_id: UUID) -> Page:
    run = require_run(run_id)
    trial = TrialForm().number
    return _moved(run, lambda: uploads.queue(db.session, run, trial, actor=staff_actor(), now=now()), work=True)


@blueprint.post("/shops/<slug>/imports/<uuid:run_id>/cancellation")
@needs(Role.OPERATOR)
def cancel_import(run_id: UUID) -> Page:
    run = require_run(run_id)
    return _moved(run, lambda: uploads.cancel(db.session, run, actor=staff_actor(), now=now()))


@blueprint.post("/shops/<slug>/imports/<uuid:run_id>/settlement")
@needs(Role.OPERATOR)
def settle_import(run_id: UUID) -> Page:
    run = require_run(run_id)
    return _moved(run, lambda: uploads.settle(db.session, run, actor=staff_actor(), now=now()))


@blueprint.get("/shops/<slug>/imports/<uuid:run_id>/refused/<int:part>.csv")
@needs(Role.OPERATOR)
def refused_rows(run_id: UUID, part: int) -> Response:
    """Part 2: of the second file."""
    run = require_run(run_id)
    with opened(run) as sources:
        try:
            tables = refused_file.tables_of(read_files(sources, uploads.mapping_of(run)))
        except FileRefusedError:
            abort(404)
        if not 1 <= part <= len(tables):
            abort(404)
        made = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        refused_file.write(tables[part - 1], refused_file.reasons_of(db.session, run.id), made)
    with writing_session() as session:
        subject = ("import", run.id)
        audit.record(
            session, shop_id=g.shop.id, actor=staff_actor(), action="import.refused_taken", subject=subject, now=now()
        )
    made.seek(0)
    name = (run.file_name if part == 1 else run.items_name).rpartition(".")[0] or "import"
    return send_file(
        made, "text/csv", as_attachment=True, download_name=_("%(name)s_取り込めなかった行.csv", name=name)
    )


# --- what the pages are made of --------------------------------------------------------------------------------------
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
    """404: its time is over, or it came from the command line."""
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
    """(kind, name of a preset) → what people call it."""
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
        "refused_rows": _refused(db.session, run),
        "refused_lines": _count_refused(run),
        "shown_rows": REFUSED_SHOWN,
        "has_file": bool(run.file_key),
        "is_busy": run.state in BUSY,
        "may_cancel": run.state in uploads.OPEN,
        "two_files": bool(run.items_key),
        "wants_two": run.file_key and not run.items_key and uploads.mapping_of(run).two_files,
        "who": _names([run]),
        "titles": titles(),
        "kinds": KINDS,
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


def _refused(session: Session, run: ImportRun) -> list[ImportRow]:
    rows = select(ImportRow).where(ImportRow.run_id == run.id, ImportRow.outcome == "refused")
    return list(session.scalars(rows.order_by(ImportRow.line, ImportRow.id).limit(REFUSED_SHOWN)))


def _count_refused(run: ImportRun) -> int:
    lines = select(func.count(ImportRow.line.distinct())).where(
        ImportRow.run_id == run.id, ImportRow.outcome == "refused"
    )
    return db.session.scalar(lines) or 0


def _names(runs: list[ImportRun]) -> dict[str, str]:
    named = actors_named(db.session, {run.actor for run in runs})
    return {actor: who_words(found) for actor, found in named.items()}


# --- what the posts share --------------------------------------------------------------------------------------------
def _receive(files: list[Upload], found: Candidate, encoding: str) -> UUID:
    keys = uploads.store_files(files, g.shop, documents())
    with writing_session() as session:
        run = uploads.receive(
            session, g.shop, files, keys, found.choice, encoding=encoding, actor=staff_actor(), now=now()
        )
    return run.id


def _moved(run: ImportRun, move: Any, *, work: bool = False) -> Response:
    try:
        move()
    except StaleError:
        db.session.rollback()
        flash(_("ほかの人が先に進めたか、状態が変わっています。今の状態を確かめてください。"), "wrong")
        return _back_to(run)
    db.session.commit()
    if work:
        nudge("work_on_import", str(run.id))
    return _back_to(run)


def _back_to(run: ImportRun) -> Response:
    return redirect(url_for(".show_import", run_id=run.id), 303)
