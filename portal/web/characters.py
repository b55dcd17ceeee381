"""Control characters in a request: nobody types them, and PostgreSQL refuses a text with a NUL in it."""

import re
from typing import Any

from flask import Flask, abort, request

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def refuse_address(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """There is no such page."""
    if _CONTROL.search(request.path):
        abort(404)


def refuse_content() -> None:
    """A NUL in a query, a form or a cookie (line breaks are welcome there)."""
    sent = [*request.args.items(multi=True), *request.form.items(multi=True), *request.cookies.items(multi=True)]
    if any("\0" in name + text for name, text in sent):
        abort(400)


def init_app(app: Flask) -> None:
    # The address before anything else: with its first part the shop is looked up.
    app.url_value_preprocessor(refuse_address)
    app.before_request(refuse_content)
