"""A walk over all routes: who gets what. A route that is not in the table fails the test."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import jobs
from portal.app import create_app
from portal.config import Settings
from portal.models import Base, BuyerRequest, ListedAddress, Order, Receipt, Shop, SubscriptionChange
from portal.web.pace import Pace
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token, link, sign_in, submit

VISITORS = ("nobody", "taro", "neighbour", "copied cookie", "hanako")
"""nobody: without a cookie. taro: buyer of another order of the same shop. neighbour: buyer of an order with the same
code in another shop, who puts 花子's ids into addresses of that shop. copied cookie: the neighbour's cookie sent to
花子's shop. hanako: the order's own buyer, to see that the addresses are right."""

SECRETS = (
    *("山田", "ヤマダ", "やまだ", "090-1234", "09012345678", "hanako@example.jp", "梅田", "530-0001"),
    *("煎茶", "急須", "3,280", "3280", "123456789010", "1234-5678-9010", "株式会社アクメ", "届けてほしい"),
)
WRITTEN_AT_THE_DOOR = frozenset({"login_failure", "login_lock"})


@dataclass(frozen=True)
class Call:
    """One line of the table: what is asked, and the status that each of VISITORS gets."""

    endpoint: str
    method: str
    statuses: tuple[int, int, int, int, int]
    query: bool = False
    """The order stands in the query, not in the path."""
    fields: dict[str, str] = field(default_factory=dict)
    htmx: bool = False
    public: bool = False
    """Opens what its own secret address opens, whoever comes."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.endpoint}{' by htmx' if self.htmx else ''}"


def public(status: int, endpoint: str, method: str = "GET", **more: Any) -> Call:
    return Call(endpoint, method, (status,) * 5, public=True, **more)


def personal(hanako: int, endpoint: str, method: str = "GET", **more: Any) -> Call:
    """Of one order: strangers are sent to the door, other buyers find nothing there."""
    stranger = 204 if more.get("htmx") else 303
    return Call(endpoint, method, (stranger, 404, 404, stranger, hanako), **more)


