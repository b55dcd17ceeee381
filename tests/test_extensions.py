"""How the databases are opened, and how long SQLite's only write lock is held."""

import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string, template_rendered
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.extensions import db, writing_session
from portal.models import Shop
from portal.values.roles import Role
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.conftest import UsedApp
from tests.databases import free_port, redis_server
from tests.mypage.signing_in import csrf_token
from tests.waiting import until

TAX = "/admin/shops/sakura/settings/tax"
PUT_RATE = f"{TAX}/products"


@pytest.fixture
def used_apps() -> dict[str, UsedApp]:
    """Return none: views cannot be added to an application that has answered."""
    return {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_committed_survives_a_power_cut(app: Flask) -> None:
    """2 means FULL: every commit is on disk before it is answered. WAL's usual NORMAL may lose the last commits."""
    with app.app_context(), db.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 2


@pytest.fixture
def manager(client: FlaskClient, cast: Cast) -> FlaskClient:
    staff = cast.staff(cast.shop(), role=Role.MANAGER)
    cast.session.commit()
    sign_in(client, staff)
    return client


@pytest.fixture
def others_may_write(sqlite_database: str) -> Callable[[], bool]:
    """Return a function that tells whether another connection gets the write lock at this moment."""

    def ask() -> bool:
        with closing(sqlite3.connect(sqlite_database.removeprefix("sqlite:///"), timeout=0)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return False
            return True

    return ask


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/products", {"code": "", "rate": "8"}),
        ("/lines", {"lines": "T-1;8"}),
        ("", {"default_tax_rate": "77", "version": "1"}),
    ],
    ids=["a rate", "many rates", "a setting"],
)
def test_while_a_refused_page_is_drawn_others_write(
    app: Flask, manager: FlaskClient, others_may_write: Callable[[], bool], path: str, fields: dict[str, str]
) -> None:
    token = csrf_token(manager, TAX)
    found: list[bool] = []

    def ask(_app: Flask, **_: Any) -> None:
        found.append(others_may_write())

    with template_rendered.connected_to(ask, app):
        answer = manager.post(f"{TAX}{path}", data=fields | {"csrf_token": token})
    assert answer.status_code == 422, answer.text
    assert found
    assert all(found)


class SlowBody(io.BytesIO):
    """Body of a request that asks a question whenever a piece of it is fetched."""

    def __init__(self, content: bytes, question: Callable[[], bool]) -> None:
        super().__init__(content)
        self.question = question
        self.answers: list[bool] = []

    def readinto(self, buffer: Any) -> int:
        self.answers.append(self.question())
        return super().readinto(buffer)


@on_sqlite
def test_while_a_forms_body_is_on_its_way_others_write(
    manager: FlaskClient, others_may_write: Callable[[], bool]
) -> None:
    content = f"code=T-1&rate=8&csrf_token={csrf_token(manager, TAX)}".encode()
    body = SlowBody(content, others_may_write)
    answer = manager.post(
        PUT_RATE,
        input_stream=body,
        content_length=len(content),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 303, answer.text
    assert body.answers
    assert all(body.answers)


@on_sqlite
def test_from_its_first_look_at_what_it_changes_a_view_has_the_lock(
    app: Flask, manager: FlaskClient, others_may_write: Callable[[], bool]
) -> None:
    """Otherwise two requests that read and then write would lose one of the two changes."""
    found: list[bool] = []

    @app.post("/look-first")
    def look_first() -> str:
        db.session.scalars(select(Shop)).all()
        found.append(others_may_write())
        return ""

    app.config["WTF_CSRF_ENABLED"] = False
    assert manager.post("/look-first").status_code == 200
    assert found == [False]


def test_a_view_that_draws_before_it_commits_is_told_that_its_changes_are_gone(
    app: Flask, client: FlaskClient, cast: Cast, session: Session
) -> None:
    shop = cast.shop()
    session.commit()

    @app.post("/draw-first")
    def draw_first() -> str:
        db.session.get_one(Shop, shop.id).name = "梅茶舗"
        page = render_template_string("saved")
        db.session.commit()
        return page

    app.config["WTF_CSRF_ENABLED"] = False
    with pytest.raises(RuntimeError, match="drawn before this commit"):
        client.post("/draw-first")
    session.refresh(shop)
    assert shop.name == "さくら茶舗"


def test_a_transaction_beside_the_one_that_holds_the_lock_is_refused_and_does_not_wait_for_itself(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    shop = cast.shop()
    cast.session.commit()

    @app.post("/beside")
    def beside() -> str:
        db.session.get_one(Shop, shop.id)
        with writing_session():
            return ""

    app.config["WTF_CSRF_ENABLED"] = False
    with pytest.raises(RuntimeError, match="wait for itself"):
        client.post("/beside")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_the_limits_storage_pages_stay_up_and_floods_are_cut(
    settings: Settings, make_app: Callable[[], Flask], tmp_path: Path
) -> None:
    port = free_port()
    settings.limiter_storage_url = f"redis://127.0.0.1:{port}/1"
    with redis_server(port, tmp_path):
        client = make_app().test_client()
        until(lambda: client.get("/verify/x").status_code == 404)
    answers = [client.get("/verify/x").status_code for _ in range(61)]
    assert set(answers) == {404, 429}, "no page fails"
    assert (answers[0], answers[-1]) == (404, 429)
