"""Choosing a password behind a mailed link: after an invitation, or when it was forgotten."""

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground.door import anyone
from admin.ground.services import mailroom, passwords, secret
from admin.people.login import flood
from admin.people.login_form import ForgottenForm, NewPasswordForm
from admin.people.new_password import accepts
from portal.clock import now
from portal.extensions import db, reading, writing_session
from portal.jobs import nudge
from portal.models import Staff
from portal.staff import password_links
from portal.web.languages import locale
from portal.web.pace import pace


@blueprint.get("/password")
@anyone
def show_forgotten() -> str:
    return render_template("admin/people/forgotten.html", form=ForgottenForm(), email=None)


@blueprint.post("/password")
@anyone
@flood
@reading
def send_password_link() -> Response:
    started = pace().clock()
    form = ForgottenForm()
    if not form.validate():
        return make_response(render_template("admin/people/forgotten.html", form=form, email=None), 422)
    email = form.email.data or ""
    with writing_session() as writing:
        password_links.send_forgotten(writing, email, mailroom=mailroom(), language=locale(), now=now())
    # Nudged in any case: nothing that happens next may tell whether somebody has this address.
    nudge("send_mails")
    pace().hold(started)
    flash(_("%(email)s が登録されていれば、パスワードを決めるためのメールが届きます。", email=email), "good")
    return redirect(url_for("admin.show_forgotten"), 303)


@blueprint.get("/password/<token>")
@anyone
def show_new_password(token: str) -> Response:
    staff = password_links.find(db.session, token, now())
    return make_response(page(NewPasswordForm(), staff)) if staff else gone()


@blueprint.post("/password/<token>")
@anyone
@flood
@reading
def choose_password(token: str) -> Response:
    staff = password_links.find(db.session, token, now())
    if staff is None:
        return gone()
    form = NewPasswordForm()
    if not accepts(form, staff):
        return make_response(page(form, staff), 422)
    db.session.commit()
    new_hash = passwords().hash(form.new.data or "")
    with writing_session() as writing:
        is_chosen = password_links.choose(writing, token, new_hash, secret=secret(), now=now())
    if not is_chosen:
        return gone()
    flash(_("パスワードを決めました。新しいパスワードでログインしてください。"), "good")
    return redirect(url_for("admin.show_login"), 303)


def page(form: NewPasswordForm, staff: Staff) -> str:
    return render_template("admin/people/new_password.html", form=form, staff=staff)


def gone() -> Response:
    return make_response(render_template("admin/people/link_gone.html"), 410)
