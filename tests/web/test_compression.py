"""Answers are compressed, and their headers say so correctly."""

import gzip

import pytest
from flask.testing import FlaskClient

from portal.web import compression
from tests.cast import Cast
from tests.conftest import UsedApp

GZIP = {"Accept-Encoding": "gzip"}
KILOBYTE = 1024


@pytest.fixture
def used_apps() -> dict[str, UsedApp]:
    """Return none: an application keeps what it has compressed."""
    return {}


def test_a_page_is_compressed_for_who_can_read_it(client: FlaskClient, cast: Cast) -> None:
    cast.shop()
    cast.session.commit()

    packed, plain = client.get("/sakura/", headers=GZIP), client.get("/sakura/")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert "ご注文" in gzip.decompress(packed.data).decode()
    assert "Accept-Encoding" in plain.headers["Vary"], "a cache in between must keep the two apart"


def test_a_stylesheet_is_revalidated_without_being_sent_again(client: FlaskClient) -> None:
    with client.get("/static/css/page.css", headers=GZIP) as first:
        assert first.headers["Content-Encoding"] == "gzip"

    known = {"If-None-Match": first.headers["ETag"]}
    with client.get("/static/css/page.css", headers=GZIP | known) as second:
        assert (second.status_code, second.data) == (304, b"")


def test_one_file_under_many_addresses_is_kept_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = []
    monkeypatch.setattr(compression.gzip, "compress", lambda plain, *_, **__: packed.append(plain) or b"packed")
    for number in range(5):
        with client.get(f"/static/x{number}/../css/page.css?{number}", headers=GZIP) as answer:
            assert answer.data == b"packed"
    assert len(packed) == 1


def test_a_part_of_a_file_is_not_compressed_on_its_own(client: FlaskClient) -> None:
    with client.get("/static/vendor/htmx.min.js", headers=GZIP | {"Range": "bytes=0-99"}) as part:
        assert "Content-Encoding" not in part.headers
        assert len(part.data) == 100


def test_everything_that_a_first_visit_loads_weighs_little(client: FlaskClient, cast: Cast) -> None:
    cast.shop()
    cast.session.commit()
    page = client.get("/sakura/", headers=GZIP)
    files = ("css/page.css", "js/page.js", "vendor/htmx.min.js", "icon.svg")

    weight = len(page.data)

    for file in files:
        with client.get(f"/static/{file}", headers=GZIP) as answer:
            weight += len(answer.data)

    assert weight < 30 * KILOBYTE
