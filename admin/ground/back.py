"""The page that a person wanted before signing in or the authenticator came in between."""

from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.web.redirects import is_partial


def here() -> str | None:
    """Return the page that this person looks at, or None for a posted form: its input cannot be asked for again."""
    if is_partial():
        # A partial is no page: it belongs to the one that htmx names.
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        return f"{shown.path}?{shown.query}".rstrip("?") or None
    return request.full_path.rstrip("?") if request.method == "GET" else None


def wanted() -> str:
    """Return the address in `back` if it is a page of ours behind the door, else the staff's first page."""
    return own_page(request.args.get("back", "")) or url_for("admin.show_shops")


def own_page(address: str) -> str | None:
    """Return the address if it is a page of ours that needs signing in, else None.

    An address from outside is never followed to anything else.
    """
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