RECEIPT = {"addressee": "株式会社アクメ", "honorific": "御中", "proviso": "お茶代として", "language": "ja"}
REQUEST = {"kind": "other", "text": "届けてほしい", "reply_to": ""}
CANCEL = {"reason": "", "once": "00000000-0000-4000-8000-000000000001", "version": "1", "takes_effect": "y"}
SIGNED = "webhooks.take_message"
"""Sent by no browser: its signature stands for the form's token."""
NAME = {"typed": "鈴木 一郎"}
TABLE = (
    public(200, "static"),
    public(200, "health.healthz"),
    public(200, "health.readyz"),
    public(200, "verification.verify"),
    public(200, "mypage.show_login"),
    public(422, "mypage.log_in", "POST", fields=NAME | {"code": "A-10234"}),
    # The link has the order's code filled in; its own buyer is sent on to the order.
    Call("mypage.show_link_login", "GET", (200, 200, 422, 200, 303), public=True),
    public(422, "mypage.log_in_by_link", "POST", fields=NAME),
    public(200, "mypage.ask_for_link"),
    public(303, "mypage.send_link", "POST", fields={"email": "nobody@example.jp"}),
    public(404, "mypage.picture"),
    # Its address is the key, for half an hour; here it is signed for another shop.
    public(410, "mypage.receipt_file"),
    # So is this one's, for a minute and once.
    public(410, "mypage.enter_as_staff"),
    # Its signature is of an order's link.
    public(404, "mypage.show_not_me"),
    public(404, "mypage.tell_not_me", "POST"),
    personal(200, "mypage.show_order"),
    personal(200, "mypage.tracking", htmx=True),
    # Without htmx there is nothing at this address: on to the page, which asks who it is.
    Call("mypage.tracking", "GET", (303,) * 5),
    personal(303, "mypage.receipt_form"),
    personal(200, "mypage.preview_receipt", "POST", fields=RECEIPT),
    personal(200, "mypage.preview_receipt", "POST", fields=RECEIPT, htmx=True),
    personal(303, "mypage.issue_receipt", "POST", fields=RECEIPT),
    personal(200, "mypage.receipt"),
    personal(200, "mypage.receipt", htmx=True),
    personal(303, "mypage.take_receipt_again", "POST"),
    personal(303, "mypage.mail_receipt", "POST"),
    personal(200, "mypage.statement"),
    personal(200, "mypage.delivery_note"),
    personal(200, "mypage.new_request", query=True),
    personal(303, "mypage.create_request", "POST", query=True, fields=REQUEST),
    personal(200, "mypage.show_request"),
    personal(200, "mypage.show_second_step", query=True),
    personal(303, "mypage.after_login_code", query=True),
    personal(303, "mypage.send_login_code", "POST", query=True),
    personal(422, "mypage.take_second_step", "POST", query=True, fields={"code": "000000"}),
    # Everybody's own.
    Call("mypage.show_subscriptions", "GET", (303, 200, 200, 303, 200)),
    personal(200, "mypage.show_subscription"),
    personal(200, "mypage.subscription_calendar"),
    personal(200, "mypage.show_cancel"),
    # What changes something asks for the e-mailed code first.
    personal(303, "mypage.preview_cancel", "POST", fields=CANCEL),
    personal(303, "mypage.confirm_cancel", "POST", fields=CANCEL),
    personal(200, "mypage.show_canceled"),
    personal(200, "mypage.cancellation_proof"),
    personal(303, "mypage.show_own_address"),
    personal(303, "mypage.preview_own_address", "POST"),
    personal(303, "mypage.confirm_own_address", "POST"),
    personal(303, "mypage.show_new_address"),
    personal(303, "mypage.add_address", "POST"),
    personal(303, "mypage.show_listed_address"),
    personal(303, "mypage.preview_listed_address", "POST"),
    personal(303, "mypage.confirm_listed_address", "POST"),
    personal(303, "mypage.show_address_removal"),
    personal(303, "mypage.remove_address", "POST"),
    personal(303, "mypage.show_places", "POST"),
    personal(303, "mypage.after_places"),
    personal(303, "mypage.show_change"),
    personal(303, "mypage.preview_change", "POST"),
    personal(303, "mypage.confirm_change", "POST"),
    personal(200, "mypage.show_done_change"),
    # On to the forms, which ask who it is.
    Call("mypage.after_confirm_change", "GET", (303,) * 5),
    Call("mypage.after_confirm_own_address", "GET", (303,) * 5),
    Call("mypage.after_confirm_listed_address", "GET", (303,) * 5),
    personal(303, "mypage.show_cards"),
    personal(303, "mypage.new_card"),
    personal(303, "mypage.start_card", "POST"),
    personal(303, "mypage.show_card_return"),
    personal(303, "mypage.give_card_up"),
    personal(303, "mypage.show_card_use"),
    personal(303, "mypage.use_card", "POST"),
    personal(303, "mypage.make_card_default", "POST"),
    # On to the list, which asks who it is.
    Call("mypage.after_card_default", "GET", (303,) * 5),
    personal(303, "mypage.show_card_deletion"),
    personal(303, "mypage.delete_card", "POST"),
    personal(303, "mypage.show_retry"),
    personal(303, "mypage.retry_payment", "POST"),
    # No payment company has the name; those that have sign what they send.
    public(404, SIGNED, "POST"),
    # Last: it ends the visit that walks.
    public(303, "mypage.log_out", "POST"),
)
SANDBOX = {"sandbox.show_card_page", "sandbox.take_card"}
DEVELOPMENT_ONLY = {"dev.mails", "dev.mail", "dev.source", "dev.attachment"} | SANDBOX


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As in production."""
    secret = ("of-this-test-" + "0123456789" * 3,)
    changes = {"mypage_env": "production", "public_url": "https://localhost", "secret_keys": secret}
    return settings.model_copy(update=changes)


@pytest.fixture
def app(make_app: Callable[[], Flask]) -> Flask:
    app = make_app()
    app.config.update(PREFERRED_URL_SCHEME="https", WAIT_FOR_PDF=0)
    return app


class Stage:
    """花子's order with everything that hangs on it, and the visitors."""

    def __init__(self, app: Flask, cast: Cast) -> None:
        self.app = app
        self.session = cast.session
        self.shop = cast.shop(delivery_notes_allowed=True)
        self.next_door = cast.shop(slug="momiji", name="もみじ堂", delivery_notes_allowed=True)
        cast.rules(self.shop)
        cast.rules(self.next_door)
        self.card = cast.card(self.shop)
        self.listed = self._listed(cast)
        self.subscription = cast.subscription(self.shop)
        of_it = {"subscription_id": self.subscription.id, "subscription_number": self.subscription.number}
        self.order = cast.order(self.shop, **of_it)
        cast.shipment(self.order)
        self.taros = cast.order(self.shop, code="B-1", **TARO)
        self.neighbours = cast.order(self.next_door, **TARO)
        cast.session.commit()
        self.hanako = self.signed_in(self.shop, self.order)
        self.receipt, self.request = self._receipt(), self._request()
        self.change = self._change()

    def _listed(self, cast: Cast) -> ListedAddress:
        listed = ListedAddress(
            shop_id=self.shop.id,
            email_key="hanako@example.jp",
            recipient_name="山田 一郎",
            address="大阪市北区梅田4-5-6",
            created_at=cast.now,
        )
        cast.session.add(listed)
        cast.session.flush()
        return listed

    def _receipt(self) -> Receipt:
        path = f"/sakura/orders/{self.order.id}/receipt"
        assert submit(self.hanako, path, RECEIPT).status_code == 303
        receipt = self.session.scalars(select(Receipt)).one()
        self.session.commit()
        with self.app.app_context():
            jobs.papers.render(str(receipt.rendition_id))
        return receipt

    def _request(self) -> BuyerRequest:
        path = f"/sakura/requests/new?order={self.order.id}"
        assert submit(self.hanako, path, REQUEST).status_code == 303
        request = self.session.scalars(select(BuyerRequest)).one()
        self.session.commit()
        return request

    def _change(self) -> SubscriptionChange:
        """She has asked for the cancellation without the e-mailed code: it is written down."""
        path = f"/sakura/subscriptions/{self.subscription.id}/cancel?by=without-code"
        confirm = path.replace("/cancel", "/cancel/confirm")
        fields = {"reason": "", "version": str(self.subscription.version), "once": str(uuid4())}
        assert submit(self.hanako, confirm, fields, form_on=path).status_code == 303
        change = self.session.scalars(select(SubscriptionChange)).one()
        self.session.commit()
        return change

    def signed_in(self, shop: Shop, order: Order) -> FlaskClient:
        client = self.app.test_client()
        sign_in(client, shop, order)
        return client

    def visitor(self, who: str) -> tuple[FlaskClient, str]:
        """A browser, and the shop in whose addresses it knocks."""
        if who == "taro":
            return self.signed_in(self.shop, self.taros), "sakura"
        if who == "neighbour":
            return self.signed_in(self.next_door, self.neighbours), "momiji"
        if who == "copied cookie":
            cookie = self.signed_in(self.next_door, self.neighbours).get_cookie("mypage", path="/momiji")
            assert cookie
            client = self.app.test_client()
            client.set_cookie("mypage", cookie.value, path="/sakura")
            return client, "sakura"
        return (self.hanako if who == "hanako" else self.app.test_client()), "sakura"

    def address(self, endpoint: str, slug: str, *, query: bool = False) -> str:
        links = self.app.extensions["links"]
        values: dict[str, Any] = {
            "filename": "icon.svg",
            "slug": slug,
            "signed": links.sign_order(self.shop.id, self.order.id),
            "order_id": self.order.id,
            "receipt_id": self.receipt.id,
            "request_id": self.request.id,
            "subscription_id": self.subscription.id,
            "change": "skip",
            "change_id": self.change.id,
            "card_id": self.card.id,
            "address_id": self.listed.id,
            "registration_id": self.receipt.id,
            "name": "logo",
            "token": self.receipt.public_token,
        }
        if endpoint == "mypage.receipt_file":
            until = self.app.config["CLOCK"]().replace(year=2027)
            values["token"] = links.sign_file(self.next_door.id, self.receipt.id, until)
        if endpoint == "mypage.show_done_change":
            values["receipt_id"] = self.change.id
        rules = self.app.url_map
        wanted = rules.iter_rules(endpoint)
        needed = {argument for rule in wanted for argument in rule.arguments}
        given = {name: values[name] for name in needed} | ({"order": self.order.id} if query else {})
        return rules.bind("localhost").build(endpoint, given)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that is in the database."""
        tables = Base.metadata.sorted_tables
        found = {table.name: sorted(map(repr, self.session.execute(select(table)))) for table in tables}
        self.session.commit()
        return found

    def changed(self, before: dict[str, list[tuple[Any, ...]]]) -> set[str]:
        """Names of the tables in which a row is not as it was."""
        after = self.rows()
        return {name for name in before if before[name] != after[name]}


@pytest.fixture
def stage(app: Flask, cast: Cast) -> Stage:
    app.extensions["pace"] = Pace(floor=0)
    return Stage(app, cast)


def ask(stage: Stage, client: FlaskClient, slug: str, call: Call, *, token: str = "") -> TestResponse:
    address = stage.address(call.endpoint, slug, query=call.query)
    headers = {"HX-Request": "true"} if call.htmx else {}
    fields = call.fields | {"csrf_token": token} if token else call.fields
    data = fields if call.method == "POST" else None
    # Read at once: what streams a file closes it then.
    return client.open(address, method=call.method, data=data, headers=headers, buffered=True)


def test_every_route_is_in_the_table(app: Flask) -> None:
    there = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        # The staff's have their own walk, by roles: tests/admin/test_all_routes.py.
        if not rule.endpoint.startswith("admin.")
    }
    assert there == {(call.endpoint, call.method) for call in TABLE}


def test_development_pages_are_not_there_in_production(app: Flask, settings: Settings) -> None:
    development = create_app(settings.model_copy(update={"mypage_env": "development"}))
    there = {rule.endpoint for rule in development.url_map.iter_rules()}
    assert there - {rule.endpoint for rule in app.url_map.iter_rules()} == DEVELOPMENT_ONLY
    assert app.test_client().get("/dev/mails").status_code == 404


@pytest.mark.parametrize("who", VISITORS)
def test_everybody_gets_what_the_table_says(stage: Stage, who: str) -> None:
    client, slug = stage.visitor(who)
    token = csrf_token(client, f"/{slug}/")
    before = stage.rows()
    got = {}
    for call in TABLE:
        answer = ask(stage, client, slug, call, token=token)
        got[call.name] = answer.status_code
        if who != "hanako":
            assert [secret for secret in SECRETS if secret in spoken(call, answer)] == [], call.name
    assert got == {call.name: call.statuses[VISITORS.index(who)] for call in TABLE}
    if who != "hanako":
        own = {"buyer_session"} if who in ("taro", "neighbour") else set()
        assert stage.changed(before) <= WRITTEN_AT_THE_DOOR | own, "a stranger has written something"


def spoken(call: Call, answer: TestResponse) -> str:
    """What comes back, without what the visitor has just typed."""
    text = str(answer.headers) + answer.data.decode(errors="replace")
    if call.endpoint == "verification.verify":
        # Confirms the amount to whoever holds the paper.
        text = text.replace("3,280", "")
    return text


def test_other_methods_are_refused(stage: Stage) -> None:
    known = {(call.endpoint, call.method) for call in TABLE}
    for endpoint in {call.endpoint for call in TABLE}:
        address = stage.address(endpoint, "sakura", query=True)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
            # One address may have two endpoints, one a method.
            allowed = any((one, method) in known for one in same_address(stage, endpoint))
            if not allowed:
                answer = stage.hanako.open(address, method=method, follow_redirects=True)
                assert answer.status_code in (400, 404, 405), (method, address)


def same_address(stage: Stage, endpoint: str) -> set[str]:
    rules = list(stage.app.url_map.iter_rules())
    paths = {rule.rule for rule in rules if rule.endpoint == endpoint}
    return {rule.endpoint for rule in rules if rule.rule in paths}


def test_no_form_is_taken_without_its_token(stage: Stage) -> None:
    before = stage.rows()
    for call in TABLE:
        if call.method == "POST" and call.endpoint != SIGNED:
            assert ask(stage, stage.hanako, "sakura", call).status_code == 400, call.name
            assert ask(stage, stage.hanako, "sakura", call, token="made-up").status_code == 400, call.name
    assert stage.changed(before) == set()


def test_opening_every_link_changes_nothing(stage: Stage) -> None:
    """Mail scanners do."""
    before = stage.rows()
    scanner = stage.app.test_client()
    for call in TABLE:
        if call.method == "GET":
            address = stage.address(call.endpoint, "sakura", query=call.query)
            assert scanner.get(address, buffered=True).status_code == scanner.head(address, buffered=True).status_code
    assert stage.changed(before) == set()


def test_looking_at_everything_leaves_only_the_time_of_the_visit_and_papers_to_be_printed(
    stage: Stage, clock: Clock
) -> None:
    clock.forward(minutes=5)
    before = stage.rows()
    for call in TABLE:
        if call.method == "GET":
            ask(stage, stage.hanako, "sakura", call)
    assert stage.changed(before) == {"buyer_session", "rendition"}


@pytest.mark.parametrize("who", ["nobody", "hanako"])
def test_every_answer_carries_the_headers_that_protect_it(stage: Stage, who: str) -> None:
    client, slug = stage.visitor(who)
    token = csrf_token(client, f"/{slug}/")
    for call in TABLE:
        headers = ask(stage, client, slug, call, token=token).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, call.name
        assert "frame-ancestors 'none'" in policy, call.name
        assert "unsafe" not in policy, call.name
        assert headers["X-Content-Type-Options"] == "nosniff", call.name
        assert headers["Referrer-Policy"] == "no-referrer", call.name
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000"), call.name
        if call.endpoint != "static":
            assert "no-store" in headers["Cache-Control"], call.name
        for cookie in headers.getlist("Set-Cookie"):
            assert "Secure" in cookie, call.name
            assert "HttpOnly" in cookie, call.name
            assert "SameSite=Lax" in cookie, call.name


def test_the_file_itself_is_kept_by_no_cache_and_tells_no_other_site(stage: Stage) -> None:
    until = stage.app.config["CLOCK"]().replace(year=2027)
    token = stage.app.extensions["links"].sign_file(stage.shop.id, stage.receipt.id, until)
    answer = stage.app.test_client().get(f"/sakura/files/{token}")
    assert answer.data.startswith(b"%PDF")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_ids_that_nobody_has_look_like_ids_of_somebody_else(stage: Stage, session: Session) -> None:
    taro, _ = stage.visitor("taro")
    unknown = UUID(int=7)
    for known in (stage.order.id, stage.receipt.id, stage.request.id, unknown):
        told = set()
        for path in (f"/sakura/orders/{known}", f"/sakura/requests/{known}", f"/sakura/orders/{known}/receipt"):
            answer = taro.get(path)
            told.add((answer.status_code, answer.text.replace(str(known), "")))
        assert {status for status, _ in told} == {404}
        assert len(told) <= len(set(told)), known


def test_the_links_own_door_names_the_order_and_nobody(stage: Stage) -> None:
    text = stage.app.test_client().get(link(stage.hanako, stage.shop, stage.order)).text
    assert "A-10234" in text
    assert [secret for secret in SECRETS if secret in text] == []
