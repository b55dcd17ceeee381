"""対応表: a mapping, shown as a table beside the columns of one file, and saved under a name of the shop's own."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor, takes
from admin.imports.form import MappingForm, read_draft
from admin.imports.page import opened, require_run, run_context
from admin.imports.views import Page
from admin.imports.words import wrong_words
from portal.clock import now
from portal.extensions import db, reading, start_writing
from portal.importing.reading.joining import header_of
from portal.importing.reading.mapping import names_without_header
from portal.importing.reading.reader import FileRefusedError, read_head
from portal.importing.runs import editing, own_mappings, uploads
from portal.importing.runs.editing import Draft
from portal.importing.runs.editing_fields import MEANINGS
from portal.importing.runs.own_mappings import NameTakenError
from portal.importing.runs.preview import preview
from portal.importing.runs.uploads import Choice, StaleError
from portal.models import ImportRun, ShopMapping
from portal.values.roles import Role


@blueprint.get("/shops/<slug>/imports/<uuid:run_id>/mapping")
@needs(Role.MANAGER)
def edit_import_mapping(run_id: UUID) -> Page:
    run = require_open(run_id)
    own = own_of(run)
    form = MappingForm(
        formdata=None, data={"name": own.name if own else "", "version": str(own.version) if own else ""}
    )
    return form_page(run, form, draft(run), own)


@blueprint.post("/shops/<slug>/imports/<uuid:run_id>/mapping")
@needs(Role.MANAGER)
@takes(body=1_000_000, parts=2_000)
@reading
def save_import_mapping(run_id: UUID) -> Page:
    run = require_open(run_id)
    own, form, made = own_of(run), MappingForm(), draft(run)
    header = header_for(run)
    read_draft(made, request.form)
    editing.check(made, header)
    if not form.validate() or not made.is_right:
        return form_page(run, form, made, own), 422
    data = editing.data_of(made, before(run, own), header)
    start_writing()
    try:
        # Somebody may have deleted the shop's mapping while the file was read.
        kept = _keep(run, own_of(run), form, data)
        uploads.choose(db.session, run, Choice(uploads.mapping_of(run).kind, kept.name, kept.data, kept.id))
    except NameTakenError:
        db.session.rollback()
        form.name.errors = [_("同じ名前の対応表があります。ほかの名前にしてください。")]
        return form_page(run, form, made, own), 422
    except StaleError:
        db.session.rollback()
        flash(
            _(
                "この画面を開いたあとに、ほかの人が対応表か取り込みを変えました。今の内容を確認して、もう一度直してください。"
            ),
            "wrong",
        )
        return redirect(url_for(".edit_import_mapping", run_id=run.id), 303)
    db.session.commit()
    flash(_("対応表「%(name)s」を保存しました。", name=kept.name), "good")
    return redirect(url_for(".show_import", run_id=run.id), 303)


@blueprint.post("/shops/<slug>/import-mappings/<uuid:mapping_id>/removal")
@needs(Role.MANAGER)
def remove_import_mapping(mapping_id: UUID) -> Response:
    own = db.session.scalars(
        select(ShopMapping).where(ShopMapping.id == mapping_id, ShopMapping.shop_id == g.shop.id)
    ).one_or_none() or abort(404)
    own_mappings.remove(db.session, own, actor=staff_actor(), now=now())
    db.session.commit()
    flash(_("対応表「%(name)s」を消しました。これまでの取り込みの結果は残っています。", name=own.name), "good")
    return redirect(url_for(".show_imports"), 303)


def require_open(run_id: UUID) -> ImportRun:
    """Return the run if its mapping can still be changed, otherwise redirect to its page.

    Somebody may have gone on with it meanwhile, and then there is nothing to map any more.
    """
    run = require_run(run_id)
    if run.state not in ("uploaded", "tried"):
        flash(_("この取り込みは先に進んでいるため、対応表は変えられません。現在の状況をご確認ください。"), "wrong")
        abort(redirect(url_for(".show_import", run_id=run.id), 303))
    return run


def own_of(run: ImportRun) -> ShopMapping | None:
    return db.session.get(ShopMapping, run.mapping_id) if run.mapping_id else None


def header_for(run: ImportRun) -> tuple[str, ...]:
    with opened(run) as sources:
        try:
            named = partial(names_without_header, uploads.mapping_of(run))
            return header_of([read_head(source, named).header for source in sources])
        except FileRefusedError:
            abort(404)


def draft(run: ImportRun) -> Draft:
    """Return a draft of the mapping that the file is read with now."""
    mapping = uploads.mapping_of(run)
    with opened(run) as sources:
        words = preview(sources, mapping).words
    return editing.draft_of(mapping.kind, before(run, own_of(run)), header_for(run), words)


def before(run: ImportRun, own: ShopMapping | None) -> Mapping[str, Any]:
    """Return the data that a draft starts from: the shop's own mapping as it is now, else what the run has.

    The shop's own is not taken as this file once took it, so that a change by someone else stays.
    """
    return own.data if own else run.mapping_data or {}


def form_page(run: ImportRun, form: MappingForm, made: Draft, own: ShopMapping | None) -> str:
    context: dict[str, Any] = run_context(run)
    return render_template(
        "admin/imports/mapping.html",
        **context,
        form=form,
        draft=made,
        own=own,
        header=header_for(run),
        meanings_of=MEANINGS[made.kind],
        wrong_words=wrong_words,
    )


def _keep(run: ImportRun, own: ShopMapping | None, form: MappingForm, data: dict[str, Any]) -> ShopMapping:
    """Save the mapping: change the shop's own if the name is the same, otherwise create another beside it."""
    actor, instant = staff_actor(), now()
    if own is not None and own.name == form.name.data:
        version = int(form.version.data or 0)
        own_mappings.change(db.session, own, version=version, name=own.name, data=data, actor=actor, now=instant)
        return own
    return own_mappings.create(
        db.session,
        g.shop,
        kind=uploads.mapping_of(run).kind,
        name=form.name.data or "",
        based_on=run.mapping,
        data=data,
        actor=actor,
        now=instant,
    )
