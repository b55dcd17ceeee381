"""メール文面: the shop's own texts instead of our standard ones, with a preview on a real order."""

from typing import Any, Self

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.mails import samples
from portal.clock import now
from portal.extensions import db, reading, start_writing, stop_writing
from portal.jobs import nudge
from portal.models import MailText, Order
from portal.notifications import letters, own_letters, switches, texts, trials
from portal.notifications.letters import Letter
from portal.notifications.outbox import Mailroom
from portal.notifications.rules.messages import MESSAGES, SWITCHED
from portal.notifications.rules.placeholders import NEEDED, PLACEHOLDERS
from portal.notifications.rules.texts import Text, problems, tidy
from portal.values.roles import Role
from portal.web.fields import VersionField
from portal.web.headers import allow_letters, letter
from portal.web.redirects import is_partial

Page = str | tuple[str, int] | Response

BASE = "/shops/<slug>/mail-texts"
ONE = f"{BASE}/<any({','.join(MESSAGES)}):message>/<language>"


class MailTextForm(FlaskForm):
    """A mail text as staff type it, checked by `rules.texts.problems`, since its mistakes have lines and names."""

    subject = StringField(_l("件名"))
    body = TextAreaField(_l("本文"))
    order_code = StringField(_l("プレビューに使う受注コード"))
    version = VersionField()
    """Version of the row that the form was made from, 0 for our own words."""

    @classmethod
    def of(cls, text: Text, own: MailText | None, order_code: str) -> Self:
        seen = {"subject": text.subject, "body": text.body, "order_code": order_code}
        return cls(formdata=None, version=own.version if own else 0, **seen)

    @property
    def text(self) -> Text:
        return tidy(self.subject.data or "", self.body.data or "")

    @property
    def seen_version(self) -> int:
        return int(self.version.data or 0)


@blueprint.get(BASE)
@needs(Role.VIEWER)
def show_mail_texts() -> str:
    return render_template(
        "admin/mails/texts/list.html",
        messages=MESSAGES,
        switched=SWITCHED,
        own=texts.all_of(db.session, g.shop),
        placeholders=PLACEHOLDERS,
        mypage_url=f"{current_app.config['SETTINGS'].public_url}/{g.shop.slug}/",
    )


@blueprint.get(ONE)
@needs(Role.VIEWER)
def show_mail_text(message: str, language: str) -> str:
    """Show the editor. `?start=standard` starts from our own words, `?order=` chooses the order of the preview."""
    own = find(message, language)
    order = require_order(message, request.args.get("order", ""))
    written = Text(own.subject, own.body) if own else None
    if written is None or request.args.get("start") == "standard":
        written = letters.as_own(message, language)
    return page(message, language, MailTextForm.of(written, own, order.code), order)


@blueprint.post(ONE)
@needs(Role.MANAGER)
def save_mail_text(message: str, language: str) -> Page:
    find(message, language)
    form = MailTextForm()
    outcome = texts.save(
        db.session, g.shop, message, language, form.text, seen_version=form.seen_version, actor=staff_actor(), now=now()
    )
    if isinstance(outcome, texts.Refused):
        return typed_page(message, language, form, problems=outcome.problems), 422
    if isinstance(outcome, texts.Stale):
        return typed_page(message, language, form, stale=outcome), 409
    db.session.commit()
    flash(_("保存しました。次に送るメールから、この文面になります。"), "good")
    return redirect(url_for(".show_mail_text", message=message, language=language), 303)


@blueprint.post(f"{ONE}/reset")
@needs(Role.MANAGER)
def reset_mail_text(message: str, language: str) -> Response:
    find(message, language)
    seen = MailTextForm().seen_version
    outcome = texts.reset(db.session, g.shop, message, language, seen_version=seen, actor=staff_actor(), now=now())
    if isinstance(outcome, texts.Stale):
        flash(_("ほかの人がこの文面を書き換えていたので、何もしませんでした。今の文面をご覧ください。"), "wrong")
    else:
        db.session.commit()
        flash(_("標準の文面に戻しました。"), "good")
    return redirect(url_for(".show_mail_text", message=message, language=language), 303)


