"""Pages for development only: the mails written to the mail folder, so that a code or a link can be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, render_template

from portal.config import Settings
from portal.values.dates import TOKYO

blueprint = Blueprint("dev", __name__, url_prefix="/dev")
SHOWN = 50
# A mail is shown as a page of its own that may carry its styles and nothing else: no scripts, no forms, no access to
# our origin.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)


@dataclass(frozen=True)
class WrittenMail:
    name: str
    written_at: datetime
    message: EmailMessage

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def attachments(self) -> list[EmailMessage]:
        return list(self.message.iter_attachments())

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


@blueprint.get("/mails")
def mails() -> str:
    return render_template("dev/mails/list.html", mails=list(_newest()), shop=None)


@blueprint.get("/mails/<name>")
def mail(name: str) -> Response:
    response = Response(_find(name).html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


@blueprint.get("/mails/<name>.eml")
def source(name: str) -> Response:
    return Response(bytes(_find(name).message), mimetype="text/plain")


@blueprint.get("/mails/<name>/attachments/<int:number>")
def attachment(name: str, number: int) -> Response:
    parts = _find(name).attachments
    if number >= len(parts):
        abort(404)
    return Response(parts[number].get_content(), mimetype=parts[number].get_content_type())


def _folder() -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.mails


def _newest() -> Iterator[WrittenMail]:
    for path in sorted(_folder().glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)[:SHOWN]:
        yield _read(path)


def _find(name: str) -> WrittenMail:
    """Return the listed mail of that name, or 404; a name from outside never becomes a path."""
    found = next((path for path in _folder().glob("*.eml") if path.stem == name), None)
    return _read(found) if found else abort(404)


def _read(path: Path) -> WrittenMail:
    written_at = datetime.fromtimestamp(path.stat().st_mtime, TOKYO)
    message = message_from_bytes(path.read_bytes(), policy=default)
    return WrittenMail(path.stem, written_at, message)


def init_app(app: Flask, settings: Settings) -> None:
    if settings.mypage_env == "development":
        app.register_blueprint(blueprint)
