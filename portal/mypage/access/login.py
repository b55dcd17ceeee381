"""Login with the order's own link or a typed order code, and the name (or phone) that goes with it."""

import re
from datetime import datetime
from math import ceil
from uuid import UUID

from flask import current_app, g, make_response, redirect, render_template, request, session, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.access import sessions
from portal.access.proving import Attempt, Locked, Proved, prove
from portal.clock import now
from portal.extensions import client_address, db, limiter, reading, writing_session
from portal.models import Order, Subscription
from portal.mypage.access.login_form import AnyLoginForm, form_of_link, form_with_code
from portal.mypage.blueprint import blueprint
from portal.mypage.orders.loader import TOKEN, order_url, visit, visit_entry
from portal.mypage.subscriptions.loader import cards_url, subscription_url
from portal.notifications.outbox import To
from portal.values import names
from portal.web.pace import pace


def has_signature() -> bool:
    """Tell whether the request comes by a link that we signed: nobody guesses with those."""
    signed = (request.view_args or {}).get("signed")
    return signed is not None and _order_id(signed) is not None


FLOOD = "60 per minute"
"""Limit on typed codes and made-up links from one client address, whatever comes of them."""
LINK_FLOOD = "300 per minute"
"""Limit for holders of a link; higher, as after a mailing thousands come from a phone carrier's few addresses."""
typed_flood = limiter.shared_limit(FLOOD, scope="typed codes", exempt_when=has_signature)
NOTES = frozenset({"timeout", "ended", "signed_out"})
ADVICE = {
    "name": _l("ご注文時のお名前（姓と名の両方）を入力してください。"),
    "phone": _l("ご注文時の電話番号をご確認のうえ、もう一度入力してください。"),
}


@blueprint.get("/")
def show_login() -> str:
    return page(form_with_code(g.shop))


@blueprint.post("/")
@typed_flood
@reading
def log_in() -> Response:
    started = pace().clock()
    form = form_with_code(g.shop)
    if asks_otherwise_now():
        return make_response(page(form, note="switched"), 409)
    if not form.validate():
        return make_response(page(form), 422)
    attempt = Attempt.by_code(form.code.data or "", typed=form.typed.data or "", address=client_address())
    return judge(form, attempt, started)


@blueprint.get("/o/<signed:signed>")
def show_link_login(signed: str) -> Response:
    """Show the login form of an order's link, or the page itself to who is logged in.

    The form is also for who has typed the code of an order that goes to somebody else: the link opens more than its
    parcel. Nothing is changed here: mail scanners and in-app browsers open every link.
    """
    order = linked_order(signed)
    if order is None:
        return make_response(page(form_with_code(g.shop), failed=True), 422)
    entry = visit_entry(order.id)
    if entry and entry.is_live and entry.proves_order and not entry.parcel_only:
        return redirect(wanted_page(order), 303)
    return make_response(page(form_of_link(g.shop), order=order))


@blueprint.post("/o/<signed:signed>")
@limiter.limit(LINK_FLOOD)
@typed_flood
@reading
def log_in_by_link(signed: str) -> Response:
    started = pace().clock()
    order = linked_order(signed)
    form = form_of_link(g.shop) if order else form_with_code(g.shop)
    if asks_otherwise_now():
        return make_response(page(form, order=order, note="switched"), 409)
    if not form.typed.validate(form):
        return make_response(page(form, order=order), 422)
    typed = form.typed.data or ""
    if order is None:
        return judge(form, Attempt.by_dead_link(signed, typed=typed, address=client_address()), started)
    return judge(form, Attempt.by_link(order.id, typed=typed, address=client_address()), started, order)


@blueprint.post("/logout")
def log_out() -> Response:
    current = visit()
    if current is not None:
        sessions.end(db.session, current, now())
        db.session.commit()
    session.clear()
    return redirect(url_for(".show_login", note="signed_out"), 303)


def asks_otherwise_now() -> bool:
    """Tell whether the shop switched between name and phone while this form stood open: that is no failed attempt."""
    return bool(request.form.get("asks", g.shop.login_element) != g.shop.login_element)


def judge(form: AnyLoginForm, attempt: Attempt, started: float, order: Order | None = None) -> Response:
    """Judge the attempt and return the answer: the wanted page, the page of a lock, or the form again.

    `order` is the link's, which the form goes on showing.
    """
    instant = now()
    secret = current_app.config["SECRET_KEY"]
    if g.shop.login_element == "name":
        names.warm()
    # While the attempt waits for others with the same code, no connection is held and no dictionary is being loaded.
    db.session.commit()
    token: str | None = None
    with writing_session() as writing:
        outcome = prove(writing, g.shop, attempt, secret=secret, now=instant)
        if isinstance(outcome, Proved):
            by_link = attempt.order_id is not None
            token = sessions.start(writing, outcome.order, token=session.get(TOKEN), by_link=by_link, now=instant)
    if isinstance(outcome, Proved):
        # The CSRF token goes too, so that whoever knew the old cookie knows nothing of the new one.
        session.clear()
        session[TOKEN] = token
        return redirect(wanted_page(outcome.order), 303)
    if isinstance(outcome, Locked):
        answer = locked_page(outcome, instant)
    else:
        answer = make_response(page(form, order=order, failed=True), 422)
    pace().hold(started)
    return answer


def locked_page(outcome: Locked, instant: datetime) -> Response:
    seconds = ceil((outcome.until - instant).total_seconds())
    answer = make_response(render_template("mypage/access/locked.html", minutes=ceil(seconds / 60)), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def page(form: AnyLoginForm, *, order: Order | None = None, failed: bool = False, note: str | None = None) -> str:
    if request.method == "GET" and request.args.get("note") in NOTES:
        note = request.args["note"]
    if failed:
        form.typed.errors = [ADVICE[g.shop.login_element]]
    if note == "switched":
        form.typed.data = ""
    return render_template(
        "mypage/access/login.html",
        form=form,
        order=order,
        action=link_url() if order else url_for(".show_login"),
        failed=failed,
        note=note,
    )


def link_url() -> str:
    """Return the address of this request's link, with the page that it leads to."""
    return url_for(".show_link_login", **(request.view_args or {}), to=destination())


def destination() -> str | None:
    """Return what `?to=` names, without the marks and words that a mail program has taken into the link behind it."""
    found = re.match("[a-z]+", request.args.get("to", ""))
    return found[0] if found else None


def wanted_page(order: Order) -> str:
    """Return the page that the link leads to: the order, its subscription or the cards, but no other address."""
    to = destination()
    subscription_id = living(order) if to in (To.SUBSCRIPTION, To.CARDS) else None
    if subscription_id is None:
        return order_url(order.id)
    return subscription_url(subscription_id) if to == To.SUBSCRIPTION else cards_url(subscription_id)


def living(order: Order) -> UUID | None:
    """Return the id of the order's subscription, or None if there is none or it was deleted since."""
    own = select(Subscription.id).filter_by(id=order.subscription_id, shop_id=order.shop_id, deleted_at=None)
    return db.session.scalar(own)


def linked_order(signed: str) -> Order | None:
    order_id = _order_id(signed)
    return db.session.scalar(select(Order).filter_by(shop_id=g.shop.id, id=order_id)) if order_id else None


def _order_id(signed: str) -> UUID | None:
    found: UUID | None = current_app.extensions["links"].read_order(g.shop.id, signed)
    return found
