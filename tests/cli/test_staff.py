"""Adding the first people of a shop at the terminal."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.rules import addresses
from portal.models import AuditEntry, Membership, RecoveryCode, Staff
from portal.staff import locks, recovery
from portal.staff.locks import Knock
from portal.values.roles import Role
from tests.cast import PASSWORD, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import submit
from tests.staff.people import with_app

Run = Callable[..., Result]
GOOD = "茶畑の向こうに海が見える朝"


@pytest.fixture
def run(app: Flask, cast: Cast, session: Session) -> Run:
    cast.shop()
    cast.shop(slug="momiji", name="もみじ堂")
    session.commit()

    def invoke(*more: str, shop: str = "sakura", typed: str = f"{GOOD}\n{GOOD}\n") -> Result:
        arguments = ["create-staff", "suzuki@example.jp", "--name", "鈴木 一郎", "--shop", shop, *more]
        return app.test_cli_runner().invoke(args=arguments, input=typed)

    return invoke


def members(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    return [(row.shop_id.hex, str(row.role)) for row in session.scalars(select(Membership))]


@pytest.mark.parametrize("way", ["asked", "piped"])
def test_the_first_manager_gets_in_with_the_password_that_was_typed(
    run: Run, app: Flask, session: Session, way: str
) -> None:
    result = run("--role", "manager") if way == "asked" else run("--role", "manager", "--password-stdin", typed=GOOD)
    assert result.exit_code == 0, result.output
    assert GOOD not in result.output
    client = app.test_client()
    assert submit(client, "/admin/login", {"email": "suzuki@example.jp", "password": GOOD}).status_code == 303
    assert client.get("/admin/shops/sakura/members").status_code == 200
    actors = session.execute(select(AuditEntry.action, AuditEntry.actor).order_by(AuditEntry.id)).all()
    assert tuple(actors[0]) == ("member.added", "cli")


@pytest.mark.parametrize("weak", ["short", "password1234", "suzuki@example.jp", "さくら茶舗さくら茶舗さくら"])
def test_a_weak_password_is_refused(run: Run, session: Session, weak: str) -> None:
    result = run("--password-stdin", typed=weak)
    assert result.exit_code == 1
    assert "パスワード" in result.output
    assert members(session) == []
    assert session.scalars(select(Staff)).all() == []


def test_two_different_ones_are_asked_for_again(run: Run) -> None:
    assert run(typed=f"{GOOD}\nx\n{GOOD}\n{GOOD}\n").exit_code == 0


def test_who_is_there_already_stays_as_they_are_and_no_password_is_asked_for(
    run: Run, app: Flask, session: Session
) -> None:
    run("--role", "manager")
    before = members(session)
    result = run("--role", "viewer", typed="")
    assert result.exit_code == 0
    assert "すでに" in result.output
    assert members(session) == before
    result = run("--role", "viewer", shop="momiji", typed="")
    assert "パスワードは今までのまま" in result.output
    assert sorted(role for _, role in members(session)) == [Role.MANAGER, Role.VIEWER]
    assert (
        submit(app.test_client(), "/admin/login", {"email": "suzuki@example.jp", "password": GOOD}).status_code == 303
    )


def test_a_shop_or_an_address_that_is_none_is_said(run: Run, app: Flask) -> None:
    assert "店舗「nowhere」はありません" in run(shop="nowhere").output
    result = app.test_cli_runner().invoke(args=["create-staff", "nobody", "--shop", "sakura"])
    assert result.exit_code == 1
    assert "メールアドレスの形" in result.output


def test_who_lost_phone_and_codes_comes_in_with_the_password_again(app: Flask, cast: Cast, session: Session) -> None:
    suzuki = cast.staff(cast.shop(totp_demanded=True), **with_app(app))
    recovery.renew(session, suzuki)
    session.commit()
    assert "外しました" in app.test_cli_runner().invoke(args=["reset-totp", "Suzuki@example.jp"]).output
    assert "ありません" in app.test_cli_runner().invoke(args=["reset-totp", "suzuki@example.jp"]).output
    assert app.test_cli_runner().invoke(args=["reset-totp", "nobody@example.jp"]).exit_code == 1
    answer = submit(app.test_client(), "/admin/login", {"email": "suzuki@example.jp", "password": PASSWORD})
    assert answer.location == "/admin/"
    session.rollback()
    assert session.scalars(select(RecoveryCode)).all() == []
    assert session.execute(select(AuditEntry.action, AuditEntry.actor)).first() == ("staff.totp_turned_off", "cli")


# --- the lock at the door --------------------------------------------------------------------------------------------
def locked(app: Flask, session: Session, clock: Clock, knock: Knock) -> bool:
    session.rollback()
    return locks.locked_until(session, knock, secret=app.config["SECRET_KEY"], now=clock()) is not None


@pytest.mark.parametrize(
    ("typed", "of_email", "of_client"),
    [
        ("Suzuki@example.jp", False, True),
        ("2001:db8::99", True, False),
        ("nobody@example.jp", True, True),
    ],
)
def test_a_lock_is_lifted_for_an_email_or_for_an_address_and_only_that_one(
    app: Flask, cast: Cast, session: Session, clock: Clock, typed: str, of_email: bool, of_client: bool
) -> None:
    suzuki = cast.staff(cast.shop())
    client = addresses.counted("2001:db8::1")
    for number in range(locks.CLIENT_FAILURES):
        knock = Knock(suzuki.email_key if number < locks.EMAIL_FAILURES else f"{number}@example.jp", client)
        locks.take(session, knock, secret=app.config["SECRET_KEY"], now=clock()).note_failure(clock())
    session.commit()
    result = app.test_cli_runner().invoke(args=["lift-staff-lock", typed])
    assert result.exit_code == 0, result.output
    assert "解除しました" in result.output
    assert locked(app, session, clock, Knock(suzuki.email_key, "192.0.2.1")) is of_email
    assert locked(app, session, clock, Knock("somebody@example.jp", client)) is of_client
    entries = [tuple(row) for row in session.execute(select(AuditEntry.action, AuditEntry.actor))]
    assert entries == ([] if of_email else [("staff.lock_lifted", "cli")])
