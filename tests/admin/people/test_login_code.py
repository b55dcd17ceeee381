"""The second page of the staff's login: the authenticator's code or a recovery code."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import RecoveryCode, Staff, StaffSession
from portal.staff import recovery
from portal.staff.totp import Seal
from tests.admin.people.login_page import CODE_REFUSED, audited, is_in, try_code, try_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token
from tests.staff.people import APP_SECRET, code, with_app, wrong_code


@pytest.fixture
def with_phone(app: Flask, cast: Cast) -> Staff:
    suzuki = cast.staff(cast.shop(), **with_app(app))
    cast.session.commit()
    return suzuki


@pytest.fixture
def codes(with_phone: Staff, session: Session) -> list[str]:
    codes = recovery.renew(session, with_phone)
    session.commit()
    return codes


def test_the_password_alone_opens_nothing_for_who_has_an_app(
    client: FlaskClient, app: Flask, with_phone: Staff, session: Session
) -> None:
    answer = try_in(client, path="/admin/login?back=/admin/account")
    assert (answer.status_code, answer.location) == (303, "/admin/login/code?back=/admin/account")
    assert not is_in(client)
    assert session.scalars(select(StaffSession)).all() == []
    answer = try_code(client, code(app), answer.location)
    assert (answer.status_code, answer.location) == (303, "/admin/account")
    assert is_in(client)
    session.rollback()
    assert session.scalars(select(StaffSession.totp_at)).one()


@pytest.mark.parametrize("written", ["{0}{1}", "{0} {1}", "{0}-{1}", "full width"])
def test_the_code_is_typed_as_one_likes(client: FlaskClient, app: Flask, with_phone: Staff, written: str) -> None:
    digits = code(app)
    if written == "full width":
        typed = digits.translate({ord("0") + n: ord("０") + n for n in range(10)})
    else:
        typed = written.format(digits[:3], digits[3:])
    try_in(client)
    assert try_code(client, typed).status_code == 303


def test_a_code_is_taken_once(client: FlaskClient, app: Flask, with_phone: Staff, clock: Clock) -> None:
    try_in(client)
    digits = code(app)
    assert try_code(client, digits).status_code == 303
    other = app.test_client()
    try_in(other)
    answer = try_code(other, digits)
    assert answer.status_code == 422
    assert CODE_REFUSED in answer.text
    assert try_code(other, code(app, steps=-1)).status_code == 422, "nor one before it"
    clock.forward(seconds=30)
    assert try_code(other, code(app)).status_code == 303


def test_of_two_who_send_the_same_code_at_once_one_gets_in(app: Flask, with_phone: Staff) -> None:
    clients = [app.test_client() for _ in range(4)]
    tokens = []
    for client in clients:
        try_in(client)
        tokens.append(csrf_token(client, "/admin/login/code"))
    digits, together = code(app), Barrier(len(clients))

    def one(number: int) -> int:
        together.wait()
        return (
            clients[number].post("/admin/login/code", data={"code": digits, "csrf_token": tokens[number]}).status_code
        )

    with ThreadPoolExecutor(len(clients)) as pool:
        assert sorted(pool.map(one, range(len(clients)))) == [303, 422, 422, 422]


def test_wrong_codes_lock_and_the_password_buys_no_new_tries(
    client: FlaskClient, app: Flask, with_phone: Staff
) -> None:
    for _ in range(5):
        assert try_in(client).status_code == 303
        assert try_code(client, wrong_code(app)).status_code == 422
    assert try_code(client, code(app)).status_code == 429
    assert try_in(client).status_code == 429


def test_the_code_comes_within_ten_minutes_of_the_password(
    client: FlaskClient, app: Flask, with_phone: Staff, clock: Clock
) -> None:
    try_in(client)
    token = csrf_token(client, "/admin/login/code")
    clock.forward(minutes=10)
    assert client.get("/admin/login/code").location == "/admin/login"
    answer = client.post("/admin/login/code", data={"code": code(app), "csrf_token": token})
    assert answer.location == "/admin/login"
    assert not is_in(client)


def test_without_a_password_first_no_code_is_asked_for(client: FlaskClient, app: Flask, with_phone: Staff) -> None:
    assert client.get("/admin/login/code").location == "/admin/login"
    token = csrf_token(client, "/admin/login")
    answer = client.post("/admin/login/code", data={"code": code(app), "csrf_token": token})
    assert (answer.location, is_in(client)) == ("/admin/login", False)


@pytest.mark.parametrize("change", ["password", "closed"])
def test_what_happens_meanwhile_counts(
    client: FlaskClient, app: Flask, with_phone: Staff, session: Session, clock: Clock, change: str
) -> None:
    try_in(client)
    token = csrf_token(client, "/admin/login/code")
    if change == "password":
        with_phone.password_hash = app.extensions["passwords"].hash("quite another one")
    else:
        with_phone.disabled_at = clock()
    session.commit()
    answer = client.post("/admin/login/code", data={"code": code(app), "csrf_token": token})
    assert (answer.location, is_in(client)) == ("/admin/login", False)


@pytest.mark.parametrize("change", [str, str.upper, lambda text: text.replace("-", " ")])
def test_a_recovery_code_opens_once(
    client: FlaskClient, app: Flask, codes: list[str], session: Session, change: object
) -> None:
    assert callable(change)
    try_in(client)
    assert "回復コード" in client.get("/admin/login/code?recovery=1").text
    assert try_code(client, change(codes[3]), "/admin/login/code?recovery=1").status_code == 303
    other = app.test_client()
    try_in(other)
    assert try_code(other, codes[3]).status_code == 422
    assert try_code(other, codes[4]).status_code == 303
    assert len(session.scalars(select(RecoveryCode).where(RecoveryCode.used_at.is_not(None))).all()) == 2
    assert ("staff.recovery_code_used" in [action for action, _ in audited(session)]) is True


def test_an_app_whose_key_left_the_ring_leaves_the_recovery_codes(
    client: FlaskClient, codes: list[str], with_phone: Staff, session: Session, app: Flask
) -> None:
    with_phone.totp_sealed = "sealed with a key that is gone"
    session.commit()
    try_in(client)
    assert try_code(client, code(app)).status_code == 422
    assert try_code(client, codes[0]).status_code == 303


def test_coming_in_moves_the_apps_secret_to_the_newest_key(
    client: FlaskClient, app: Flask, with_phone: Staff, session: Session
) -> None:
    app.extensions["seal"] = Seal(["the newest", *app.config["SETTINGS"].secret_keys])
    try_in(client)
    assert try_code(client, code(app)).status_code == 303
    session.rollback()
    session.refresh(with_phone)
    assert Seal(["the newest"]).open(with_phone.totp_sealed) == APP_SECRET
