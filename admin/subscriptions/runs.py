"""注文作成: what a day's run will make, what the runs have made, and starting one now."""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.ground.exports_form import ExportForm
from admin.subscriptions.words import attention_words
from portal import audit
from portal.clock import now
from portal.extensions import db
from portal.jobs import nudge
from portal.jobs.subscriptions import GENERATING_WORKERS
from portal.models import GenerationRun
from portal.subscriptions.generation import dry_run, runs
from portal.subscriptions.generation.dry_run import Happens
from portal.subscriptions.generation.due import generates
from portal.values.dates import DateError, parse_date, tokyo_date
from portal.values.ids import uuid_or_none
from portal.values.roles import Role
from portal.web.redirects import is_partial
from portal.web.terms import shop_frame

FARTHEST = timedelta(days=366)
SHOWN = 300
"""Most rows shown of a day; its counts and sums are of all."""
A_PAGE = 100
PLOTTED = 30
"""Most runs in the plot."""


@blueprint.get("/shops/<slug>/subscriptions/planned")
@needs(Role.VIEWER)
def show_planned_orders() -> str:
    today = tokyo_date(now())
    day, is_readable = _day(today)
    rows = dry_run.of_day(db.session, g.shop, day, today=today)
    if rows:
        note_look("subscriptions.viewed", "shop", g.shop.id)
    return render_template(
        "admin/subscriptions/runs/planned.html",
        day=day,
        today=today,
        tomorrow=today + timedelta(days=1),
        last=today + FARTHEST,
        is_readable=is_readable,
        rows=rows[:SHOWN],
        left_out=max(0, len(rows) - SHOWN),
        counts=Counter(str(row.happens) for row in rows),
        total=sum(row.total for row in rows if row.happens is Happens.ORDER),
        generates=generates(shop_frame().rules),
        attention_words=attention_words,
    )


@blueprint.get("/shops/<slug>/subscriptions/runs")
@needs(Role.VIEWER)
def show_runs() -> str:
    today = tokyo_date(now())
    found = runs.of_shop(db.session, g.shop.id, limit=PLOTTED)
    return render_template(
        "admin/subscriptions/runs/runs.html",
        runs=found,
        plotted=list(reversed(found)),
        most=max((run.ordered for run in found), default=0),
        today=today,
        failed=runs.failed(db.session, g.shop.id),
        generates=generates(shop_frame().rules),
        attention_words=attention_words,
    )


@blueprint.get("/shops/<slug>/subscriptions/runs/<uuid:generation_id>")
@needs(Role.VIEWER)
def show_run(generation_id: UUID) -> str:
    run = db.session.scalar(select(GenerationRun).filter_by(id=generation_id, shop_id=g.shop.id)) or abort(404)
    after = uuid_or_none(request.args.get("after"))
    dealt = runs.report(db.session, run, after=after, limit=A_PAGE + 1)
    if dealt:
        note_look("subscriptions.viewed", "shop", g.shop.id)
    return render_template(
        f"admin/subscriptions/runs/{'_run' if is_partial() else 'run'}.html",
        run=run,
        dealt=dealt[:A_PAGE],
        following=dealt[A_PAGE - 1].occurrence.id if len(dealt) > A_PAGE else None,
        is_later=after is not None,
        most=A_PAGE,
        export_form=ExportForm(formdata=None),
    )


@blueprint.post("/shops/<slug>/subscriptions/runs")
@needs(Role.MANAGER)
def run_now() -> Response:
    """Start today's run for the whole shop, so not by every member of staff.

    What is not due stays as it is, and asking twice does not make an order twice.
    """
    instant = now()
    audit.record_about(db.session, g.shop, "subscriptions.run_asked", actor=staff_actor(), now=instant)
    is_due = runs.look_after(db.session, g.shop.id, now=instant)
    db.session.commit()
    if is_due:
        for _worker in range(GENERATING_WORKERS):
            nudge("generate_chunk", str(g.shop.id))
        flash(_("注文を作り始めました。"), "good")
    else:
        flash(_("今日作る注文は、もう残っていないか、作っているところです。"), "good")
    run = db.session.scalar(select(GenerationRun.id).filter_by(shop_id=g.shop.id, day=tokyo_date(instant)))
    if run is None:
        return redirect(url_for("admin.show_runs"), 303)
    return redirect(url_for("admin.show_run", generation_id=run), 303)


def _day(today: date) -> tuple[date, bool]:
    """Return the day in the address, or tomorrow; and False if the address has a day that cannot be used."""
    tomorrow, text = today + timedelta(days=1), request.args.get("day", "")
    if not text:
        return tomorrow, True
    try:
        day = parse_date(text)
    except DateError:
        return tomorrow, False
    return (day, True) if today <= day <= today + FARTHEST else (tomorrow, False)
