"""メール: the list of sent mails with its filters, one mail, sending it again."""

from collections.abc import Iterable
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.ground.search_form import SearchForm
from portal.clock import now
from portal.extensions import db
from portal.jobs import nudge
from portal.models import Order, OutboxMail
from portal.notifications import mails
from portal.notifications.mails import STATES, Wanted
from portal.notifications.rules import messages
from portal.values.ids import uuid_or_none
from portal.values.masks import mask_email
from portal.values.roles import Role
from portal.web.fields import SelectChoice, VersionField
from portal.web.headers import allow_letters, letter

NOTHING_DONE = _l("このメールの状態が変わっていたので、何もしませんでした。今の状態をご覧ください。")


def _all_or(values: Iterable[str]) -> list[SelectChoice]:
    """Return a choice for each value, after one for all; their words stand in templates/admin/mails/_words.html."""
    return [SelectChoice(value, value) for value in ("", *values)]


class WantedForm(SearchForm):
    state = SelectField(_l("状態"), choices=_all_or(STATES), default="")
    message = SelectField(_l("メール"), choices=_all_or([*messages.MESSAGES, messages.TEST]), default="")
    recipient = StringField(_l("宛先のアドレス"), validators=[Length(max=254)])
    since = DateField(_l("開始日"), validators=[Optional()])
    until = DateField(_l("終了日"), validators=[Optional()])

    @property
    def wanted(self) -> Wanted:
        """Return the filters; a field that could not be read does not filter."""
        said = {name: field.data for name, field in self._fields.items() if field.data and not field.errors}
        return Wanted(**said)


class SeenForm(FlaskForm):
    attempts = VersionField()
    """Number of attempts that the page showed for the mail."""


@blueprint.get("/shops/<slug>/mails")
@needs(Role.VIEWER)
def show_mails() -> tuple[str, int]:
    form = WantedForm(request.args)
    status = 200 if form.validate() else 422
    found, older = mails.search(db.session, g.shop, form.wanted, uuid_or_none(request.args.get("before")))
    narrowed = {name: text for name, text in request.args.items() if text and name in form}
    page = render_template(
        "admin/mails/list.html", form=form, found=found, older=older, narrowed=narrowed, mask_email=mask_email
    )
    return page, status


@blueprint.get("/shops/<slug>/mails/<uuid:mail_id>")
@needs(Role.VIEWER)
def show_mail(mail_id: UUID) -> str:
    mail = require_mail(mail_id)
    note_look("mail.viewed", "mail", mail.id)
    allow_letters()
    address_now = mails.address_now(db.session, mail)
    return render_template(
        "admin/mails/mail.html",
        mail=mail,
        order=db.session.get(Order, mail.order_id) if mail.order_id else None,
        standing=mails.state(mail),
        is_shown=mails.is_shown(mail),
        may_retry=mails.may_retry(mail, now()),
        address_now=address_now if mails.may_retry(mail, now(), elsewhere=True) else "",
        may_settle=mail.state == "failed" and mail.settled_at is None,
    )


@blueprint.get("/shops/<slug>/mails/<uuid:mail_id>/letter")
@needs(Role.VIEWER)
def show_mail_letter(mail_id: UUID) -> Response:
    """Return the mail's HTML, for the frame on its page."""
    mail = require_mail(mail_id)
    if not mails.is_shown(mail) or not mail.body_html:
        abort(404)
    note_look("mail.viewed", "mail", mail.id)
    return letter(mail.body_html)


@blueprint.post("/shops/<slug>/mails/<uuid:mail_id>/retry")
@needs(Role.OPERATOR)
def retry_mail(mail_id: UUID) -> Response:
    mail = require_mail(mail_id)
    attempts, recipient = _seen_attempts(), request.form.get("recipient", "")
    if not mails.retry(db.session, mail, seen_attempts=attempts, actor=staff_actor(), now=now(), recipient=recipient):
        return _back(mail, "")
    answer = _back(mail, _("もう一度送ります。結果は、少し待ってからこのページを開き直すと分かります。"))
    nudge("send_mails")
    return answer


@blueprint.post("/shops/<slug>/mails/<uuid:mail_id>/taken-as-sent")
@needs(Role.OPERATOR)
def take_mail_as_sent(mail_id: UUID) -> Response:
    mail, attempts = require_mail(mail_id), _seen_attempts()
    is_done = mails.take_as_sent(db.session, mail, seen_attempts=attempts, actor=staff_actor(), now=now())
    return _back(mail, _("送信済みとして扱います。") if is_done else "")


@blueprint.post("/shops/<slug>/mails/<uuid:mail_id>/settled")
@needs(Role.OPERATOR)
def settle_mail(mail_id: UUID) -> Response:
    mail, attempts = require_mail(mail_id), _seen_attempts()
    is_done = mails.resolve(db.session, mail, seen_attempts=attempts, actor=staff_actor(), now=now())
    return _back(mail, _("対応済みにしました。") if is_done else "")


def require_mail(mail_id: UUID) -> OutboxMail:
    found = db.session.scalar(select(OutboxMail).where(OutboxMail.id == mail_id, OutboxMail.shop_id == g.shop.id))
    return found or abort(404)


def _back(mail: OutboxMail, done: str) -> Response:
    """Commit what was done and return to the mail; without `done` say that nothing was."""
    if done:
        db.session.commit()
    flash(done or NOTHING_DONE, "good" if done else "wrong")
    return redirect(url_for(".show_mail", mail_id=mail.id), 303)


def _seen_attempts() -> int:
    form = SeenForm()
    if not form.validate():
        abort(400)
    return form.attempts.data or 0
