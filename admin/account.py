"""One's own: password, authenticator app, sessions."""

from flask import render_template

from admin import blueprint
from admin.door import member


@blueprint.get("/account")
@member
def show_account() -> str:
    return render_template("admin/account/account.html")


@blueprint.get("/account/totp")
@member
def show_totp() -> str:
    return render_template("admin/account/totp.html")
