"""取り込み: uploading a file, looking at it, trying and applying it; and the list of all imports."""

import tempfile
from collections.abc import Callable
from uuid import UUID

from flask import abort, current_app, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor, takes
from admin.imports.form import TrialForm, UploadForm
from admin.imports.page import documents, list_page, mappings, opened, require_run, run_context
from portal import audit
from portal.clock import now
from portal.extensions import db, reading, writing_session
from portal.importing.reading.decoding import MAX_BYTES
from portal.importing.reading.joining import header_of, read_files
from portal.importing.reading.reader import FileRefusedError, read_head
from portal.importing.runs import refused_file, uploads
from portal.importing.runs.guessing import Candidate, best, naming, of_preset
from portal.importing.runs.uploads import StaleError, Upload
from portal.jobs import nudge
from portal.models import ImportRun
from portal.values.roles import Role
from portal.web.redirects import is_partial

Page = str | tuple[str, int] | Response


@blueprint.get("/shops/<slug>/imports")
@needs(Role.VIEWER)
def show_imports() -> Page:
    return list_page(UploadForm())


@blueprint.post("/shops/<slug>/imports")
@needs(Role.OPERATOR)
@takes(body=MAX_BYTES + 1_000_000, file=MAX_BYTES)
@reading
def upload_import() -> Page:
    """Store an upload and choose the mapping that fits best.

    The body may take minutes to arrive: nobody else's writing waits for it.
    """
    form = UploadForm()
    if not form.validate():
        return list_page(form), 422
    files = form.uploads()
    known = mappings()
    try:
        heads = [read_head(file.source, naming(known)) for file in files]
    except FileRefusedError as error:
        form.file.errors = [error.reason]
        return list_page(form), 422
    found = best(known, header_of([head.header for head in heads])) or of_preset("orders", "generic")
    try:
        run_id = _receive(files, found, ", ".join(dict.fromkeys(head.encoding for head in heads)))
    except OSError:
        current_app.logger.exception("an upload could not be stored")
        form.file.errors = [
            _(
                "ファイルを保管できませんでした（保管場所がいっぱいか、書き込めません）。システムの管理者に知らせてください。"
            )
        ]
        return list_page(form), 507
    return redirect(url_for(".show_import", run_id=run_id), 303)


@blueprint.get("/shops/<slug>/imports/<uuid:run_id>")
@needs(Role.VIEWER)
def show_import(run_id: UUID) -> Page:
    run = require_run(run_id)
    if is_partial():
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
    return _moved(run, lambda: uploads.resolve(db.session, run, actor=staff_actor(), now=now()))


@blueprint.get("/shops/<slug>/imports/<uuid:run_id>/refused/<int:part>.csv")
@needs(Role.OPERATOR)
def refused_rows(run_id: UUID, part: int) -> Response:
    """Download the rows that were refused; part 2 is for the second file."""
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
        audit.record_about(session, run, "import.refused_taken", actor=staff_actor(), now=now())
    made.seek(0)
    name = (run.file_name if part == 1 else run.items_name).rpartition(".")[0] or "import"
    answer = send_file(
        made,
        "text/csv",
        as_attachment=True,
        download_name=_("%(name)s_取り込めなかった行.csv", name=name),
    )
    answer.mimetype_params["charset"] = "shift_jis" if tables[part - 1].encoding == "cp932" else "utf-8"
    return answer


# --- what the posts share --------------------------------------------------------------------------------------------
def _receive(files: list[Upload], found: Candidate, encoding: str) -> UUID:
    keys = uploads.store_files(files, g.shop, documents())
    try:
        with writing_session() as session:
            run = uploads.receive(
                session, g.shop, files, keys, found.choice, encoding=encoding, actor=staff_actor(), now=now()
            )
    except BaseException:
        uploads.forget_keys(keys, documents())
        raise
    return run.id


def _moved(run: ImportRun, move: Callable[[], None], *, work: bool = False) -> Response:
    try:
        move()
    except StaleError:
        db.session.rollback()
        flash(_("ほかの人が先に進めたか、状態が変わっています。今の状態を確認してください。"), "wrong")
        return _back_to(run)
    db.session.commit()
    if work:
        nudge("work_on_import", str(run.id))
    return _back_to(run)


def _back_to(run: ImportRun) -> Response:
    return redirect(url_for(".show_import", run_id=run.id), 303)
