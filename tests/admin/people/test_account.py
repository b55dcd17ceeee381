"""Changing one's own name, password, authenticator app and sessions."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import AuditValue, RecoveryCode, Shop, Staff, StaffLink, StaffSession
from portal.staff import recovery
from tests.admin.people.login_page import is_in
from tests.admin.people.password_mails import NEW, audited
from tests.admin.signing_in import sign_in
from tests.cast import PASSWORD, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token, submit
from tests.staff.people import APP_SECRET, code, with_app, wrong_code

SHOWN_KEY = re.compile(r'<code class="key">([A-Z2-7 ]+)</code>')
SHOWN_CODES = re.compile(r"<li><code>([a-z0-9-]+)</code></li>")
SET_UP = "/admin/account/totp/new"


@pytest.fixture
def suzuki(cast: Cast, shop: Shop) -> Staff:
    suzuki = cast.staff(shop)
    cast.session.commit()
    return suzuki


@pytest.fixture
def signed_in(client: FlaskClient, suzuki: Staff) -> FlaskClient:
    sign_in(client, suzuki)
    return client


@pytest.fixture
def with_phone(app: Flask, client: FlaskClient, suzuki: Staff, session: Session) -> Staff:
    """Return 鈴木 signed in, in a session in which the app's code was typed."""
    for name, value in with_app(app).items():
        setattr(suzuki, name, value)
    session.commit()
    sign_in(client, suzuki, totp=True)
    return suzuki


def another_browser(app: Flask, staff: Staff) -> FlaskClient:
    client = app.test_client()
    sign_in(client, staff)
    return client


# --- name ------------------------------------------------------------------------------------------------------------
def test_a_new_name_is_shown_at_once_and_audited_before_and_after(signed_in: FlaskClient, session: Session) -> None:
    answer = submit(signed_in, "/admin/account/name", {"name": " 鈴木 花 "}, form_on="/admin/account")
    assert answer.status_code == 303
    assert "鈴木 花" in signed_in.get("/admin/account").text
    value = session.scalars(select(AuditValue)).one()
    assert (value.field, value.before, value.after) == ("staff_name", "鈴木 一郎", "鈴木 花")
    submit(signed_in, "/admin/account/name", {"name": "鈴木 花"}, form_on="/admin/account")
    assert audited(session) == ["staff.renamed"], "nothing changed the second time"


@pytest.mark.parametrize("name", ["", " ", "長" * 101])
def test_a_name_that_is_none_is_refused_beside_the_field(signed_in: FlaskClient, name: str) -> None:
    answer = submit(signed_in, "/admin/account/name", {"name": name}, form_on="/admin/account")
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text


# --- password --------------------------------------------------------------------------------------------------------
def change(client: FlaskClient, old: str = PASSWORD, new: str = NEW, again: str | None = None) -> TestResponse:
    return submit(client, "/admin/account/password", {"old": old, "new": new, "again": new if again is None else again})


def test_a_new_password_counts_at_once_and_throws_out_the_other_browsers(
    signed_in: FlaskClient, app: Flask, suzuki: Staff, session: Session
) -> None:
    other = another_browser(app, suzuki)
    assert change(signed_in).status_code == 303
    assert is_in(signed_in)
    assert not is_in(other)
    assert audited(session) == ["staff.password_changed"]
    newcomer = app.test_client()
    assert submit(newcomer, "/admin/login", {"email": "suzuki@example.jp", "password": PASSWORD}).status_code == 422
    assert submit(newcomer, "/admin/login", {"email": "suzuki@example.jp", "password": NEW}).status_code == 303


def test_it_takes_the_old_one(signed_in: FlaskClient, session: Session) -> None:
    answer = change(signed_in, old="not the old one")
    assert answer.status_code == 422
    assert "今のパスワードが違います。" in answer.text
    assert audited(session) == ["staff.refused"]
    assert change(signed_in).status_code == 303


