"""The authenticator app: setting it up, proving it in this session, moving it to another phone, turning it off.

The secret of an app that is being set up is kept, sealed, in the person's own cookie until a code confirms it.
"""

from collections.abc import Callable

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground.back import wanted
from admin.ground.door import member
from admin.ground.services import seal, secret
from admin.people.login import flood, locked_page
from admin.people.login_form import CodeForm
from portal.clock import now
from portal.extensions import client_address, db, reading, writing_session
from portal.models import Staff
from portal.staff import authenticator, recovery, totp
from portal.staff.second_factor import Locked, Refused

NEW_APP = "new_app"


@blueprint.get("/account/totp")
@member
def show_totp() -> str:
    if not current_user.staff.totp_confirmed_at:
        return setting_up(CodeForm(), new_app() or begin_new_app())
    if current_user.totp_at is None:
        return proving(CodeForm())
    return managing(CodeForm())


@blueprint.post("/account/totp")
@member
@flood
@reading
def prove_totp() -> Response:
    """Prove the app in a session that began before it was set up."""
    return after_code(proving, lambda _writing, _staff: redirect(wanted(), 303))


@blueprint.get("/account/totp/new")
@member
def show_new_app() -> str | Response:
    app_secret = new_app()
    return setting_up(CodeForm(), app_secret) if app_secret else redirect(url_for("admin.show_totp"), 303)


@blueprint.post("/account/totp/new")
@member
@flood
@reading
def confirm_new_app() -> Response:
    form, app_secret = CodeForm(), new_app()
    if app_secret is None:
        return redirect(url_for("admin.show_totp", back=request.args.get("back")), 303)
    if not form.validate():
        return make_response(setting_up(form, app_secret), 422)
    with writing_session() as writing:
        codes = authenticator.confirm(
            writing,
            writing.get_one(Staff, current_user.staff.id),
            app_secret,
            form.code.data or "",
            session_id=current_user.session_id,
            seal=seal(),
            now=now(),
        )
    if codes is None:
        return make_response(setting_up(form, app_secret, failed=True), 422)
    session.pop(NEW_APP)
    return codes_page(codes, is_new=True)


@blueprint.post("/account/totp/move")
@member
@flood
@reading
def move_totp() -> Response:
    """Begin moving the app to another phone; the old app works until the new one is confirmed."""

    def go_on(_writing: Session, _staff: Staff) -> Response:
        begin_new_app()
        return redirect(url_for("admin.show_new_app"), 303)

    return after_code(managing, go_on)


@blueprint.post("/account/totp/recovery-codes")
@member
@flood
@reading
def renew_recovery_codes() -> Response:
    return after_code(
        managing, lambda writing, staff: codes_page(authenticator.renew_recovery_codes(writing, staff, now()))
    )


@blueprint.post("/account/totp/off")
@member
@flood
@reading
def turn_totp_off() -> Response:
    def turn_off(writing: Session, staff: Staff) -> Response:
        if authenticator.shops_that_demand(writing, staff):
            flash(_("店舗で必要とされているため、認証アプリをやめることはできません。"), "wrong")
            return redirect(url_for("admin.show_totp"), 303)
        authenticator.turn_off(writing, staff, now())
        flash(_("認証アプリをやめました。次からはパスワードだけでログインします。"), "good")
        return redirect(url_for("admin.show_account"), 303)

    return after_code(managing, turn_off)


def after_code(page: Callable[..., str], go_on: Callable[[Session, Staff], Response]) -> Response:
    """Check the app's code (or a recovery code) and `go_on` if it is right; `page` shows the form again if not."""
    form, instant = CodeForm(), now()
    if not current_user.staff.totp_confirmed_at:
        return redirect(url_for("admin.show_totp"), 303)
    if not form.validate():
        return make_response(page(form), 422)
    with writing_session() as writing:
        staff = writing.get_one(Staff, current_user.staff.id)
        outcome = authenticator.prove(
            writing,
            staff,
            form.code.data or "",
            session_id=current_user.session_id,
            client=client_address(),
            seal=seal(),
            secret=secret(),
            now=instant,
        )
        if not isinstance(outcome, Locked | Refused):
            return go_on(writing, staff)
    if isinstance(outcome, Locked):
        return locked_page(outcome, instant)
    return make_response(page(form, failed=True), 422)


def new_app() -> str | None:
    """Return the secret of the app that is being set up, or None.

    It stays the same until it is confirmed: a page that is loaded again still shows the picture that was scanned.
    """
    beside, _blank, app_secret = (seal().open(session.get(NEW_APP, "")) or "").partition(" ")
    return app_secret if app_secret and beside == app_there_is() else None


def begin_new_app() -> str:
    app_secret = totp.new_secret()
    session[NEW_APP] = seal().close(f"{app_there_is()} {app_secret}")
    return app_secret


def app_there_is() -> str:
    """Return a mark of the confirmed app, which changes with it.

    If another app was confirmed meanwhile, a set-up that began before ends: only a code of that app begins a new one.
    """
    confirmed_at = current_user.staff.totp_confirmed_at
    return str(int(confirmed_at.timestamp())) if confirmed_at else "none"


def setting_up(form: CodeForm, app_secret: str, failed: bool = False) -> str:
    staff = current_user.staff
    return render_template(
        "admin/people/totp_new.html",
        form=form,
        failed=failed,
        picture=totp.picture(totp.app_address(app_secret, staff.email)),
        app_secret=" ".join(app_secret[at : at + 4] for at in range(0, len(app_secret), 4)),
        demanded_by=authenticator.shops_that_demand(db.session, staff),
        is_moving=bool(staff.totp_confirmed_at),
        action=url_for("admin.confirm_new_app", back=request.args.get("back")),
    )


def proving(form: CodeForm, failed: bool = False) -> str:
    action = url_for("admin.prove_totp", back=request.args.get("back"))
    return render_template("admin/people/totp_prove.html", form=form, failed=failed, action=action)


def managing(form: CodeForm, failed: bool = False) -> str:
    staff = current_user.staff
    return render_template(
        "admin/people/totp.html",
        form=form,
        failed=failed,
        staff=staff,
        codes_left=recovery.left(db.session, staff),
        demanded_by=authenticator.shops_that_demand(db.session, staff),
    )


def codes_page(codes: list[str], *, is_new: bool = False) -> Response:
    """Show the codes as the form's own answer, without a redirect: they are kept nowhere to be shown again."""
    return make_response(
        render_template("admin/people/recovery_codes.html", codes=codes, onward=wanted(), is_new=is_new)
    )
