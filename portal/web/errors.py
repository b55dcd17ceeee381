"""Error pages, in the look of the buyer's or the staff's side: what happened, in plain words, and what to do next."""

from flask import Flask, g, got_request_exception, render_template, request
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from portal.extensions import db
from portal.models import Shop
from portal.values import slugs
from portal.web.logs import log

KNOWN = frozenset({400, 403, 404, 405, 413, 429, 500, 503})
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeoutError)
"""Exceptions of a database that does not answer, is full or is too busy: the same request may succeed soon."""
RETRY_SECONDS = 30


def show(error: HTTPException) -> tuple[str, int, dict[str, str]]:
    if isinstance(getattr(error, "original_exception", None), DATABASE_AWAY):
        error = ServiceUnavailable(retry_after=RETRY_SECONDS)
    code = error.code or 500
    if code >= 500:
        take_shop_anew()
    elif code in (404, 405) and "shop" not in g and not is_of_staff():
        find_shop()
    said = error.get_response().headers
    kept = {name: said[name] for name in ("Allow", "Retry-After") if name in said}
    return page("error", code=code if code in KNOWN else 500, largest_file=g.get("largest_file")), code, kept


def page(name: str, **words: object) -> str:
    """Render an error page; on the staff's side it has their frame, which names who is signed in."""
    if not is_of_staff():
        return render_template(f"errors/{name}.html", shop=g.get("shop"), **words)
    look_for_reader()
    return render_template(f"errors/staff_{name}.html", **words)


def is_of_staff() -> bool:
    return request.path.startswith("/admin/")


def look_for_reader() -> None:
    """Look up who is signed in; without a database the frame names nobody."""
    try:
        bool(current_user.is_authenticated)
    except SQLAlchemyError as error:
        log.warning("error page without its reader", error=type(error).__name__)
        # Otherwise the template would look the person up once more.
        g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where Flask-Login keeps whom it has found


def find_shop() -> None:
    """Set `g.shop` if the address, although no route of ours, begins with a shop's slug."""
    first = request.path.split("/")[1]
    if not slugs.is_possible(first):
        return
    try:
        shop = db.session.scalar(select(Shop).where(Shop.slug == first))
    except SQLAlchemyError as error:
        log.warning("error page without its shop", error=type(error).__name__)
    else:
        if shop is not None:
            g.shop = shop


def take_shop_anew() -> None:
    """Roll back the transaction, which a crash has made unusable, and reload the shop.

    Without a database the page names no shop.
    """
    shop = g.pop("shop", None)
    try:
        db.session.rollback()
        if shop is not None:
            db.session.refresh(shop)
            g.shop = shop
    except SQLAlchemyError as error:
        log.warning("error page without its shop", error=type(error).__name__)


def stale_form(_error: CSRFError) -> tuple[str, int]:
    """Answer 400: the form is older than the cookie (a page left open, cookies cleared), and nothing was changed."""
    return page("stale_form"), 400


def note_crash(_app: Flask, exception: BaseException, **_: object) -> None:
    log.error("unhandled", exc_info=exception)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, show)
    app.register_error_handler(CSRFError, stale_form)
    got_request_exception.connect(note_crash, app)
