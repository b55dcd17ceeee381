"""Signing in with mail address and password, and signing out."""

from datetime import datetime, timedelta
from math import ceil

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from admin.blueprint import blueprint
from admin.ground import door
from admin.ground.back import wanted
from admin.ground.door import anyone, member
from admin.ground.services import passwords, secret
from admin.people.login_form import LoginForm
from portal.clock import now
from portal.extensions import client_address, db, limiter, reading, writing_session
from portal.staff import entering, sessions
from portal.staff.entering import Admitted, Halfway
from portal.staff.locks import Knock
from portal.staff.second_factor import Locked, Refused
from portal.web.pace import pace

flood = limiter.shared_limit("30 per minute", scope="the staff's door")
"""Limit on the attempts from one client address, whatever comes of them."""
HALFWAY = "halfway"
HALFWAY_FOR = timedelta(minutes=10)


@blueprint.get("/login")
@anyone
def show_login() -> str | Response:
    if current_user.is_authenticated:
        return redirect(wanted(), 303)
    return page(LoginForm())


@blueprint.post("/login")
@anyone
@flood
@reading
def sign_in() -> Response:
    started = pace().clock()
    form = LoginForm()
    if not form.validate():
        return make_response(page(form), 422)
    knock, instant = Knock.with_typed(form.email.data or "", client_address()), now()
    candidate = entering.find(db.session, knock, secret=secret(), now=instant)
    # No transaction stays open while the password is hashed, nor while the attempt waits for others at its lock.
    db.session.commit()
    outcome: Admitted | Halfway | Refused | Locked
    token = ""
    if isinstance(candidate, Locked):
        outcome = candidate
    else:
        proof = passwords().check(candidate.password_hash, form.password.data or "")
        with writing_session() as writing:
            outcome = entering.judge(writing, knock, candidate, proof, secret=secret(), now=instant)
            if isinstance(outcome, Admitted):
                token = start_session(writing, outcome, instant)
    if isinstance(outcome, Admitted):
        return let_in(token)
    if isinstance(outcome, Halfway):
        return ask_for_code(outcome, instant)
    answer = locked_page(outcome, instant) if isinstance(outcome, Locked) else make_response(page(form, True), 422)
    pace().hold(started)
    return answer


@blueprint.post("/logout")
@member
def sign_out() -> Response:
    sessions.end(db.session, current_user.session_id, now())
    db.session.commit()
    logout_user()
    session.clear()
    flash(_("ログアウトしました。"), "good")
    return redirect(url_for("admin.show_login"), 303)


def start_session(writing: Session, admitted: Admitted, instant: datetime) -> str:
    """Start a session and return its new token; the one that this browser was signed in to before ends."""
    if current_user.is_authenticated:
        sessions.end(writing, current_user.session_id, instant)
    totp_at = instant if admitted.with_totp else None
    return sessions.start(writing, admitted.staff, totp_at=totp_at, browser=request.user_agent.string, now=instant)


def let_in(token: str) -> Response:
    """Sign in with an emptied cookie.

    The CSRF token goes too: whoever knew the old cookie knows nothing of the new one.
    """
    session.clear()
    # This transaction began before the session was written and does not see it yet.
    db.session.rollback()
    login_user(door.load(token))
    return redirect(wanted(), 303)


def ask_for_code(halfway: Halfway, instant: datetime) -> Response:
    session.clear()
    until = int((instant + HALFWAY_FOR).timestamp())
    session[HALFWAY] = {"staff": halfway.staff_id.hex, "seal": halfway.seal, "until": until}
    return redirect(url_for("admin.show_login_code", back=request.args.get("back")), 303)


def locked_page(locked: Locked, instant: datetime) -> Response:
    seconds = ceil((locked.until - instant).total_seconds())
    answer = make_response(render_template("admin/people/locked.html", minutes=ceil(seconds / 60)), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def page(form: LoginForm, failed: bool = False) -> str:
    return render_template(
        "admin/people/login.html",
        form=form,
        failed=failed,
        action=url_for("admin.sign_in", back=request.args.get("back")),
    )
