"""Getting in: with the order's own link or a typed order code, and the name (or phone) that goes with it."""

from datetime import datetime
from math import ceil
from typing import Any
from uuid import UUID

from flask import current_app, g, make_response, redirect, render_template, request, session, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.access import addresses, sessions
from portal.access.proving import Attempt, Locked, Proved, prove
from portal.clock import now
from portal.extensions import db, limiter
from portal.models import Order
from portal.mypage import blueprint
from portal.mypage.loader import TOKEN, order_url, visit, visit_entry
from portal.mypage.login_form import login_form
from portal.mypage.pace import pace

FLOOD = "60 per minute"
"""Tries of one address, whatever comes of them; the limits of `access.limits` are far below and much slower."""
NOTES = frozenset({"timeout", "ended", "signed_out"})


def client() -> str:
    return addresses.counted(request.remote_addr)


@blueprint.get("/")
def show_login() -> str:
    return page(login_form(g.shop, with_code=True))


@blueprint.post("/")
@limiter.limit(FLOOD, key_func=client)
def log_in() -> Response:
    started = pace().clock()
    form = login_form(g.shop, with_code=True)
    if not form.validate():
        return make_response(page(form), 422)
    return judge(form, Attempt.by_code(form.code.data, typed=form.typed.data, address=client()), None, started)


@blueprint.get("/o/<signed>")
def show_link_login(signed: str) -> str | Response:
    """Mail scanners and in-app browsers open every link: nothing is changed here."""
    order = linked_order(signed)
    if order is None:
        return make_response(page(login_form(g.shop, with_code=True), failed=True), 422)
    entry = visit_entry(order.id)
    if entry and entry.is_live and entry.proves_order:
        return redirect(order_url(order.id), 303)
    return page(login_form(g.shop, with_code=False), order=order)


@blueprint.post("/o/<signed>")
@limiter.limit(FLOOD, key_func=client)
def log_in_by_link(signed: str) -> Response:
    started = pace().clock()
    order = linked_order(signed)
    form = login_form(g.shop, with_code=order is None)
    if not form.typed.validate(form):
        return make_response(page(form, order=order), 422)
    if order is None:
        attempt = Attempt.by_code(signed, typed=form.typed.data, address=client())
    else:
        attempt = Attempt.by_link(order.id, typed=form.typed.data, address=client())
    return judge(form, attempt, order, started)


@blueprint.post("/logout")
def log_out() -> Response:
    current = visit()
    if current is not None:
        sessions.end(db.session, current, now())
        db.session.commit()
    session.clear()
    return redirect(url_for(".show_login", note="signed_out"), 303)


def judge(form: Any, attempt: Attempt, order: Order | None, started: float) -> Response:
    instant = now()
    secret = current_app.config["SETTINGS"].secret_keys[0]
    outcome = prove(db.session, g.shop, attempt, secret=secret, now=instant)
    if isinstance(outcome, Proved):
        _, token = sessions.start(db.session, outcome.order, token=session.get(TOKEN), now=instant)
        db.session.commit()
        # The CSRF token goes too: whoever knew the old cookie knows nothing of the new one.
        session.clear()
        session[TOKEN] = token
        return redirect(order_url(outcome.order.id), 303)
    db.session.commit()
    answer = locked_page(outcome, instant) if isinstance(outcome, Locked) else refused_page(form, order)
    pace().hold(started)
    return answer


def refused_page(form: Any, order: Order | None) -> Response:
    return make_response(page(form, order=order, failed=True), 422)


def locked_page(outcome: Locked, instant: datetime) -> Response:
    seconds = ceil((outcome.until - instant).total_seconds())
    answer = make_response(render_template("mypage/access/locked.html", minutes=ceil(seconds / 60)), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def page(form: Any, *, order: Order | None = None, failed: bool = False) -> str:
    note = request.args.get("note") if request.method == "GET" else None
    return render_template(
        "mypage/access/login.html",
        form=form,
        order=order,
        action=url_for(".show_link_login", **(request.view_args or {})) if order else url_for(".show_login"),
        failed=failed,
        note=note if note in NOTES else None,
    )


def linked_order(signed: str) -> Order | None:
    order_id: UUID | None = current_app.extensions["links"].read_order(g.shop.id, signed)
    return db.session.scalar(select(Order).filter_by(shop_id=g.shop.id, id=order_id)) if order_id else None
