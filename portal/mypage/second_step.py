"""確認コード: asking for it, typing it."""

import re
from datetime import datetime
from math import ceil
from typing import Any

from flask import abort, current_app, g, make_response, redirect, render_template, request, session, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.access import login_codes
from portal.access.digests import token_digest
from portal.access.login_codes import Confirmed, Sent, TooMany, TooSoon, Wrong
from portal.access.visits import Visit
from portal.clock import now
from portal.extensions import client_address, db, limiter
from portal.jobs import nudge
from portal.models import Order
from portal.mypage import blueprint
from portal.mypage.loader import TOKEN, order_url, require_order, visit
from portal.typed import plain
from portal.values.ids import uuid_or_none
from portal.values.masks import mask_email

FLOOD = "30 per minute"
PAGE = "mypage/second_step/page.html"


def who() -> str:
    """The session; many of them share a phone carrier's address."""
    return token_digest(session[TOKEN]) if TOKEN in session else client_address()


class CodeForm(FlaskForm):
    code = StringField(
        _l("確認コード（6桁の数字）"),
        filters=[plain],
        validators=[
            DataRequired(_l("メールに書いてある6桁の数字を入力してください。")),
            Length(max=20, message=_l("メールに書いてある6桁の数字だけを入力してください。")),
        ],
    )


@blueprint.get("/second-step")
def show_second_step() -> str | Response:
    order, current = _order_and_visit()
    if current.proves(order.email_key):
        return redirect(_way_back(order), 303)
    return _page(order, current, CodeForm())


@blueprint.get("/second-step/code")
def after_login_code() -> Response:
    """Where a change of language leads from an answer of the POST below."""
    order, _ = _order_and_visit()
    return redirect(_here(order), 303)


@blueprint.post("/second-step/code")
@limiter.limit(FLOOD, key_func=who)
def send_login_code() -> Response:
    order, current = _order_and_visit()
    if not order.email_key or current.proves(order.email_key):
        return redirect(_here(order), 303)
    outcome = login_codes.send(
        db.session,
        g.shop,
        order,
        current,
        mailroom=current_app.extensions["mailroom"],
        secret=current_app.config["SECRET_KEY"],
        language=str(get_locale()),
        now=now(),
    )
    if isinstance(outcome, Sent):
        db.session.commit()
        nudge("send_mails")
        return redirect(_here(order), 303)
    return make_response(_page(order, current, CodeForm(), outcome=outcome), 429)


@blueprint.post("/second-step")
@limiter.limit(FLOOD, key_func=who)
def take_second_step() -> Response:
    order, current = _order_and_visit()
    if current.proves(order.email_key):
        return redirect(_way_back(order), 303)
    form = CodeForm()
    if not form.validate():
        return make_response(_page(order, current, form), 422)
    secret = current_app.config["SECRET_KEY"]
    outcome = login_codes.confirm(db.session, order, current, form.code.data or "", secret=secret, now=now())
    if isinstance(outcome, Confirmed):
        db.session.commit()
        session.clear()
        session[TOKEN] = outcome.token
        return redirect(_way_back(order), 303)
    # How it stands after this try, and not after those that wait for it.
    shown = _shown(order, current, form, outcome)
    db.session.commit()
    return make_response(render_template(PAGE, **shown), 422)


def _order_and_visit() -> tuple[Order, Visit]:
    """The order in the address, through its owner's scope."""
    order = require_order(uuid_or_none(request.args.get("order")) or abort(404))
    current = visit()
    assert current is not None
    return order, current


def _page(order: Order, current: Visit, form: CodeForm, *, outcome: Any = None) -> str:
    return render_template(PAGE, **_shown(order, current, form, outcome))


def _shown(order: Order, current: Visit, form: CodeForm, outcome: Any) -> dict[str, Any]:
    instant = now()
    code = login_codes.pending(db.session, order, current, instant) if order.email_key else None
    if isinstance(outcome, Wrong):
        form.code.errors = [_l("数字が違うようです。メールの6桁の数字をもう一度お確かめください。")]
    return {
        "order": order,
        "form": form,
        "email": mask_email(order.email),
        "is_sent": code is not None,
        "wait_seconds": _seconds(code.sent_at + login_codes.AGAIN_AFTER, instant) if code else 0,
        "too_soon": isinstance(outcome, TooSoon),
        "too_many": isinstance(outcome, TooMany),
        "tries_left": outcome.tries_left if isinstance(outcome, Wrong) else None,
        "is_spent": isinstance(outcome, login_codes.Spent),
        "confirm_url": _here(order),
        "send_url": url_for(".send_login_code", order=order.id, back=_asked_back(order)),
        "back_url": order_url(order.id),
    }


def _seconds(until: datetime, instant: datetime) -> int:
    return max(0, ceil((until - instant).total_seconds()))


def _here(order: Order) -> str:
    return url_for(".show_second_step", order=order.id, back=_asked_back(order))


def _asked_back(order: Order) -> str | None:
    """Where the buyer was going, if that is a page of this order and nothing else."""
    back = request.args.get("back", "")
    return back if re.fullmatch(re.escape(order_url(order.id)) + r"(/[a-z0-9-]+)*", back) else None


def _way_back(order: Order) -> str:
    return _asked_back(order) or order_url(order.id)
