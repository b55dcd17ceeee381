"""What every page's template may call: versioned assets, the shop's colours, the same page in another language."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, request, url_for

from portal.values.colours import stylesheet

VERSION_LENGTH = 10


def versioned(folder: Path) -> Callable[[str], str]:
    """`asset('css/page.css')` → an address that changes with the content, so that it may be kept for ever."""
    versions: dict[str, str] = {}

    def asset(path: str) -> str:
        if path not in versions:
            versions[path] = sha256((folder / path).read_bytes()).hexdigest()[:VERSION_LENGTH]
        return url_for("static", filename=path, v=versions[path])

    return asset


def in_language(language: str) -> str:
    """The same address in another language, relative, so that it also holds on an error page without a route."""
    return "?" + urlencode(request.args.to_dict() | {"lang": language})


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        asset=versioned(Path(str(app.static_folder))),
        theme=stylesheet,
        in_language=in_language,
    )
