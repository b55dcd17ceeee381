"""What every answer carries, and which host names are answered at all."""

from datetime import UTC, datetime
from pathlib import Path

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
        secret_keys=("k" * 40,),
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


@pytest.fixture
def migrated_shop(production: FlaskClient) -> None:
    with production.application.app_context(), Session(db.engine) as session:
        Cast(session, datetime.now(UTC)).shop()
        session.commit()


def test_scripts_styles_and_frames_are_ruled_by_a_strict_policy(client: FlaskClient) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
