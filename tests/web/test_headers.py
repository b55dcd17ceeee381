"""The headers of every answer, and the host names that are answered at all."""

import re
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.config import Settings
from portal.extensions import db
from tests.cast import Cast


@pytest.fixture
def production(sqlite_database: str, tmp_path: Path) -> FlaskClient:
    settings = Settings(
        mypage_env="production",
        public_url="https://mypage.example.jp",
        secret_keys=(token_urlsafe(32),),
        smtp_host="mail.example.jp",
        database_url=sqlite_database,
        instance_dir=tmp_path,
    )
    return create_app(settings).test_client()


def test_a_made_up_host_is_refused(production: FlaskClient) -> None:
    assert production.get("/healthz", headers={"Host": "evil.example.com"}).status_code == 400
    assert production.get("/healthz", headers={"Host": "mypage.example.jp"}).status_code == 200


def test_production_insists_on_https(production: FlaskClient) -> None:
    answer = production.get("/healthz", base_url="https://mypage.example.jp")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_the_cookie_is_safe_in_production(production: FlaskClient, migrated_shop: None) -> None:
    cookie = production.get("/sakura/", base_url="https://mypage.example.jp").headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/sakura"} <= set(cookie.split("; "))


def test_the_language_cookie_is_safe_behind_a_proxy_that_ends_tls(production: FlaskClient, migrated_shop: None) -> None:
    answer = production.get("/sakura/?lang=en", base_url="http://mypage.example.jp")
    (cookie,) = (cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("lang=en"))
    assert "Secure" in cookie.split("; ")


def test_a_browser_that_sends_no_referer_gets_in_over_https(production: FlaskClient, migrated_shop: None) -> None:
    """No buyer's browser sends one, as our pages tell it not to."""
    origin = "https://mypage.example.jp"
    page = production.get("/sakura/", base_url=origin)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token
    fields = {"csrf_token": token[1], "code": "A-10234", "typed": "山田花子"}
    answer = production.post("/sakura/", base_url=origin, data=fields)
    assert (answer.status_code, answer.location[:15]) == (303, "/sakura/orders/")


@pytest.fixture
def migrated_shop(production: FlaskClient) -> None:
    with production.application.app_context(), Session(db.engine) as session:
        cast = Cast(session, datetime.now(UTC))
        cast.order(cast.shop())
        session.commit()


def test_scripts_styles_and_frames_are_ruled_by_a_strict_policy(client: FlaskClient) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_an_error_page_keeps_what_programs_are_told(client: FlaskClient) -> None:
    assert "GET" in client.post("/verify/unknown").headers["Allow"]
