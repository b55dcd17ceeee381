"""The desk at which 鈴木 looks after subscriptions, for the tests of those pages."""

import re
from html import unescape
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from portal.models import AuditEntry, Shop, Subscription
from portal.values.roles import Role
from tests.admin.signing_in import sign_in
from tests.cast import Cast

LIST = "/admin/shops/sakura/subscriptions"


class Desk:
    """鈴木 signed in with a role; every `path` is relative to the list's address."""

    def __init__(self, client: FlaskClient, cast: Cast, *, role: Role = Role.OPERATOR, **rules: Any) -> None:
        self.client, self.cast, self.session = client, cast, cast.session
        self.shop: Shop = cast.shop()
        cast.rules(self.shop, **rules)
        suzuki = cast.staff(self.shop, role=role)
        cast.session.commit()
        sign_in(client, suzuki)

    def subscription(self, number: str = "0000000001", **facts: Any) -> UUID:
        subscription = self.cast.subscription(self.shop, number, **facts)
        self.session.commit()
        return subscription.id

    def get(self, rest: Any = "", *, status: int = 200, **query: Any) -> str:
        answer = self.client.get(f"{LIST}{rest and f'/{rest}'}", query_string=query or None)
        assert answer.status_code == status, answer.text
        return answer.text

    def send(self, rest: str, *, status: int = 303, of: str = "", partial: bool = False, **fields: Any) -> str:
        """Send the form on the page `of` (by default the subscription's own) with `fields` typed; return the answer."""
        page = self.get(of or rest.split("/", maxsplit=1)[0])
        hidden = {"csrf_token": found(r'name="csrf_token"[^>]*value="([^"]+)"', page)}
        version = re.search(r'name="version"[^>]*value="(\d+)"', page)
        hidden |= {"version": version[1]} if version else {}
        headers = {"HX-Request": "true"} if partial else {}
        answer = self.client.post(f"{LIST}/{rest}", data=hidden | fields, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.text

    def change(self, subscription_id: UUID, part: str, *, status: int = 303, **fields: Any) -> str:
        """Send the form of this part as it stands, with `fields` typed in."""
        rest = f"{subscription_id}/changes/{part}"
        return self.send(rest, status=status, of=rest, **(values_of(self.get(rest)) | fields))

    def now(self, subscription_id: UUID) -> Subscription:
        """Return the subscription as stored now."""
        self.session.rollback()
        self.session.expire_all()
        return self.session.get_one(Subscription, subscription_id)

    def actions(self, subscription_id: UUID) -> list[str]:
        self.session.rollback()
        mine = select(AuditEntry.action).filter_by(subject_id=subscription_id)
        return [one for one in self.session.scalars(mine.order_by(AuditEntry.id)) if not one.endswith(".viewed")]


def found(pattern: str, page: str) -> str:
    match = re.search(pattern, page)
    assert match, f"{pattern} is not on the page"
    return match[1]


def values_of(page: str) -> dict[str, str]:
    """Return the form's fields as a browser would send them, without the token and the version."""
    form = page[page.index("<main") :]
    values: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]+>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_box = 'type="checkbox"' in tag or 'type="radio"' in tag
        if name and (not is_box or " checked" in tag):
            values[name[1]] = unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(r'value="([^"]*)"', options)
        values[name] = unescape(chosen[1]) if chosen else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        values[name] = unescape(text).lstrip("\r\n")
    values.pop("csrf_token", None)
    values.pop("version", None)
    return values


def plain(page: str) -> str:
    """Return the words of a page's content, without tags and on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


def numbers(page: str) -> list[str]:
    return re.findall(r"<a data-row[^>]*>([^<]+)</a>", page)
