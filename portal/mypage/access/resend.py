"""Page that mails the order's link again to a buyer who has lost it."""

from flask import current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField, ValidationError

from portal.access import resend
from portal.clock import now
from portal.extensions import db, limiter
from portal.jobs import nudge
from portal.mypage.blueprint import blueprint
from portal.values import emails
from portal.web.fields import required_text
from portal.web.pace import pace

FLOOD = "60 per minute; 600 per hour"
"""Limit per client address, which may be a whole phone carrier's; `resend.send_links` limits what a mailbox gets."""


def is_an_address(_form: FlaskForm, field: StringField) -> None:
    if not emails.is_address(field.data or ""):
        raise ValidationError(str(_l("メールアドレスの形式が正しくありません。例：hanako@example.jp")))


class ResendForm(FlaskForm):
    email = required_text(
        _l("メールアドレス"),
        _l("メールアドレスを入力してください。"),
        emails.LONGEST,
        _l("長すぎるようです。メールアドレスだけを入力してください。"),
        is_an_address,
    )


@blueprint.get("/resend")
def ask_for_link() -> str:
    return render_template("mypage/access/resend.html", form=ResendForm(), sent="sent" in request.args)


@blueprint.post("/resend")
@limiter.limit(FLOOD)
def send_link() -> Response:
    """Mail the links; the answer, and the time it takes, are the same whether the address has orders or not."""
    started = pace().clock()
    form = ResendForm()
    if not form.validate():
        return make_response(render_template("mypage/access/resend.html", form=form, sent=False), 422)
    resend.send_links(
        db.session,
        g.shop,
        form.email.data or "",
        mailroom=current_app.extensions["mailroom"],
        secret=current_app.config["SECRET_KEY"],
        language=str(get_locale()),
        now=now(),
    )
    db.session.commit()
    nudge("send_mails")
    pace().hold(started)
    return redirect(url_for(".ask_for_link", sent=1), 303)
