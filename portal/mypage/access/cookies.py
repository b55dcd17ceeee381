"""A form that came back without the cookie of its page: the browser keeps none, and nobody can log in that way."""

from flask import current_app, render_template, request
from flask_wtf.csrf import CSRFError

from portal.mypage.blueprint import blueprint
from portal.web.errors import stale_form


@blueprint.errorhandler(CSRFError)
def form_without_cookie(error: CSRFError) -> tuple[str, int]:
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return stale_form(error)
    return render_template("mypage/access/no_cookies.html"), 400
