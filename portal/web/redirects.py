"""Redirects of whole pages and of partials that htmx asked for, and the address behind a receipt's QR code."""

from typing import NoReturn

from flask import abort, current_app, make_response, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

HTMX = "HX-Request"
"""Name of the header that htmx sends with every request."""


def is_partial() -> bool:
    """Tell whether htmx asks for a part of the page."""
    return HTMX in request.headers


def go_to(url: str) -> NoReturn:
    """End the request with a redirect to `url`; from within a partial the whole page goes there."""
    if is_partial():
        # After a plain redirect htmx would put the new page into the middle of the old one.
        abort(make_response("", 204, {"HX-Redirect": url}))
    abort(redirect(url, 303))


def page_here() -> str:
    """Return the path of this request, or the nearest one above it that can be opened.

    A form may be sent to an address that no page has; whoever is led back by a link needs one.
    """
    path, adapter = request.path, current_app.create_url_adapter(request)
    while adapter is not None and path and not _is_page(adapter, path):
        path = path.rpartition("/")[0]
    return path or "/"


def _is_page(adapter: MapAdapter, path: str) -> bool:
    try:
        adapter.match(path, "GET")
    except HTTPException:
        return False
    return True


def verify_url(token: str) -> str:
    """Return the address behind a receipt's QR code."""
    return f"{current_app.config['SETTINGS'].public_url}/verify/{token}"
