"""A walk over all pages of the staff: who gets what. A page whose role is not written down in `all_roles` fails."""

from itertools import product
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from admin.settings.taught_words import TAUGHT
from admin.settings.views import FORMS as SECTIONS
from admin.subscription_settings.views import FORMS as TOPICS
from admin.subscriptions.changes import PARTS
from admin.subscriptions.moves import MOVES
from portal.demo.everything.kinds import EveryKind
from portal.models import Base, Membership, Staff, StaffSession
from portal.notifications.rules.messages import MESSAGES
from portal.values.languages import LANGUAGES
from portal.values.roles import Role
from portal.web.pace import Pace
from tests.admin.all_roles import RANKS, ROLES
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.mypage.signing_in import csrf_token

SECRETS = (
    *("山田", "ヤマダ", "やまだ", "090-1234", "09012345678", "hanako@example.jp", "梅田", "530-0001"),
    *("煎茶", "急須", "123456789013", "1234-5678-9013", "株式会社アクメ", "届けてほしい", "注文1122.csv"),
)
DONE_ALREADY = frozenset({"remove_member"})
"""Endpoints that give the same answer for an unknown id: the row is gone already, whoever removed it."""
TRACES = frozenset({"staff_session", "audit_entry", "audit_value"})
"""Tables in which merely looking writes: the time of the last visit, and who looked at what."""


class Call(NamedTuple):
    endpoint: str
    method: str
    names_a_row: bool
    """Whether the address carries the id of a row that belongs to the shop."""

    @property
    def role(self) -> str:
        return ROLES[self.endpoint]


