"""The sheet on which staff lay out receipts, filled in and sent as a browser without JavaScript would."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import Order, Receipt

FIELD = re.compile(r'<input[^>]*name="([^"]+)"[^>]*>')
VALUE = re.compile(r'value="([^"]*)"')
SELECT = re.compile(r'<select[^>]*name="([^"]+)".*?</select>', re.DOTALL)
SELECTED = re.compile(r'<option selected value="([^"]*)"')


def fields_of(text: str) -> dict[str, str]:
    """Return the sheet's fields as a browser without JavaScript would send them."""
    start = text.index('<form id="plan"')
    form = text[start : text.index("</form>", start)]
    found = {}
    for match in FIELD.finditer(form):
        if 'type="checkbox"' in match[0] and "checked" not in match[0]:
            continue
        value = VALUE.search(match[0])
        found[match[1]] = value[1] if value else ""
    for match in SELECT.finditer(form):
        selected = SELECTED.search(match[0])
        found[match[1]] = selected[1] if selected else ""
    return found


class Desk:
    """鈴木 at the sheet of one order."""

    def __init__(self, client: FlaskClient, order: Order, query: str = "") -> None:
        self.client, self.base = client, f"/admin/shops/sakura/orders/{order.id}/receipts"
        answer = client.get(f"{self.base}/new{query}")
        assert answer.status_code == 200, answer.text
        self.text, self.fields = answer.text, fields_of(answer.text)

    def press(self, do: str, **changes: str) -> "Desk":
        answer = self.client.post(f"{self.base}/new", data=self.fields | named(changes) | {"do": do})
        assert answer.status_code == 200, answer.text
        self.text, self.fields = answer.text, fields_of(answer.text)
        return self

    def issue(self, **changes: str) -> TestResponse:
        return self.client.post(self.base, data=self.fields | named(changes))

    def read(self, **changes: str) -> str:
        answer = self.client.post(
            f"{self.base}/reading", data=self.fields | named(changes), headers={"HX-Request": "true"}
        )
        assert answer.status_code == 200
        return answer.text


def named(changes: dict[str, str]) -> dict[str, str]:
    """Turn keyword names into field names: `parts_0_amount` → `parts-0-amount`."""
    return {re.sub(r"_(\d+)(_|$)", lambda found: f"-{found[1]}-"[: None if found[2] else -1], name): text
            for name, text in changes.items()}  # fmt: skip


def receipts(session: Session) -> list[Receipt]:
    session.rollback()
    rows = select(Receipt).order_by(Receipt.number).execution_options(populate_existing=True)
    return list(session.scalars(rows))
