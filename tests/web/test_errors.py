"""The error page must not fail itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from portal.extensions import db
from portal.models import Shop
from tests.cast import Cast

OURS = "こちらの不具合です"
LATER = "しばらくしてから、もう一度開いてください"


@pytest.fixture
def app(app: Flask) -> Flask:
    """Return the app in production mode, where an exception becomes an error page."""
    app.config["TESTING"] = False
    return app


@pytest.fixture
def _sakura(cast: Cast) -> None:
    cast.shop()
    cast.session.commit()


@contextmanager
def no_database(app: Flask) -> Iterator[None]:
    """Let every statement and every connection fail meanwhile."""

    def fail(*_: object) -> None:
        raise OperationalError("", {}, Exception("the server is gone"))

    with app.app_context():
        engine = db.engine
    for name in ("before_cursor_execute", "do_connect"):
        event.listen(engine, name, fail)
    try:
        yield
    finally:
        for name in ("before_cursor_execute", "do_connect"):
            event.remove(engine, name, fail)


@pytest.mark.usefixtures("_sakura")
def test_a_change_that_the_database_refused_ends_on_a_page_of_the_shop(app: Flask, client: FlaskClient) -> None:
    def crash() -> None:
        db.session.add(Shop(slug="sakura", name="さくら茶舗の2つめ"))
        db.session.flush()

    app.view_functions["mypage.show_login"] = crash
    answer = client.get("/sakura/")
    assert answer.status_code == 500
    assert OURS in answer.text
    assert "さくら茶舗" in answer.text
    assert "075-000-0000" in answer.text, "who to call"


@pytest.mark.usefixtures("_sakura")
def test_without_a_database_there_is_still_a_page(app: Flask, client: FlaskClient) -> None:
    with no_database(app):
        answer = client.get("/sakura/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert LATER in answer.text
    assert client.get("/sakura/").status_code == 200, "it is back"


@pytest.mark.usefixtures("_sakura")
def test_a_database_that_goes_away_while_a_page_is_made_leaves_a_page_without_the_shop(
    app: Flask, client: FlaskClient
) -> None:
    lost = no_database(app)

    def crash() -> None:
        lost.__enter__()
        db.session.get_one(Shop, db.session.query(Shop.id).scalar())

    app.view_functions["mypage.show_login"] = crash
    try:
        answer = client.get("/sakura/")
    finally:
        lost.__exit__(None, None, None)
    assert answer.status_code == 503
    assert LATER in answer.text
    assert "さくら茶舗" not in answer.text


@pytest.mark.usefixtures("_sakura")
@pytest.mark.parametrize(("address", "status"), [("/sakura/nowhere", 404), ("/sakura/logout", 405)])
def test_a_wrong_address_in_a_shop_is_answered_by_the_shop(client: FlaskClient, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert "さくら茶舗" in answer.text
    assert "075-000-0000" in answer.text


def test_a_wrong_address_in_no_shop_says_so(client: FlaskClient) -> None:
    answer = client.get("/no-such-shop/nowhere")
    assert answer.status_code == 404
    assert "ページが見つかりません" in answer.text
