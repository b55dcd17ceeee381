"""Refusal of control characters in requests: nobody types them, and PostgreSQL refuses a text with a NUL in it."""

import re
from typing import Any

from flask import Flask, abort, request

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def refuse_address(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Answer 404 if the path contains a control character."""
    if _CONTROL.search(request.path):
        abort(404)


def refuse_content() -> None:
    """Answer 400 if a query, a form or a cookie contains a NUL; line breaks are welcome there."""
    sent = [*request.args.items(multi=True), *request.form.items(multi=True), *request.cookies.items(multi=True)]
    if any("\0" in name + text for name, text in sent):
        abort(400)


def init_app(app: Flask) -> None:
    # The path is checked before anything else: its first part is used to look up the shop.
    app.url_value_preprocessor(refuse_address)
    app.before_request(refuse_content)
