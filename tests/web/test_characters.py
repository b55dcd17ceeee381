"""Addresses and forms with characters that no browser sends."""

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.mypage.signing_in import csrf_token


@pytest.fixture(autouse=True)
def sakura(cast: Cast) -> None:
    cast.shop()
    cast.session.commit()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/%00/"),
        ("GET", "/sak%00ura/"),
        ("GET", "/sakura%0A/"),
        ("GET", "/sakura/o/%00abc"),
        ("POST", "/sakura/o/%00abc"),
        ("GET", "/verify/%00abc"),
        ("GET", "/verify/abc%7f"),
        ("GET", "/%00"),
    ],
)
def test_an_address_with_a_control_character_is_no_page(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == 404
    assert "ページが見つかりません" in answer.text


def test_a_query_with_a_nul_is_not_looked_up(client: FlaskClient) -> None:
    for path in ("/sakura/requests/new?order=%00", "/sakura/?note=%00", "/sakura/?%00=1"):
        assert client.get(path).status_code == 400


@pytest.mark.parametrize("field", ["code", "typed"])
def test_a_form_with_a_nul_is_not_looked_up(client: FlaskClient, field: str) -> None:
    fields = {"code": "A-10234", "typed": "山田花子", "csrf_token": csrf_token(client, "/sakura/")}
    answer = client.post("/sakura/", data=fields | {field: "A\0B"})
    assert answer.status_code == 400
    assert "何も変更されていません" in answer.text


def test_a_cookie_with_a_nul_is_refused(client: FlaskClient) -> None:
    bare = client.application.test_client(use_cookies=False)
    assert bare.get("/sakura/", headers={"Cookie": 'lang="e\\000n"'}).status_code == 400


def test_a_form_of_several_lines_is_fine(client: FlaskClient) -> None:
    fields = {"code": "A-10234", "typed": "山田\r\n花子", "csrf_token": csrf_token(client, "/sakura/")}
    assert client.post("/sakura/", data=fields).status_code == 422
