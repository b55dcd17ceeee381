"""Answer to a form that came without its page's cookie: in a browser that keeps none, nobody can log in."""

from flask import current_app, render_template, request
from flask_wtf.csrf import CSRFError

from portal.mypage.blueprint import blueprint
from portal.web.errors import stale_form


@blueprint.errorhandler(CSRFError)
def form_without_cookie(error: CSRFError) -> tuple[str, int]:
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return stale_form(error)
    return render_template("mypage/access/no_cookies.html"), 400