def calls(app: Flask) -> list[Call]:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("admin.")]
    return [
        Call(rule.endpoint.removeprefix("admin."), method, _names_a_row(rule))
        for rule in rules
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def _names_a_row(rule: Rule) -> bool:
    return any(name.endswith("_id") for name in rule.arguments)


class Stage:
    """さくら茶舗 with a row of every kind, its staff, and 佐藤 who manages the shop next door."""

    def __init__(self, app: Flask, cast: Cast) -> None:
        self.app, self.session = app, cast.session
        self.shop = cast.shop()
        self.next_door = cast.shop(slug="momiji", name="もみじ堂")
        cast.rules(self.shop)
        self.staff = {
            role: cast.staff(self.shop, role=Role(role), email=f"{role}@example.jp", name=f"鈴木 {role}")
            for role in RANKS
        }
        self.sato = cast.staff(self.next_door, role=Role.MANAGER, name="佐藤 次郎", email="sato@example.jp")
        self.values = self._values(cast.every_kind(self.shop))
        cast.session.commit()

    def _values(self, kinds: EveryKind) -> dict[str, list[Any]]:
        viewer = select(Membership).filter_by(staff_id=self.staff["viewer"].id)
        return kinds.ids | {
            "member_id": [self.session.scalars(viewer).one().id],
            "message": list(MESSAGES),
            "language": list(LANGUAGES),
            "token": ["made-up"],
            "section": list(SECTIONS),
            "kind": list(TAUGHT),
            "topic": list(TOPICS),
            "change": list(PARTS),
            "move": list(MOVES),
            "position": [0],
            "name": ["logo", "seal"],
            "part": [1],
        }

    def signed_in(self, staff: Staff) -> FlaskClient:
        client = self.app.test_client()
        sign_in(client, staff)
        return client

    def addresses(self, call: Call, *, slug: str = "sakura") -> list[str]:
        """Return the page's address for every row and word that it may be about, the fullest row first."""
        rules = self.app.url_map
        endpoint = f"admin.{call.endpoint}"
        needed = sorted({name for rule in rules.iter_rules(endpoint) for name in rule.arguments} - {"slug"})
        fillings = product(*(self.values[name] for name in needed))
        bound = rules.bind("localhost")
        return [bound.build(endpoint, {"slug": slug} | dict(zip(needed, one, strict=True))) for one in fillings]

    def ask(self, client: FlaskClient, call: Call, *, slug: str = "sakura", token: str = "") -> TestResponse:
        address = self.addresses(call, slug=slug)[0]
        data = {"csrf_token": token} if call.method == "POST" else None
        return client.open(address, method=call.method, data=data, buffered=True)

    def rows(self) -> dict[str, list[str]]:
        tables = Base.metadata.sorted_tables
        found = {table.name: sorted(map(repr, self.session.execute(select(table)))) for table in tables}
        self.session.commit()
        return found

    def changed(self, before: dict[str, list[str]]) -> set[str]:
        after = self.rows()
        return {name for name in before if before[name] != after[name]}


@pytest.fixture
def stage(app: Flask, cast: Cast) -> Stage:
    app.extensions["pace"] = Pace(floor=0)
    app.config.update(WAIT_FOR_PDF=0)
    return Stage(app, cast)


def test_every_page_needs_the_role_that_is_written_down(app: Flask) -> None:
    def marked(endpoint: str) -> str:
        signed_in, role = app.view_functions[f"admin.{endpoint}"].admits  # type: ignore[attr-defined]
        return str(role) if role else "member" if signed_in else "anyone"

    assert {call.endpoint: marked(call.endpoint) for call in calls(app)} == ROLES


def test_a_stranger_gets_no_further_than_the_door(stage: Stage) -> None:
    stranger = stage.app.test_client()
    token = csrf_token(stranger, "/admin/login")
    before = stage.rows()
    for call in calls(stage.app):
        answer = stage.ask(stranger, call, token=token)
        if call.role != "anyone":
            assert answer.status_code == 303, call
            assert answer.location.startswith("/admin/login"), call
        assert [secret for secret in SECRETS if secret in answer.text] == [], call
    # A failed login is counted.
    assert stage.changed(before) <= {"staff_lock"}


@pytest.mark.parametrize("role", RANKS)
def test_each_role_opens_its_own_pages_and_no_higher_ones(stage: Stage, role: str) -> None:
    client = stage.signed_in(stage.staff[role])
    token = csrf_token(client, "/admin/account")
    before = stage.rows()
    got = {}
    for call in calls(stage.app):
        if call.role in RANKS and RANKS.index(call.role) > RANKS.index(role):
            got[call] = stage.ask(client, call, token=token).status_code
    assert set(got.values()) <= {403}, {call: status for call, status in got.items() if status != 403}
    assert stage.changed(before) <= {"staff_session"}, "refused, and yet something was written"
    for call in calls(stage.app):
        if call.method == "GET" and call.role in RANKS and call not in got:
            status = stage.ask(client, call).status_code
            # 404: there is no logo, or no such part of a file; 409 and 410: the file is not there yet, or gone.
            assert status in (200, 202, 303) or (status in (404, 409, 410) and call.endpoint in MAY_BE_MISSING), (
                call,
                status,
            )


MAY_BE_MISSING = frozenset(
    {"show_picture", "refused_rows", "open_return_invoice", "download_export", "edit_import_mapping"}
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_page_opens_for_rows_of_every_kind(stage: Stage) -> None:
    client = stage.signed_in(stage.staff["manager"])
    got = {}
    for call in calls(stage.app):
        if call.method == "GET" and call.role in RANKS:
            for address in stage.addresses(call):
                status = client.get(address, buffered=True).status_code
                if status not in (200, 202, 303) and call.endpoint not in MAY_BE_MISSING:
                    got[address] = status
    assert got == {}


def test_looking_at_everything_changes_nothing_but_the_record_of_it(stage: Stage) -> None:
    client = stage.signed_in(stage.staff["manager"])
    before = stage.rows()
    for call in calls(stage.app):
        if call.method == "GET":
            stage.ask(client, call)
    # Opening a paper's address asks for its PDF, which writes a row.
    assert stage.changed(before) <= TRACES | {"rendition"}


@pytest.mark.parametrize("slug", ["sakura", "momiji"])
def test_another_shops_manager_finds_nothing(stage: Stage, slug: str) -> None:
    """佐藤 tries the shop's own addresses, and the shop's ids in addresses of the shop next door."""
    sato = stage.signed_in(stage.sato)
    token = csrf_token(sato, "/admin/account")
    before = stage.rows()
    for call in calls(stage.app):
        if call.role not in RANKS or (slug == "momiji" and not call.names_a_row):
            continue
        answer = stage.ask(sato, call, slug=slug, token=token)
        assert answer.status_code == (303 if call.endpoint in DONE_ALREADY and slug == "momiji" else 404), call
        assert [secret for secret in SECRETS if secret in answer.text] == [], call
    assert stage.changed(before) <= {"staff_session"}


def test_another_members_session_cannot_be_ended(stage: Stage) -> None:
    sato = stage.signed_in(stage.sato)
    token = csrf_token(sato, "/admin/account")
    before = stage.rows()
    stage.ask(sato, Call("end_session", "POST", names_a_row=True), token=token)
    assert stage.changed(before) <= {"staff_session"}
    stage.session.rollback()
    assert stage.session.get_one(StaffSession, stage.values["session_id"][0]).ended_at is None


def test_no_form_is_taken_without_its_token(stage: Stage) -> None:
    client = stage.signed_in(stage.staff["manager"])
    before = stage.rows()
    for call in calls(stage.app):
        if call.method == "POST":
            assert stage.ask(client, call).status_code == 400, call
            assert stage.ask(client, call, token="made-up").status_code == 400, call
    assert stage.changed(before) == set()


def test_every_answer_carries_the_headers_that_protect_it(stage: Stage) -> None:
    client = stage.signed_in(stage.staff["manager"])
    for call in calls(stage.app):
        if call.method == "GET":
            headers = stage.ask(client, call).headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, call
            assert "unsafe" not in policy or "sandbox" in policy, call
            assert headers["X-Content-Type-Options"] == "nosniff", call
            assert "no-store" in headers["Cache-Control"], call