def test_a_stolen_screen_does_not_try_the_old_one_for_long(signed_in: FlaskClient) -> None:
    for _ in range(5):
        assert change(signed_in, old="not the old one").status_code == 422
    answer = change(signed_in)
    assert answer.status_code == 429
    assert "あと15分ほどで" in answer.text


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("short-one", "12文字以上"),
        ("password1234", "よく使われる言葉"),
        ("suzuki@example.jp", "お名前・メールアドレス・店舗の名前"),
        ("さくら茶舗さくら茶舗さくら", "お名前・メールアドレス・店舗の名前"),
        ("茶畑の向こうに海が見える朝" * 20, "200文字まで"),
        ("", "新しいパスワードを入力"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_in_words_that_help(
    signed_in: FlaskClient, session: Session, new: str, said: str
) -> None:
    answer = change(signed_in, new=new)
    assert answer.status_code == 422
    assert said in answer.text
    assert audited(session) == []


def test_two_different_new_ones_are_a_slip_of_the_finger(signed_in: FlaskClient) -> None:
    answer = change(signed_in, again=NEW + "!")
    assert answer.status_code == 422
    assert "2つの新しいパスワードが違っています" in answer.text


def test_no_password_is_ever_sent_back(signed_in: FlaskClient) -> None:
    text = unescape(change(signed_in, old="the-old-one-typed", new="short-one").text)
    assert "the-old-one-typed" not in text
    assert "short-one" not in text


# --- sessions --------------------------------------------------------------------------------------------------------
def test_the_own_sessions_are_listed_and_one_can_be_ended(
    signed_in: FlaskClient, app: Flask, suzuki: Staff, session: Session
) -> None:
    other, third = another_browser(app, suzuki), another_browser(app, suzuki)
    page = signed_in.get("/admin/account").text
    assert page.count("ログアウトさせる</button></form>") == 2
    assert "この画面" in page
    address = re.findall(r'action="(/admin/account/sessions/[^"]+/end)"', page)[0]
    assert submit(signed_in, address, {}, form_on="/admin/account").status_code == 303
    assert [is_in(client) for client in (signed_in, other, third)].count(True) == 2
    assert is_in(signed_in)
    submit(signed_in, "/admin/account/sessions/end-others", {}, form_on="/admin/account")
    assert [is_in(client) for client in (signed_in, other, third)] == [True, False, False]


def test_nobody_ends_somebody_elses_session(signed_in: FlaskClient, app: Flask, cast: Cast, session: Session) -> None:
    sato = cast.staff(cast.shop(slug="momiji", name="もみじ堂"), name="佐藤 次郎", email="sato@example.jp")
    session.commit()
    his = another_browser(app, sato)
    row = session.scalars(select(StaffSession).filter_by(staff_id=sato.id)).one()
    assert submit(signed_in, f"/admin/account/sessions/{row.id}/end", {}, form_on="/admin/account").status_code == 303
    submit(signed_in, "/admin/account/sessions/end-others", {}, form_on="/admin/account")
    assert is_in(his)


# --- the authenticator app -------------------------------------------------------------------------------------------
def shown_secret(client: FlaskClient, path: str = "/admin/account/totp") -> str:
    found = SHOWN_KEY.search(client.get(path).text)
    assert found
    return found[1].replace(" ", "")


def set_up(client: FlaskClient, app: Flask, path: str = "/admin/account/totp", query: str = "") -> TestResponse:
    secret = shown_secret(client, path)
    return submit(client, SET_UP + query, {"code": code(app, secret=secret)}, form_on=path)


def test_setting_the_app_up_shows_ten_codes_once(
    signed_in: FlaskClient, app: Flask, suzuki: Staff, session: Session
) -> None:
    page = signed_in.get("/admin/account/totp").text
    assert 'src="data:image/svg+xml' in page
    answer = set_up(signed_in, app)
    assert answer.status_code == 200
    codes = SHOWN_CODES.findall(answer.text)
    assert len(set(codes)) == 10
    assert audited(session) == ["staff.totp_set_up"]
    assert not any(each in signed_in.get("/admin/account/totp").text for each in codes)
    stored = session.scalars(select(RecoveryCode.code_digest)).all()
    assert len(stored) == 10
    assert not set(codes) & set(stored)
    newcomer = app.test_client()
    answer = submit(newcomer, "/admin/login", {"email": "suzuki@example.jp", "password": PASSWORD})
    assert answer.location == "/admin/login/code"
    assert submit(newcomer, "/admin/login/code", {"code": codes[0]}).status_code == 303


def test_the_secret_rests_encrypted(signed_in: FlaskClient, app: Flask, suzuki: Staff, session: Session) -> None:
    secret = shown_secret(signed_in)
    submit(signed_in, SET_UP, {"code": code(app, secret=secret)}, form_on="/admin/account/totp")
    session.refresh(suzuki)
    assert secret not in suzuki.totp_sealed
    assert app.extensions["seal"].open(suzuki.totp_sealed) == secret
    cookie = signed_in.get_cookie("mypage", path="/admin")
    assert cookie
    assert secret not in cookie.value


def test_the_picture_stays_the_same_while_it_is_being_scanned(signed_in: FlaskClient, app: Flask) -> None:
    first = shown_secret(signed_in)
    answer = submit(signed_in, SET_UP, {"code": wrong_code(app)}, form_on="/admin/account/totp")
    assert answer.status_code == 422
    assert "コードが違うか" in answer.text
    assert shown_secret(signed_in) == first


def test_nothing_is_asked_for_until_a_code_has_confirmed_it(
    signed_in: FlaskClient, app: Flask, suzuki: Staff, session: Session
) -> None:
    submit(signed_in, SET_UP, {"code": wrong_code(app)}, form_on="/admin/account/totp")
    session.refresh(suzuki)
    assert suzuki.totp_confirmed_at is None
    newcomer = app.test_client()
    answer = submit(newcomer, "/admin/login", {"email": "suzuki@example.jp", "password": PASSWORD})
    assert answer.location == "/admin/"


def test_the_code_of_the_setting_up_is_not_taken_again_at_the_door(signed_in: FlaskClient, app: Flask) -> None:
    secret = shown_secret(signed_in)
    submit(signed_in, SET_UP, {"code": code(app, secret=secret)}, form_on="/admin/account/totp")
    newcomer = app.test_client()
    submit(newcomer, "/admin/login", {"email": "suzuki@example.jp", "password": PASSWORD})
    assert submit(newcomer, "/admin/login/code", {"code": code(app, secret=secret)}).status_code == 422


def test_a_shop_that_demands_the_app_lets_nobody_in_without_and_leads_there_and_back(
    signed_in: FlaskClient, app: Flask, shop: Shop, session: Session
) -> None:
    shop.totp_demanded = True
    session.commit()
    answer = signed_in.get("/admin/shops/sakura/orders?q=1")
    assert answer.location == "/admin/account/totp?back=/admin/shops/sakura/orders?q%3D1"
    assert "さくら茶舗では、パスワードのほかに認証アプリが必要です。" in signed_in.get(answer.location).text
    done = set_up(signed_in, app, answer.location, "?back=/admin/shops/sakura/orders?q%3D1")
    assert 'href="/admin/shops/sakura/orders?q=1"' in done.text
    assert signed_in.get("/admin/shops/sakura/orders?q=1").status_code == 200


def test_a_session_older_than_the_app_is_asked_for_a_code_and_goes_on(
    client: FlaskClient, app: Flask, shop: Shop, with_phone: Staff, session: Session
) -> None:
    shop.totp_demanded = True
    session.commit()
    older = another_browser(app, with_phone)
    answer = older.get("/admin/shops/sakura/orders")
    assert answer.location == "/admin/account/totp?back=/admin/shops/sakura/orders"
    assert submit(older, answer.location, {"code": wrong_code(app)}).status_code == 422
    answer = submit(older, answer.location, {"code": code(app)})
    assert (answer.status_code, answer.location) == (303, "/admin/shops/sakura/orders")
    assert older.get(answer.location).status_code == 200


def test_an_older_session_does_not_set_another_app_up(app: Flask, with_phone: Staff, session: Session) -> None:
    older = another_browser(app, with_phone)
    page = older.get("/admin/account/totp").text
    assert not SHOWN_KEY.search(page)
    assert older.get(SET_UP).location == "/admin/account/totp"
    token = csrf_token(older, "/admin/account/totp")
    answer = older.post(SET_UP, data={"code": code(app), "csrf_token": token})
    assert answer.location == "/admin/account/totp"
    session.refresh(with_phone)
    assert app.extensions["seal"].open(with_phone.totp_sealed) == APP_SECRET


def test_a_picture_from_before_another_app_was_confirmed_is_worth_nothing(
    signed_in: FlaskClient, app: Flask, suzuki: Staff, clock: Clock
) -> None:
    other = another_browser(app, suzuki)
    secret = shown_secret(other)
    set_up(signed_in, app)
    clock.forward(minutes=1)
    token = csrf_token(other, "/admin/account")
    answer = other.post(SET_UP, data={"code": code(app, secret=secret), "csrf_token": token})
    assert answer.location == "/admin/account/totp"


MANAGING = ("move", "recovery-codes", "off")


@pytest.mark.parametrize("what", MANAGING)
def test_changing_anything_about_the_app_takes_a_code(
    client: FlaskClient, app: Flask, with_phone: Staff, session: Session, what: str
) -> None:
    recovery.renew(session, with_phone)
    session.commit()
    before = (with_phone.totp_sealed, set(session.scalars(select(RecoveryCode.code_digest))))
    answer = submit(client, f"/admin/account/totp/{what}", {"code": wrong_code(app)}, form_on="/admin/account/totp")
    assert answer.status_code == 422
    assert "コードが違うか" in answer.text
    session.rollback()
    session.refresh(with_phone)
    assert (with_phone.totp_sealed, set(session.scalars(select(RecoveryCode.code_digest)))) == before


def test_moving_to_another_phone_keeps_the_old_one_until_the_new_one_is_confirmed(
    client: FlaskClient, app: Flask, with_phone: Staff, session: Session, clock: Clock
) -> None:
    answer = submit(client, "/admin/account/totp/move", {"code": code(app)}, form_on="/admin/account/totp")
    assert answer.location == SET_UP
    secret = shown_secret(client, SET_UP)
    assert secret != APP_SECRET
    session.refresh(with_phone)
    assert app.extensions["seal"].open(with_phone.totp_sealed) == APP_SECRET
    assert submit(client, SET_UP, {"code": code(app, secret=secret)}).status_code == 200
    session.rollback()
    session.refresh(with_phone)
    assert app.extensions["seal"].open(with_phone.totp_sealed) == secret


def test_new_recovery_codes_make_the_old_ones_worthless(
    client: FlaskClient, app: Flask, with_phone: Staff, session: Session
) -> None:
    old = recovery.renew(session, with_phone)
    session.commit()
    answer = submit(client, "/admin/account/totp/recovery-codes", {"code": code(app)}, form_on="/admin/account/totp")
    new = SHOWN_CODES.findall(answer.text)
    assert len(new) == 10
    newcomer = app.test_client()
    submit(newcomer, "/admin/login", {"email": "suzuki@example.jp", "password": PASSWORD})
    assert submit(newcomer, "/admin/login/code", {"code": old[0]}).status_code == 422
    assert submit(newcomer, "/admin/login/code", {"code": new[0]}).status_code == 303
    assert "staff.recovery_codes_renewed" in audited(session)


def test_the_app_can_be_given_up_unless_a_shop_demands_it(
    client: FlaskClient, app: Flask, shop: Shop, with_phone: Staff, session: Session, clock: Clock
) -> None:
    shop.totp_demanded = True
    session.commit()
    assert "認証アプリをやめることはできません" in client.get("/admin/account/totp").text
    submit(client, "/admin/account/totp/off", {"code": code(app)}, form_on="/admin/account/totp")
    session.refresh(with_phone)
    assert with_phone.totp_confirmed_at
    shop.totp_demanded = False
    session.commit()
    clock.forward(seconds=30)
    answer = submit(client, "/admin/account/totp/off", {"code": code(app)}, form_on="/admin/account/totp")
    assert answer.location == "/admin/account"
    session.refresh(with_phone)
    assert (with_phone.totp_confirmed_at, with_phone.totp_sealed) == (None, "")
    assert session.scalars(select(RecoveryCode)).all() == []
    assert audited(session)[-1] == "staff.totp_turned_off"


# --- the rest --------------------------------------------------------------------------------------------------------
def test_only_those_who_are_signed_in_come_to_the_account(client: FlaskClient, suzuki: Staff) -> None:
    for path in ("/admin/account", "/admin/account/password", "/admin/account/totp"):
        assert client.get(path).location == f"/admin/login?back={path}"
    token = csrf_token(client, "/admin/login")
    for path in ("name", "password", "totp", "totp/new", "totp/move", "totp/off", "totp/recovery-codes"):
        answer = client.post(f"/admin/account/{path}", data={"csrf_token": token})
        assert answer.location == "/admin/login", path


def test_changing_the_password_makes_mailed_links_worthless(
    signed_in: FlaskClient, app: Flask, session: Session
) -> None:
    submit(app.test_client(), "/admin/password", {"email": "suzuki@example.jp"})
    change(signed_in)
    session.rollback()
    assert session.scalars(select(StaffLink)).one().used_at
