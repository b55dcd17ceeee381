"""The developer's list of written mails."""

from pathlib import Path
from secrets import token_urlsafe

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.app import create_app
from portal.config import Settings
from portal.ports import Attachment, Mail

CODE = Mail(
    message_id="<1@example.jp>",
    sender="さくら茶舗 <shop@example.jp>",
    recipient="hanako@example.jp",
    subject="【さくら茶舗】確認コードのお知らせ",
    text="確認コード  482913\nhttp://localhost/sakura/o/abc\n<script>alert(1)</script>\n",
    html="<!doctype html><title>x</title><p style='color:red'>482913</p>",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(instance_dir=tmp_path, public_url="http://localhost", broker_url="memory://")


def test_the_newest_mail_is_read_on_the_page_and_its_links_can_be_pressed(app: Flask, client: FlaskClient) -> None:
    app.extensions["ports"].mailer.send(CODE)
    page = client.get("/dev/mails").text
    assert "確認コードのお知らせ" in page
    assert "482913" in page
    assert '<a href="http://localhost/sakura/o/abc"' in page
    assert "<script>alert" not in page


def test_the_html_form_is_shown_as_mail_programs_do_without_scripts(app: Flask, client: FlaskClient) -> None:
    app.extensions["ports"].mailer.send(CODE)
    (name,) = (path.stem for path in app.config["SETTINGS"].mails.glob("*.eml"))
    answer = client.get(f"/dev/mails/{name}")
    assert "482913" in answer.text
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert client.get(f"/dev/mails/{name}.eml").text.startswith("Message-ID: <1@example.jp>")


def test_an_attached_receipt_opens(app: Flask, client: FlaskClient) -> None:
    pdf = Attachment("領収書.pdf", b"%PDF-1.7")
    app.extensions["ports"].mailer.send(Mail(**{**vars(CODE), "attachments": (pdf,)}))
    page = client.get("/dev/mails").text
    assert "領収書.pdf" in page
    (name,) = (path.stem for path in app.config["SETTINGS"].mails.glob("*.eml"))
    answer = client.get(f"/dev/mails/{name}/attachments/0")
    assert (answer.data, answer.mimetype) == (b"%PDF-1.7", "application/pdf")
    assert client.get(f"/dev/mails/{name}/attachments/1").status_code == 404


def test_nothing_outside_the_folder_can_be_named(client: FlaskClient) -> None:
    assert client.get("/dev/mails/..%2f..%2fmypage").status_code == 404
    assert client.get("/dev/mails/unknown").status_code == 404


def test_an_empty_folder_says_so(client: FlaskClient) -> None:
    assert "まだありません" in client.get("/dev/mails").text


def test_production_has_no_such_page(tmp_path: Path) -> None:
    app = create_app(
        Settings(
            mypage_env="production",
            instance_dir=tmp_path,
            public_url="https://mypage.example.jp",
            secret_keys=(token_urlsafe(32),),
            smtp_host="mail.example.jp",
        )
    )
    assert not [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("dev.")]
