"""A walk over all pages of the staff: who gets what. A page whose role is not written down in `all_roles` fails."""

from typing import Any, NamedTuple
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.models import (
    Base,
    BundleCandidate,
    BundleOrder,
    BuyerRequest,
    CustomField,
    Export,
    FieldCategory,
    GenerationRun,
    ImportRun,
    LoginLock,
    Membership,
    OfferedItem,
    OutboxMail,
    ProductTaxRate,
    Receipt,
    ReturnInvoice,
    ShopMapping,
    Staff,
    StaffSession,
    StopReason,
    SubscriptionLabel,
)
from portal.receipts.drafting import Texts
from portal.receipts.issuing import issue
from portal.receipts.return_invoices import Refund, issue_return
from portal.values.roles import Role
from portal.web.pace import Pace
from tests.admin.all_roles import RANKS, ROLES
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.mypage.signing_in import csrf_token

SECRETS = (
    *("山田", "ヤマダ", "やまだ", "090-1234", "09012345678", "hanako@example.jp", "梅田", "530-0001"),
    *("煎茶", "急須", "123456789010", "1234-5678-9010", "株式会社アクメ", "届けてほしい", "注文1122.csv"),
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
        line = {"name": "急須 青磁", "quantity": 1, "unit_price": 22_000, "amount": 22_000, "tax_rate": 10}
        self.order = cast.order(self.shop, lines=[line])
        cast.shipment(self.order)
        self.staff = {
            role: cast.staff(self.shop, role=Role(role), email=f"{role}@example.jp", name=f"鈴木 {role}")
            for role in RANKS
        }
        self.sato = cast.staff(self.next_door, role=Role.MANAGER, name="佐藤 次郎", email="sato@example.jp")
        self.values = self._values(cast)
        cast.session.commit()

    def _values(self, cast: Cast) -> dict[str, Any]:
        receipt = issue(
            cast.session,
            shop=self.shop,
            order=self.order,
            texts=Texts("株式会社アクメ", "御中", "お茶代として", "ja"),
            verify_url="https://example.jp/verify/{}".format,
            actor="buyer:1",
            now=cast.now,
        )
        assert isinstance(receipt, Receipt)
        of_shop = {"shop_id": self.shop.id}
        of_order = of_shop | {"order_id": self.order.id}
        rows = {
            "candidate_id": BundleCandidate(**of_shop, match_key="1", created_at=cast.now),
            "export_id": Export(
                **of_shop,
                kind="ledger",
                question={},
                encoding="cp932",
                actor="cli",
                once_key="1",
                next_try_at=cast.now,
                requested_at=cast.now,
            ),
            "run_id": ImportRun(
                **of_shop,
                kind="orders",
                mapping="generic",
                file_name="注文1122.csv",
                file_sha256="1",
                actor="cli",
                started_at=cast.now,
                refused=1,
            ),
            "mapping_id": ShopMapping(**of_shop, kind="orders", name="自社", data={"fields": {}}, updated_at=cast.now),
            "mail_id": OutboxMail(
                **of_order,
                message="shipped",
                message_id="<1@example.jp>",
                sender="shop@example.jp",
                recipient="hanako@example.jp",
                subject="発送",
                body_text="山田様",
                body_html="<p>山田様",
                state="failed",
                next_try_at=cast.now,
                created_at=cast.now,
            ),
            "request_id": BuyerRequest(**of_order, kind="question", text="届けてほしい", created_at=cast.now),
            "lock_id": LoginLock(**of_shop, subject="1", via="code", locked_until=cast.now, counted_from=cast.now),
            "product_rate_id": ProductTaxRate(**of_shop, product_code="T-1", rate=8),
            "label_id": SubscriptionLabel(**of_shop, name="電話で相談中", created_at=cast.now),
            "generation_id": GenerationRun(**of_shop, day=cast.now.date(), started_at=cast.now),
            "subscription_id": cast.subscription(self.shop),
            "reason_id": StopReason(**of_shop, kind="cancel", text="味が合わない"),
            "item_id": OfferedItem(**of_shop, product_code="T-200", name="ほうじ茶", price=980, position=1),
            "category_id": FieldCategory(**of_shop, name="ペットのこと", position=1),
        }
        keys = {name: self._add(row) for name, row in rows.items()}
        self._add(BundleOrder(**of_order, candidate_id=keys["candidate_id"]))
        field = CustomField(**of_shop, category_id=keys["category_id"], name="犬の名前", kind="text", position=1)
        invoice = issue_return(
            cast.session,
            shop=self.shop,
            order=self.order,
            receipt=receipt,
            refund=Refund({10: 11_000}, cast.now.date(), "急須 青磁"),
            issue_key=UUID(int=1),
            actor="staff:1",
            now=cast.now,
        )
        assert isinstance(invoice, ReturnInvoice)
        viewer = self.staff["viewer"].id
        member = cast.session.scalars(select(Membership).filter_by(staff_id=viewer)).one()
        session = StaffSession(staff_id=viewer, token_digest="1", created_at=cast.now, seen_at=cast.now)
        return keys | {
            "order_id": self.order.id,
            "receipt_id": receipt.id,
            "invoice_id": invoice.id,
            "member_id": member.id,
            "session_id": self._add(session),
            "message": "shipped",
            "language": "ja",
            "token": "made-up",
            "section": "documents",
            "field_id": self._add(field),
            "topic": "basics",
            "change": "cycle",
            "move": "suspension",
            "position": 0,
            "name": "logo",
            "part": 1,
        }

    def _add(self, row: Any) -> UUID:
        self.session.add(row)
        self.session.flush()
        key: UUID = row.id
        return key

    def signed_in(self, staff: Staff) -> FlaskClient:
        client = self.app.test_client()
        sign_in(client, staff)
        return client

    def ask(self, client: FlaskClient, call: Call, *, slug: str = "sakura", token: str = "") -> TestResponse:
        rules = self.app.url_map
        endpoint = f"admin.{call.endpoint}"
        needed = {name for rule in rules.iter_rules(endpoint) for name in rule.arguments}
        values = self.values | {"slug": slug}
        address = rules.bind("localhost").build(endpoint, {name: values[name] for name in needed})
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
    assert stage.session.get_one(StaffSession, stage.values["session_id"]).ended_at is None


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
