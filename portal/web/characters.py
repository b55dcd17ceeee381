"""Characters in requests that do not belong there: control characters, and marks behind the links of mails."""

import re
from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import BaseConverter

from portal.values.links import without_appendix

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Signed(BaseConverter):
    """Rest of a path that begins with a signed text; a slash, too, is among what mail programs append to it."""

    regex = "[^/].*?"
    part_isolating = False

    def to_python(self, value: str) -> str:
        """Return the signed text alone."""
        return without_appendix(value)


def refuse_address(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Answer 404 if the path contains a control character: nobody types them."""
    if _CONTROL.search(request.path):
        abort(404)


def refuse_content() -> None:
    """Answer 400 if a query, a form or a cookie contains a NUL, which PostgreSQL refuses; line breaks are welcome."""
    sent = [*request.args.items(multi=True), *request.form.items(multi=True), *request.cookies.items(multi=True)]
    if any("\0" in name + text for name, text in sent):
        abort(400)


def init_app(app: Flask) -> None:
    app.url_map.converters["signed"] = Signed
    # The path is checked before anything else: its first part is used to look up the shop.
    app.url_value_preprocessor(refuse_address)
    app.before_request(refuse_content)
