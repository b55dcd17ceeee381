"""The forms of the address list, filled in and sent."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.models import ListedAddress
from tests.mypage.subscribers import Subscriber, hidden

SAPPORO = {
    "recipient_name": "山田 一郎",
    "recipient_kana": "",
    "recipient_phone": "０９０－９９９９－８８８８",
    "recipient_postcode": "０６０００４２",
    "recipient_prefecture": "北海道",
    "recipient_address": "札幌市中央区大通西1-2",
}


PARENTS = SAPPORO | {"label": "実家"}


def open_and_send(hanako: Subscriber, path: str, fields: dict[str, str]) -> TestResponse:
    """Open a page of the address list, fill in its form and send it."""
    sent = {name: value for name, value in hidden(hanako.client.get(hanako.page + path)).items() if name != "fill"}
    return hanako.client.post(hanako.page + path, data=sent | fields)


def press(hanako: Subscriber, path: str, previewed: TestResponse, **changes: Any) -> TestResponse:
    sent = hidden(previewed) | changes
    sent.pop("again", None)
    return hanako.client.post(f"{hanako.page}{path}/confirm", data=sent)


def add_parents(hanako: Subscriber) -> UUID:
    answer = open_and_send(hanako, "/addresses/new", PARENTS)
    assert answer.status_code == 303, answer.text
    assert "一覧に追加しました" in hanako.client.get(answer.location).text
    hanako.session.rollback()
    listed = hanako.session.scalars(select(ListedAddress.id)).one()
    hanako.session.rollback()
    return listed