@blueprint.post(f"{ONE}/preview")
@needs(Role.VIEWER)
@reading
def preview_mail_text(message: str, language: str) -> Page:
    """Return the preview that follows typing; without JavaScript the whole page, from the preview button."""
    find(message, language)
    form = MailTextForm()
    found = problems(form.text, message)
    order = chosen_order(message, form)
    if is_partial():
        shown = preview(message, language, form.text, order)
        return render_template("admin/mails/texts/_preview.html", form=form, problems=found, **shown)
    return page(message, language, form, order, problems=found)


@blueprint.post(f"{ONE}/letter")
@needs(Role.VIEWER)
@reading
def preview_mail_letter(message: str, language: str) -> Response:
    """Return the HTML of what is typed, for the frame beside it."""
    find(message, language)
    form = MailTextForm()
    return letter(written(message, language, form.text, chosen_order(message, form)).html)


@blueprint.post(f"{ONE}/test")
@needs(Role.MANAGER)
@reading
def send_test_mail(message: str, language: str) -> Page:
    """Send a test mail to oneself. Answer with the page itself, no redirect: what was typed is not saved yet."""
    find(message, language)
    form = MailTextForm()
    found = problems(form.text, message)
    if found:
        return typed_page(message, language, form, problems=found), 422
    order = chosen_order(message, form)
    own = written(message, language, form.text, order)
    start_writing()
    sent = trials.send(
        db.session,
        current_app.extensions["mailroom"],
        g.shop,
        own,
        message=message,
        order_code=order.code if order in db.session else "",
        recipient=current_user.staff.email,
        actor=staff_actor(),
        now=now(),
    )
    db.session.commit()
    stop_writing()
    nudge("send_mails")
    return page(message, language, form, order, tested=sent), 200 if sent else 429


@blueprint.post(f"{BASE}/<any({','.join(MESSAGES)}):message>/switch")
@needs(Role.MANAGER)
def switch_mail(message: str) -> Response:
    if message not in SWITCHED:
        abort(404)
    on = request.form.get("on") == "yes"
    switches.switch(db.session, g.shop, message, on=on, actor=staff_actor(), now=now())
    db.session.commit()
    flash(_("これからは、このメールを送ります。") if on else _("このメールを送るのをやめました。"), "good")
    return redirect(url_for(".show_mail_texts"), 303)


# --- what the pages show ------------------------------------------------------------------------------------------------
def find(message: str, language: str) -> Any:
    """Return the shop's own text, or None. Abort with 404 in a language that the shop does not offer."""
    if language not in g.shop.languages:
        abort(404)
    return texts.find(db.session, g.shop, message, language)


def page(message: str, language: str, form: MailTextForm, order: Order, **more: Any) -> str:
    allow_letters()
    return render_template(
        "admin/mails/texts/edit.html",
        message=message,
        text_language=language,
        form=form,
        own=find(message, language),
        placeholders=[each for each in PLACEHOLDERS.values() if each.is_in(message)],
        needed=PLACEHOLDERS.get(NEEDED.get(message, "")),
        **preview(message, language, form.text, order),
        **({"problems": [], "stale": None, "tested": None} | more),
    )


def typed_page(message: str, language: str, form: MailTextForm, **more: Any) -> str:
    """Show the page again with what was typed, which was not saved."""
    stop_writing()
    return page(message, language, form, chosen_order(message, form), **more)


def preview(message: str, language: str, text: Text, order: Order) -> dict[str, Any]:
    return {
        "order": order,
        "is_invented": order not in db.session,
        "letter": written(message, language, text, order),
        "all_placeholders": PLACEHOLDERS,
    }


def written(message: str, language: str, text: Text, order: Order) -> Letter:
    """Return the mail as it would be sent; what is no placeholder stays as it was typed."""
    mailroom: Mailroom = current_app.extensions["mailroom"]
    value = mailroom.fillings(g.shop, order, samples.context_of(message, order, language), language, now())
    return own_letters.draft(text, language, g.shop, value)


def chosen_order(message: str, form: MailTextForm) -> Order:
    return require_order(message, form.order_code.data or "")


def require_order(message: str, code: str) -> Order:
    """Return the named order, else a fitting one, else an invented one; a real one is recorded as looked at."""
    order = (code and samples.order_by_code(code)) or samples.newest_order(message)
    if order is None:
        return samples.invented_order()
    note_look("order.viewed", "order", order.id)
    return order
