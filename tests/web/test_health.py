"""The answers for a load balancer."""

import gc

import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient

from portal.adapters.broker import job_queue
from portal.config import Settings
from portal.jobs import heartbeats
from portal.web.health import alembic_config
from tests.conftest import Clock


@pytest.fixture
def beating(app: Flask) -> None:
    """Let worker and scheduler be heard of at the test's time."""
    with app.app_context():
        heartbeats.beat("worker")
        heartbeats.beat("scheduler")


@pytest.mark.usefixtures("beating")
def test_with_database_broker_and_store_we_are_ready(client: FlaskClient) -> None:
    assert client.get("/readyz").json == {"status": "ready"}


def test_pages_are_served_without_a_worker_and_it_is_said(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"status": "degraded", "worker": "never heard", "scheduler": "never heard"}


@pytest.mark.usefixtures("beating")
def test_after_two_minutes_of_silence_it_is_said_who_is_silent(app: Flask, client: FlaskClient, clock: Clock) -> None:
    clock.forward(seconds=120)
    assert client.get("/readyz").json == {"status": "ready"}
    with app.app_context():
        heartbeats.beat("scheduler")
    clock.forward(seconds=1)
    assert client.get("/readyz").json == {"status": "degraded", "worker": "silent for 121 seconds"}


def test_we_are_alive_whatever_else_is_broken(app: Flask, client: FlaskClient, settings: Settings) -> None:
    app.extensions["celery"] = job_queue(settings.model_copy(update={"broker_url": "redis://127.0.0.1:1/0"}))
    assert client.get("/healthz").status_code == 200


def test_an_old_schema_is_not_ready(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        command.stamp(alembic_config(), "base")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert "migrations at None" in answer.json["database"]


@pytest.mark.parametrize(
    "broker_url", ["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//", "sqla+sqlite:////no-such-folder/broker.sqlite3"]
)
def test_a_broker_that_is_away_is_named(app: Flask, client: FlaskClient, settings: Settings, broker_url: str) -> None:
    app.extensions["celery"] = job_queue(settings.model_copy(update={"broker_url": broker_url}))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "unavailable", "broker": "OperationalError"}


@pytest.mark.usefixtures("beating")
def test_the_broker_file_is_ready_as_soon_as_it_is_asked(app: Flask, client: FlaskClient, settings: Settings) -> None:
    app.extensions["celery"] = job_queue(settings.model_copy(update={"broker_url": ""}))
    assert client.get("/readyz").json == {"status": "ready"}


def test_asking_again_and_again_leaves_no_connection_open(app: Flask, client: FlaskClient, settings: Settings) -> None:
    """The pool of the broker file holds fifteen; the search for garbage may be a long time coming."""
    app.extensions["celery"] = job_queue(
        settings.model_copy(update={"broker_url": f"sqla+sqlite:///{settings.instance}/own"})
    )
    gc.collect()
    gc.disable()
    try:
        assert {client.get("/readyz").status_code for _ in range(20)} == {200}
    finally:
        gc.enable()


def test_a_store_that_cannot_be_written_is_named(app: Flask, client: FlaskClient, settings: Settings) -> None:
    settings.documents.parent.mkdir(parents=True, exist_ok=True)
    settings.documents.write_text("a file where the folder should be")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "unavailable", "store": "FileExistsError"}


def test_search_engines_are_kept_away(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.status_code == 200
    assert answer.text.splitlines() == ["User-agent: *", "Disallow: /"]


def test_an_unknown_shop_is_not_found(client: FlaskClient) -> None:
    assert client.get("/no-such-shop/").status_code == 404
