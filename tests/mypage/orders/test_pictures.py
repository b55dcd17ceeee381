"""GET /<shop>/picture/logo.png and seal.png."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.models import Order, Shop
from tests.cast import Cast
from tests.mypage.signing_in import sign_in, submit


@pytest.fixture
def shop(app: Flask, cast: Cast) -> Shop:
    for key in ("logo", "seal"):
        app.extensions["ports"].documents.put(key, f"the {key}".encode())
    return cast.shop(logo_key="logo", seal_key="seal")


def test_everybody_may_see_the_logo(client: FlaskClient, order: Order) -> None:
    answer = client.get("/sakura/picture/logo.png")
    assert (answer.data, answer.headers["Cache-Control"]) == (b"the logo", "public, max-age=3600")


def test_the_seal_is_for_who_has_logged_in_and_stays_in_no_cache(client: FlaskClient, shop: Shop, order: Order) -> None:
    path = "/sakura/picture/seal.png"
    assert client.get(path).status_code == 404
    sign_in(client, shop, order)
    answer = client.get(path)
    assert (answer.data, answer.headers["Cache-Control"]) == (b"the seal", "private, no-store")
    submit(client, "/sakura/logout", {}, form_on="/sakura/")
    assert client.get(path).status_code == 404
