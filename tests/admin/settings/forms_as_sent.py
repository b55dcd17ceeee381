"""The settings' forms, filled in and sent as a browser would."""

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SETTINGS = "/admin/shops/sakura/settings"


class _Fields(HTMLParser):
    """Parser that collects the fields of every form in the page's content."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.fields: dict[str, str] = {}
        self.select = ""
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.fields = {}
            self.forms.append(self.fields)
        elif tag == "input" and name:
            kind = given.get("type", "text")
            if kind not in ("radio", "checkbox", "file") or "checked" in given:
                self.fields[name] = given.get("value", "y" if kind == "checkbox" else "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in given or self.select not in self.fields):
            self.fields[self.select] = given.get("value", "")
        elif tag == "textarea":
            self.area, self.fields[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.fields[self.area] = self.fields[self.area].removeprefix("\n").removeprefix("\r\n")
            self.area = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.fields = {}

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area] += data


def fields_of(page: str) -> dict[str, str]:
    """Return the fields of the settings' form as a browser would send them."""
    parser = _Fields()
    parser.feed(page)
    found = [form for form in parser.forms if "version" in form]
    assert found, page
    return found[0]


def save(client: FlaskClient, section: str, changes: dict[str, Any]) -> TestResponse:
    """Open the section, fill in `changes` (None unticks a box) and press 保存する."""
    path = f"{SETTINGS}/{section}"
    form = fields_of(client.get(path).text) | changes
    return client.post(path, data={name: value for name, value in form.items() if value is not None})
