"""Signing in and out."""

from flask import redirect, render_template, url_for
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from admin import blueprint
from admin.door import anyone, member
from portal.clock import now
from portal.extensions import db
from portal.staff import sessions


@blueprint.get("/login")
@anyone
def show_login() -> str:
    return render_template("admin/login/login.html")


@blueprint.post("/logout")
@member
def sign_out() -> Response:
    sessions.end(db.session, current_user.session_id, now())
    db.session.commit()
    logout_user()
    return redirect(url_for("admin.show_login"), 303)
