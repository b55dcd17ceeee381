"""書き出し: files that the worker writes: asking for one, watching its progress, downloading it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, abort, current_app, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.ground.exports_form import ExportForm
from admin.receipts.ledger_form import GivenForm, LedgerForm
from portal import trail
from portal.clock import now
from portal.exports import verbs as exports
from portal.extensions import db, writing_session
from portal.jobs import nudge
from portal.models import Export
from portal.values.csv_text import Encoding
from portal.values.roles import Role
from portal.web.redirects import is_partial

LISTED = 100
"""Most exports on the list; they are deleted after a week, and nobody asks for more in that time."""


@blueprint.get("/shops/<slug>/exports")
@needs(Role.MANAGER)
def show_exports() -> str:
    mine = select(Export).where(Export.shop_id == g.shop.id).order_by(Export.requested_at.desc(), Export.id.desc())
    found = db.session.scalars(mine.limit(LISTED)).all()
    people = trail.actors_named(db.session, {export.actor for export in found})
    return render_template("admin/exports/list.html", exports=found, people=people, expires_at=exports.expires_at)


@blueprint.post("/shops/<slug>/receipts/export")
@needs(Role.MANAGER)
def export_ledger() -> Answer:
    """Export the receipts that the search in the address finds."""
    asked = LedgerForm(request.args)
    if not asked.validate():
        abort(400)
    return request_export("ledger", asked.question.to_dict())


@blueprint.post("/shops/<slug>/papers/export")
@needs(Role.MANAGER)
def export_papers() -> Answer:
    """Export the papers that the search in the address finds."""
    asked = GivenForm(request.args)
    if not asked.validate():
        abort(400)
    return request_export("papers", asked.question.to_dict())


def request_export(kind: str, question: Mapping[str, Any]) -> Answer:
    """Request an export with the posted `ExportForm` and redirect to its page.

    `question`: the search, as the kind's module makes it. Abort with 400 if the form is not valid.
    """
    form = ExportForm()
    if not form.validate():
        abort(400)
    try:
        once_key = form.once_key
    except ValueError:
        abort(400)
    export = exports.request(
        db.session,
        shop=g.shop,
        kind=kind,
        question=question,
        encoding=Encoding(form.encoding.data),
        once_key=once_key,
        actor=staff_actor(),
        now=now(),
    )
    db.session.commit()
    nudge("write_export", str(export.id))
    return redirect(url_for(".show_export", export_id=export.id), 303)


@blueprint.get("/shops/<slug>/exports/<uuid:export_id>")
@needs(Role.MANAGER)
def show_export(export_id: UUID) -> str:
    """Show the export's page, or only the part of it that follows the worker."""
    export = require_export(export_id)
    template = "_progress.html" if is_partial() else "export.html"
    return render_template(
        f"admin/exports/{template}",
        export=export,
        expires_at=exports.expires_at(export),
        file_name=exports.file_name(export),
    )


@blueprint.get("/shops/<slug>/exports/<uuid:export_id>/file")
@needs(Role.MANAGER)
def download_export(export_id: UUID) -> Response | tuple[str, int]:
    export = require_export(export_id)
    if export.state != "done":
        return show_export(export_id), 410 if export.state == "expired" else 409
    with writing_session() as writing:
        exports.note_download(writing, export, actor=staff_actor(), now=now())
    content = exports.content(export, current_app.extensions["ports"].documents)
    # The charset names the file's encoding; utf-8-sig is Python's own name, which browsers do not know.
    charset = "utf-8" if export.encoding == Encoding.UTF8 else "Shift_JIS"
    response = Response(content, content_type=f"text/csv; charset={charset}")
    name = quote(exports.file_name(export))  # RFC 6266, with a plain name beside it
    response.headers["Content-Disposition"] = f"attachment; filename=export.csv; filename*=UTF-8''{name}"
    response.headers["Cache-Control"] = "private, no-store"
    response.content_length = export.size
    return response


def require_export(export_id: UUID) -> Export:
    found = db.session.scalar(select(Export).where(Export.id == export_id, Export.shop_id == g.shop.id))
    return found or abort(404)
