"""Where a person wanted to go before the door or the authenticator came in between."""

from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.web.redirects import is_partial


def here() -> str | None:
    """The page that this person looks at; None for a form that was sent: what was typed cannot be asked for again."""
    if is_partial():
        # A partial is no page: it belongs to the one that htmx names.
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        return f"{shown.path}?{shown.query}".rstrip("?") or None
    return request.full_path.rstrip("?") if request.method == "GET" else None


def wanted() -> str:
    """What the address carries as `back`, if it is a page of ours behind the door; else the staff's first page."""
    return own_page(request.args.get("back", "")) or url_for("admin.show_shops")


def own_page(address: str) -> str | None:
    """An address from outside is only ever followed to our own pages."""
    try:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path.startswith("/"):
            return None
        endpoint, _ = current_app.url_map.bind("").match(parts.path, method="GET")
    except (ValueError, HTTPException, RequestRedirect):
        return None
    signed_in, _role = getattr(current_app.view_functions[endpoint], "admits", (False, None))
    if not signed_in:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
