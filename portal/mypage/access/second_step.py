"""確認コード: the pages to ask for the e-mailed code and to type it."""

import re
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from flask import abort, current_app, g, make_response, redirect, render_template, request, session, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from portal.access import login_codes
from portal.access.login_codes import Confirmed, Sent, TooMany, TooSoon, Wrong
from portal.access.requests import RequestKind
from portal.access.rules.digests import token_digest
from portal.access.rules.visits import Visit
from portal.clock import now
from portal.extensions import client_address, db, limiter
from portal.jobs import nudge
from portal.models import Order, Subscription
from portal.mypage.blueprint import blueprint
from portal.mypage.orders.loader import TOKEN, require_order, visit
from portal.mypage.subscriptions.loader import page_url, query_of, require_subscription
from portal.values import emails
from portal.values.ids import uuid_or_none
from portal.values.masks import mask_email
from portal.web.fields import required_text

FLOOD = "30 per minute"
PAGE = "mypage/access/second_step.html"


def who() -> str:
    """Return whom a limit counts: the session, since many share a phone carrier's address, or else the address."""
    return token_digest(session[TOKEN]) if TOKEN in session else client_address()


class CodeForm(FlaskForm):
    code = required_text(
        _l("確認コード（6桁）"),
        _l("メールに記載の6桁の確認コードを入力してください。"),
        20,
        _l("メールに記載の6桁の確認コードだけを入力してください。"),
    )


@blueprint.get("/second-step")
def show_second_step() -> str | Response:
    asked = _asked()
    if asked.is_proved:
        return redirect(_way_back(asked), 303)
    return _page(asked, CodeForm())


@blueprint.get("/second-step/code")
def after_login_code() -> Response:
    """Redirect to the form: a change of language leads here from an answer of the POST below."""
    return redirect(_here(_asked()), 303)


@blueprint.post("/second-step/code")
@limiter.limit(FLOOD, key_func=who)
def send_login_code() -> Response:
    asked = _asked()
    if not asked.email_key or asked.is_proved:
        return redirect(_here(asked), 303)
    outcome = login_codes.send(
        db.session,
        g.shop,
        asked.order,
        asked.visit,
        email=asked.email,
        mailroom=current_app.extensions["mailroom"],
        secret=current_app.config["SECRET_KEY"],
        language=str(get_locale()),
        now=now(),
    )
    if isinstance(outcome, Sent):
        db.session.commit()
        nudge("send_mails")
        return redirect(_here(asked), 303)
    return make_response(_page(asked, CodeForm(), outcome=outcome), 429)


@blueprint.post("/second-step")
@limiter.limit(FLOOD, key_func=who)
def take_second_step() -> Response:
    asked = _asked()
    if asked.is_proved:
        return redirect(_way_back(asked), 303)
    form = CodeForm()
    if not form.validate():
        return make_response(_page(asked, form), 422)
    outcome = login_codes.confirm(
        db.session,
        asked.order,
        asked.visit,
        form.code.data or "",
        email_key=asked.email_key,
        secret=current_app.config["SECRET_KEY"],
        now=now(),
    )
    if isinstance(outcome, Confirmed):
        db.session.commit()
        session.clear()
        session[TOKEN] = outcome.token
        return redirect(_way_back(asked), 303)
    # Worked out before the commit, so that it shows this attempt and none of those that wait for it.
    shown = _shown(asked, form, outcome)
    db.session.commit()
    return make_response(render_template(PAGE, **shown), 422)


@dataclass(frozen=True)
class _Asked:
    """E-mail address to be proved: the order's, or that of the subscription to which the order led."""

    order: Order
    visit: Visit
    email: str
    subscription: Subscription | None = None

    @property
    def email_key(self) -> str:
        return emails.normalise(self.email)

    @property
    def is_proved(self) -> bool:
        return self.visit.proves(self.email_key)

    @property
    def page_url(self) -> str:
        return page_url(self.order, self.subscription)

    @property
    def request_url(self) -> str:
        """Return the address of the form to ask the shop, for buyers who get no code."""
        return url_for(".new_request", **query_of(self.order, self.subscription), kind=RequestKind.NO_EMAIL)


def _asked() -> _Asked:
    """Return what `?subscription=` or `?order=` names, through its owner's scope, or 404 if neither is there."""
    subscription_id = uuid_or_none(request.args.get("subscription"))
    if subscription_id:
        reached = require_subscription(subscription_id)
        return _Asked(reached.order, reached.visit, reached.subscription.email, reached.subscription)
    order = require_order(uuid_or_none(request.args.get("order")) or abort(404), even_parcel_only=True)
    current = visit()
    assert current is not None
    return _Asked(order, current, order.email)


def _page(asked: _Asked, form: CodeForm, *, outcome: Any = None) -> str:
    return render_template(PAGE, **_shown(asked, form, outcome))


def _shown(asked: _Asked, form: CodeForm, outcome: Any) -> dict[str, Any]:
    instant = now()
    code = login_codes.pending(db.session, asked.email_key, asked.visit, instant) if asked.email_key else None
    if isinstance(outcome, Wrong):
        form.code.errors = [_l("確認コードが正しくありません。もう一度ご入力ください。")]
    return {
        "order": asked.order,
        "subscription": asked.subscription,
        "form": form,
        "email": mask_email(asked.email) if asked.email_key else "",
        "is_sent": code is not None,
        "wait_seconds": _seconds(code.sent_at + login_codes.AGAIN_AFTER, instant) if code else 0,
        "too_soon": isinstance(outcome, TooSoon),
        "too_many": isinstance(outcome, TooMany),
        "tries_left": outcome.tries_left if isinstance(outcome, Wrong) else None,
        "is_spent": isinstance(outcome, login_codes.Spent),
        "confirm_url": _here(asked),
        "send_url": _url(".send_login_code", asked),
        "back_url": asked.page_url,
        "request_url": asked.request_url,
    }


def _seconds(until: datetime, instant: datetime) -> int:
    return max(0, ceil((until - instant).total_seconds()))


def _here(asked: _Asked) -> str:
    return _url(".show_second_step", asked)


def _url(endpoint: str, asked: _Asked) -> str:
    if asked.subscription:
        return url_for(endpoint, subscription=asked.subscription.id, back=_asked_back(asked))
    return url_for(endpoint, order=asked.order.id, back=_asked_back(asked))


def _asked_back(asked: _Asked) -> str | None:
    """Return `?back=` if it is a page of this order or subscription, or the list of subscriptions, else None."""
    back = request.args.get("back", "")
    if back == url_for(".show_subscriptions"):
        return back
    return back if re.fullmatch(re.escape(asked.page_url) + r"(/[a-z0-9_-]+)*", back) else None


def _way_back(asked: _Asked) -> str:
    return _asked_back(asked) or asked.page_url
