"""Error pages in the shop's look: what happened, in plain words, and what to do next."""

from flask import Flask, g, got_request_exception, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from portal.logs import log

KNOWN = frozenset({400, 403, 404, 405, 413, 429, 500, 503})


def show(error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    return render_template("errors/error.html", code=code if code in KNOWN else 500, shop=g.get("shop")), code


def stale_form(_error: CSRFError) -> tuple[str, int]:
    """The form is older than the cookie (a page left open, cookies cleared): say so, nothing was changed."""
    return render_template("errors/stale_form.html", shop=g.get("shop")), 400


def note_crash(_app: Flask, exception: BaseException, **_: object) -> None:
    log.error("unhandled", exc_info=exception)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, show)
    app.register_error_handler(CSRFError, stale_form)
    got_request_exception.connect(note_crash, app)
