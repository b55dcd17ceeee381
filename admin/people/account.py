"""One's own account: name, password, sessions. The authenticator app has a page of its own (authenticator.py)."""

from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground.door import member
from admin.ground.services import passwords, secret
from admin.people.login import flood, locked_page
from admin.people.login_form import ChangePasswordForm
from admin.people.new_password import accepts
from portal.clock import now
from portal.extensions import client_address, db, reading, writing_session
from portal.models import Staff
from portal.staff import account, recovery, sessions
from portal.staff.browsers import describe
from portal.staff.second_factor import Locked, Refused
from portal.web.fields import required_text


class NameForm(FlaskForm):
    name = required_text(
        _l("お名前"), _l("お名前を入力してください。"), 100, _l("長すぎます。100文字までにしてください。")
    )


@blueprint.get("/account")
@member
def show_account() -> str:
    return page(NameForm(obj=current_user.staff))


@blueprint.post("/account/name")
@member
def rename_account() -> Response:
    form = NameForm()
    if not form.validate():
        return make_response(page(form), 422)
    account.rename(db.session, current_user.staff, form.name.data or "", now())
    db.session.commit()
    flash(_("お名前を変えました。"), "good")
    return to_account()


@blueprint.get("/account/password")
@member
def show_password() -> str:
    return password_page(ChangePasswordForm())


@blueprint.post("/account/password")
@member
@flood
@reading
def change_password() -> Response:
    form = ChangePasswordForm()
    staff, instant = current_user.staff, now()
    if not accepts(form, staff):
        return make_response(password_page(form), 422)
    # Both passwords take time to hash: no transaction stays open meanwhile.
    db.session.commit()
    proof = passwords().check(staff.password_hash, form.old.data or "")
    new_hash = passwords().hash(form.new.data or "") if proof.is_right else ""
    with writing_session() as writing:
        refused = account.change_password(
            writing,
            writing.get_one(Staff, staff.id),
            proof,
            new_hash,
            session_id=current_user.session_id,
            client=client_address(),
            secret=secret(),
            now=instant,
        )
    if isinstance(refused, Locked):
        return locked_page(refused, instant)
    if isinstance(refused, Refused):
        form.old.errors = [_("今のパスワードが違います。")]
        return make_response(password_page(form), 422)
    flash(_("パスワードを変えました。ほかの画面はすべてログアウトしました。"), "good")
    return to_account()


@blueprint.post("/account/sessions/<uuid:session_id>/end")
@member
def end_session(session_id: UUID) -> Response:
    sessions.end_one(db.session, current_user.staff.id, session_id, now())
    db.session.commit()
    flash(_("その画面をログアウトしました。"), "good")
    return to_account()


@blueprint.post("/account/sessions/end-others")
@member
def end_other_sessions() -> Response:
    sessions.end_others(db.session, current_user.staff.id, now(), but=current_user.session_id)
    db.session.commit()
    flash(_("ほかの画面をすべてログアウトしました。"), "good")
    return to_account()


def page(form: NameForm) -> str:
    staff = current_user.staff
    return render_template(
        "admin/people/account.html",
        form=form,
        staff=staff,
        codes_left=recovery.left(db.session, staff) if staff.totp_confirmed_at else 0,
        sessions=[
            (row, describe(row.browser), row.id == current_user.session_id)
            for row in sessions.live(db.session, staff.id, now())
        ],
    )


def password_page(form: ChangePasswordForm) -> str:
    return render_template("admin/people/password.html", form=form, staff=current_user.staff)


def to_account() -> Response:
    return redirect(url_for("admin.show_account"), 303)
