"""A walk over all routes: who gets what. A route that is missing in the table fails the test."""

from collections.abc import Callable
from itertools import product
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.access.rules.second_step import Action
from portal.app import create_app
from portal.config import Settings
from portal.models import (
    OutboxMail,
)
from portal.mypage.changes.views import FORMS
from portal.web.pace import Pace
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token, link, prove_mail, sign_in
from tests.route_stage import Stage
from tests.route_table import DEVELOPMENT_ONLY, SIGNED, TABLE, VISITORS, Call

SECRETS = (
    *("山田", "ヤマダ", "やまだ", "090-1234", "09012345678", "hanako@example.jp", "梅田", "530-0001"),
    *("煎茶", "急須", "23,080", "23080", "123456789010", "1234-5678-9010", "株式会社アクメ", "届けてほしい"),
)
WRITTEN_AT_THE_DOOR = frozenset({"login_failure", "login_lock"})


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return the settings of a production installation."""
    secret = ("of-this-test-" + "0123456789" * 3,)
    changes = {"mypage_env": "production", "public_url": "https://localhost", "secret_keys": secret}
    return settings.model_copy(update=changes)


@pytest.fixture
def app(make_app: Callable[[], Flask]) -> Flask:
    app = make_app()
    app.config.update(PREFERRED_URL_SCHEME="https", WAIT_FOR_PDF=0)
    return app


@pytest.fixture
def stage(app: Flask, cast: Cast) -> Stage:
    app.extensions["pace"] = Pace(floor=0)
    return Stage(app, cast)


def ask(stage: Stage, client: FlaskClient, slug: str, call: Call, *, token: str = "") -> TestResponse:
    address = stage.address(call.endpoint, slug, query=call.query)
    headers = {"HX-Request": "true"} if call.htmx else {}
    fields = call.fields | {"csrf_token": token} if token else call.fields
    data = fields if call.method == "POST" else None
    # Read the answer at once, so that a streamed file is closed.
    return client.open(address, method=call.method, data=data, headers=headers, buffered=True)


def test_every_route_is_in_the_table(app: Flask) -> None:
    there = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        # The staff's pages have a walk of their own, by roles: tests/admin/test_all_routes.py.
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


PARCEL_OPENS = {
    *("mypage.show_order", "mypage.tracking", "mypage.new_request", "mypage.create_request", "mypage.show_request"),
    *("mypage.show_second_step", "mypage.after_login_code", "mypage.send_login_code", "mypage.take_second_step"),
    "mypage.show_subscriptions",
}
"""Pages for whoever has typed the code of an order that goes to somebody else; the list is empty there."""
ON_THE_PARCEL = {"123456789010", "1234-5678-9010"}


def test_the_code_of_a_gift_opens_its_parcel_and_nothing_else_anywhere(stage: Stage) -> None:
    for column in ("name", "postcode", "prefecture", "address"):
        setattr(stage.order, f"recipient_{column}", TARO.get(column) or TARO["buyer_name"])
    stage.session.commit()
    recipient = stage.signed_in(stage.shop, stage.order)
    token = csrf_token(recipient, "/sakura/")
    before = stage.rows()
    opened = set()
    for call in TABLE:
        if call.public:
            continue
        answer = ask(stage, recipient, "sakura", call, token=token)
        found = [secret for secret in SECRETS if secret not in ON_THE_PARCEL and secret in spoken(call, answer)]
        assert found == [], call.name
        to_step = answer.headers.get("HX-Redirect") or answer.headers.get("Location") or ""
        if call.endpoint in PARCEL_OPENS:
            assert answer.status_code < 404 or call.endpoint == "mypage.take_second_step", call.name
            opened.add(call.endpoint)
        elif answer.status_code != 404 and not call.name.startswith("GET mypage.after_"):
            # 204 is the redirect for htmx.
            assert answer.status_code in (204, 303), call.name
            assert to_step.startswith("/sakura/second-step?"), call.name
    assert opened == PARCEL_OPENS
    changed = stage.changed(before)
    assert changed == {"audit_entry", "buyer_request", "buyer_session", "login_code", "outbox_mail"} & changed
    told = {mail.recipient for mail in stage.session.scalars(select(OutboxMail)).all()}
    assert told == {"hanako@example.jp"}, "a mail about the order goes to its buyer only"


def spoken(call: Call, answer: TestResponse) -> str:
    """Return the answer without what the visitor has just typed."""
    text = str(answer.headers) + answer.data.decode(errors="replace")
    if call.endpoint == "verification.verify":
        # This page confirms the amount to whoever holds the paper.
        text = text.replace("23,080", "")
    return text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_buyers_pages_open_for_rows_of_every_kind(app: Flask, cast: Cast) -> None:
    app.extensions["pace"] = Pace(floor=0)
    shop = cast.shop(delivery_notes_allowed=True, second_step=dict.fromkeys(Action, False))
    cast.rules(shop)
    kinds = cast.every_kind(shop)
    cast.session.commit()
    hanako = app.test_client()
    sign_in(hanako, shop, kinds.order)
    prove_mail(hanako, shop, kinds.order.email_key)
    values = kinds.ids | {"change": [str(change) for change in FORMS], "name": ["logo", "seal"], "slug": [shop.slug]}
    bound = app.url_map.bind("localhost")
    told = {}
    for rule in app.url_map.iter_rules():
        named = sorted(rule.arguments)
        if rule.endpoint.startswith("mypage.") and "GET" in (rule.methods or ()) and set(named) <= values.keys():
            for filling in product(*(values[name] for name in named)):
                address = bound.build(rule.endpoint, dict(zip(named, filling, strict=True)))
                told[address] = hanako.get(address, buffered=True).status_code
    broken = {address: status for address, status in told.items() if status >= 500}
    assert broken == {}
    # What is not possible for one subscription is for another: only a paused one can go on.
    opened = {
        address.rpartition("/")[2] for address, status in told.items() if "/changes/" in address and status == 200
    }
    assert opened >= {str(change) for change in FORMS}


def test_other_methods_are_refused(stage: Stage) -> None:
    known = {(call.endpoint, call.method) for call in TABLE}
    for endpoint in {call.endpoint for call in TABLE}:
        address = stage.address(endpoint, "sakura", query=True)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
            # One address may have two endpoints, one for each method.
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
    """Mail scanners open every link."""
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
    assert stage.changed(before) == {"buyer_session", "rendition", "paper"}


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
