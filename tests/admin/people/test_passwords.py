"""Forgotten passwords: the mailed link, how long it works, and that the answer never gives an account away."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Staff, StaffLink
from tests.admin.people.password_mails import NEW, audited, choose, mailed_link
from tests.admin.signing_in import sign_in
from tests.cast import PASSWORD
from tests.conftest import Clock
from tests.mypage.signing_in import submit
from tests.outbox import mails


def forget(client: FlaskClient, email: str) -> str:
    answer = submit(client, "/admin/password", {"email": email})
    assert answer.status_code == 303
    return client.get(answer.location).text.replace(email, "…")


def test_a_forgotten_password_is_chosen_anew_within_an_hour_and_ends_every_session(
    client: FlaskClient, app: Flask, manager: Staff, session: Session, clock: Clock
) -> None:
    old = app.test_client()
    sign_in(old, manager)
    forget(client, "suzuki@example.jp")
    (mail,) = mails(session)
    assert (mail.recipient, mail.message, mail.rank) == ("suzuki@example.jp", "staff_password", 0)
    link = mailed_link(session)
    assert "よく使われる言葉" in choose(client, link, "password1234").text
    assert "お名前・メールアドレス" in choose(client, link, "suzuki@example.jp").text
    clock.forward(minutes=59)
    assert choose(client, link).status_code == 303
    assert old.get("/admin/account").status_code == 303
    assert submit(client, "/admin/login", {"email": "suzuki@example.jp", "password": PASSWORD}).status_code == 422
    assert submit(client, "/admin/login", {"email": "suzuki@example.jp", "password": NEW}).status_code == 303
    assert audited(session)[0] == "staff.password_changed"


def test_the_answer_does_not_tell_who_has_an_account(client: FlaskClient, manager: Staff, session: Session) -> None:
    pattern = r'nonce="[^"]*"|value="[^"]*"'
    told = {re.sub(pattern, "", forget(client, email)) for email in ("suzuki@example.jp", "nobody@example.jp")}
    assert len(told) == 1
    refused = submit(client, "/admin/password", {"email": "suzuki"})
    assert (refused.status_code, "メールアドレスの形になっていない" in refused.text) == (422, True)
    assert [mail.recipient for mail in mails(session)] == ["suzuki@example.jp"]
    assert len(session.scalars(select(StaffLink)).all()) == 1


def test_the_link_is_worth_nothing_after_an_hour(
    client: FlaskClient, manager: Staff, session: Session, clock: Clock
) -> None:
    forget(client, "suzuki@example.jp")
    clock.forward(hours=1)
    assert client.get(mailed_link(session)).status_code == 410


def test_nobodys_mailbox_is_flooded(client: FlaskClient, manager: Staff, session: Session, clock: Clock) -> None:
    for _ in range(10):
        forget(client, "suzuki@example.jp")
    assert len(mails(session)) == 1
    for _ in range(10):
        clock.forward(minutes=5)
        forget(client, "suzuki@example.jp")
    assert len(mails(session)) == 5


def test_whoever_reads_the_mails_is_not_kept_out_by_strangers(
    client: FlaskClient, manager: Staff, session: Session
) -> None:
    for _ in range(5):
        submit(client, "/admin/login", {"email": "suzuki@example.jp", "password": "wrong password"})
    forget(client, "suzuki@example.jp")
    choose(client, mailed_link(session))
    assert submit(client, "/admin/login", {"email": "suzuki@example.jp", "password": NEW}).status_code == 303


def test_an_account_that_was_closed_gets_no_link(
    client: FlaskClient, manager: Staff, session: Session, clock: Clock
) -> None:
    manager.disabled_at = clock()
    session.commit()
    forget(client, "suzuki@example.jp")
    assert mails(session) == []


@pytest.mark.parametrize("token", ["x", "../../login", "a" * 43])
def test_a_made_up_link_opens_nothing(client: FlaskClient, manager: Staff, token: str) -> None:
    assert client.get(f"/admin/password/{token}").status_code in (404, 410)
