"""The staff's login: who gets in, who does not, and that nobody can tell why."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, Membership, Staff, StaffLock, StaffSession
from portal.staff.passwords import Passwords, Proof
from tests.admin.people.login_page import LOCKED, REFUSED, SUZUKI, audited, is_in, try_in
from tests.admin.signing_in import sign_in
from tests.cast import PASSWORD, PASSWORD_HASH, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token, submit

NOBODY = "nobody@example.jp"


class Counting(Passwords):
    """Password check that counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__(memory_kib=8, passes=1)
        self.checks = 0

    def check(self, stored: str, typed: str) -> Proof:
        self.checks += 1
        return super().check(stored, typed)


@pytest.fixture
def suzuki(cast: Cast) -> Staff:
    suzuki = cast.staff(cast.shop())
    cast.session.commit()
    return suzuki


@pytest.fixture
def counting(app: Flask) -> Counting:
    app.extensions["passwords"] = Counting()
    counting: Counting = app.extensions["passwords"]
    return counting


# --- address and password --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("email", [SUZUKI, "Suzuki@Example.JP", " ｓｕｚｕｋｉ＠example.jp "])
def test_suzuki_gets_in_and_the_own_shops_hear_of_it(
    client: FlaskClient, suzuki: Staff, session: Session, email: str
) -> None:
    answer = try_in(client, email)
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert "鈴木 一郎" in client.get("/admin/", follow_redirects=True).text
    assert audited(session) == [("staff.signed_in", f"staff:{suzuki.id}")]


def test_signing_in_is_audited_in_each_of_the_persons_shops(client: FlaskClient, cast: Cast, session: Session) -> None:
    cast.staff(cast.shop(), cast.shop(slug="momiji", name="もみじ堂"))
    cast.shop(slug="yuzu", name="ゆず屋")
    session.commit()
    try_in(client)
    assert len({row.shop_id for row in session.scalars(select(AuditEntry))}) == 2


@pytest.mark.usefixtures("suzuki")
@pytest.mark.parametrize(
    ("email", "password"), [(SUZUKI, PASSWORD + "x"), (SUZUKI, PASSWORD.lower()), (NOBODY, PASSWORD)]
)
def test_a_wrong_password_and_an_address_nobody_has_get_one_answer(
    client: FlaskClient, email: str, password: str
) -> None:
    answer = try_in(client, email, password)
    assert answer.status_code == 422
    assert REFUSED in answer.text
    assert 'role="alert"' in answer.text
    assert password not in answer.text
    assert f'value="{email}"' in answer.text, "the address need not be typed again"
    assert not is_in(client)


@pytest.mark.parametrize("facts", [{}, {"disabled_at": True}, {"password_hash": ""}])
def test_the_answer_is_letter_for_letter_the_same(
    client: FlaskClient, cast: Cast, clock: Clock, facts: dict[str, object]
) -> None:
    """The answer is the same for a wrong password, a closed account and an invitation that is not answered yet."""
    if "disabled_at" in facts:
        facts = {"disabled_at": clock()}
    cast.staff(cast.shop(), **facts)
    cast.session.commit()
    told = []
    for email in (SUZUKI, NOBODY):
        answer = try_in(client, email, PASSWORD if facts else "wrong password")
        text = re.sub(r'nonce="[^"]*"|value="[^"]*"', "", answer.text)
        told.append((answer.status_code, text, sorted(name for name, _ in answer.headers)))
    assert told[0] == told[1]


@pytest.mark.parametrize("stored", [PASSWORD_HASH, ""])
def test_the_same_work_is_done_whoever_is_tried(
    client: FlaskClient, cast: Cast, counting: Counting, stored: str
) -> None:
    cast.staff(cast.shop(), password_hash=stored)
    cast.session.commit()
    for email in (SUZUKI, NOBODY, "no address at all"):
        before = counting.checks
        assert try_in(client, email, "wrong password").status_code == 422
        assert counting.checks - before == 1, email


def test_nothing_typed_is_asked_for_and_is_no_failure(client: FlaskClient, suzuki: Staff, session: Session) -> None:
    answer = try_in(client, "", "")
    assert answer.status_code == 422
    assert "メールアドレスを入力してください。" in answer.text
    assert "パスワードを入力してください。" in answer.text
    assert session.scalars(select(StaffLock)).all() == []


def test_blanks_around_a_password_belong_to_it(client: FlaskClient, app: Flask, cast: Cast) -> None:
    cast.staff(cast.shop(), password_hash=app.extensions["passwords"].hash(" " + PASSWORD))
    cast.session.commit()
    assert try_in(client, password=PASSWORD).status_code == 422
    assert try_in(client, password=" " + PASSWORD).status_code == 303


def test_a_hash_from_times_of_less_work_is_renewed(
    client: FlaskClient, app: Flask, suzuki: Staff, session: Session
) -> None:
    app.extensions["passwords"] = Passwords(memory_kib=16, passes=1)
    assert try_in(client).status_code == 303
    session.refresh(suzuki)
    assert "m=16," in suzuki.password_hash
    client.delete_cookie("mypage", path="/admin")
    assert try_in(client).status_code == 303


# --- the cookie ------------------------------------------------------------------------------------------------------
def test_a_cookie_from_before_signing_in_is_worth_nothing_afterwards(
    client: FlaskClient, app: Flask, suzuki: Staff
) -> None:
    """Whoever planted or saw the earlier cookie has gained nothing."""
    client.get("/admin/login")
    before = client.get_cookie("mypage", path="/admin")
    assert before
    try_in(client)
    thief = app.test_client()
    thief.set_cookie("mypage", before.value, path="/admin")
    assert is_in(client)
    assert not is_in(thief)


def test_signing_in_again_ends_the_session_before(client: FlaskClient, app: Flask, suzuki: Staff, clock: Clock) -> None:
    try_in(client)
    before = client.get_cookie("mypage", path="/admin")
    assert before
    token = csrf_token(client, "/admin/account")
    client.post("/admin/login", data={"email": SUZUKI, "password": PASSWORD, "csrf_token": token})
    thief = app.test_client()
    thief.set_cookie("mypage", before.value, path="/admin")
    assert is_in(client)
    assert not is_in(thief)


def test_a_cookie_kept_from_before_signing_out_opens_nothing(client: FlaskClient, app: Flask, suzuki: Staff) -> None:
    try_in(client)
    kept = client.get_cookie("mypage", path="/admin")
    assert kept
    answer = submit(client, "/admin/logout", {}, form_on="/admin/account")
    assert (answer.status_code, answer.location) == (303, "/admin/login")
    assert "ログアウトしました。" in client.get("/admin/login").text
    thief = app.test_client()
    thief.set_cookie("mypage", kept.value, path="/admin")
    assert not is_in(thief)
    assert not is_in(client)


@pytest.mark.parametrize(
    ("steps", "is_still_in"), [([1.9, 1.9], True), ([2.1], False), ([1.5] * 7, True), ([1.5] * 9, False)]
)
def test_two_hours_of_nothing_or_twelve_in_all_end_it(
    client: FlaskClient, suzuki: Staff, clock: Clock, steps: list[float], is_still_in: bool
) -> None:
    try_in(client)
    for hours in steps:
        clock.forward(hours=hours)
        last = is_in(client)
    assert last is is_still_in


def test_the_database_holds_no_token(client: FlaskClient, suzuki: Staff, session: Session) -> None:
    try_in(client)
    with client.session_transaction("/admin/") as cookie:
        token = cookie["_user_id"]
    assert token not in session.scalars(select(StaffSession.token_digest)).all()


# --- the page after signing in ---------------------------------------------------------------------------------------
def test_one_goes_on_to_where_one_wanted(client: FlaskClient, suzuki: Staff) -> None:
    answer = client.get("/admin/shops/sakura/orders?q=A-1")
    door = client.get(answer.location)
    assert door.status_code == 200
    assert try_in(client, path=answer.location).location == "/admin/shops/sakura/orders?q=A-1"


@pytest.mark.parametrize(
    "back",
    [
        *(
            "https://evil.example/admin/",
            "//evil.example/admin/",
            "/\\evil.example",
            "\\\\evil.example",
            "/admin//evil.example",
        ),
        *(
            "javascript:alert(1)",
            "/sakura/",
            "/admin/login",
            "/admin/nowhere",
            "/admin/../sakura/",
            "admin/",
            "",
            "http:///admin/",
        ),
        *("/admin/logout", "/static/icon.svg", "//[", "/admin/\r\nSet-Cookie: a=b"),
    ],
)
def test_nobody_is_sent_on_to_a_place_that_is_not_ours(client: FlaskClient, suzuki: Staff, back: str) -> None:
    token = csrf_token(client, "/admin/login")
    fields = {"email": SUZUKI, "password": PASSWORD, "csrf_token": token}
    answer = client.post("/admin/login", query_string={"back": back}, data=fields)
    assert (answer.status_code, answer.location) == (303, "/admin/")


def test_who_is_in_already_goes_straight_on(client: FlaskClient, suzuki: Staff) -> None:
    try_in(client)
    answer = client.get("/admin/login?back=/admin/account")
    assert (answer.status_code, answer.location) == (303, "/admin/account")


def test_a_partial_is_answered_with_the_door_for_the_whole_page(client: FlaskClient, suzuki: Staff) -> None:
    shown = {"HX-Request": "true", "HX-Current-URL": "http://localhost/admin/shops/sakura/orders?q=1"}
    answer = client.get("/admin/shops/sakura/orders?page=2", headers=shown)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/admin/login?back=/admin/shops/sakura/orders?q%3D1"


# --- the lock --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("email", [SUZUKI, NOBODY, "no address at all"])
def test_after_five_failures_the_door_is_shut_for_known_and_unknown_alike(
    client: FlaskClient, suzuki: Staff, counting: Counting, clock: Clock, email: str
) -> None:
    for _ in range(5):
        assert try_in(client, email, "wrong password").status_code == 422
    before = counting.checks
    answer = try_in(client, email, PASSWORD)
    assert answer.status_code == 429
    assert LOCKED in answer.text
    assert "あと15分ほどで" in answer.text
    assert "メールでパスワードを決め直す" in answer.text
    assert answer.headers["Retry-After"] == "900"
    assert counting.checks == before, "whoever is locked out makes no work"
    clock.forward(minutes=14, seconds=30)
    assert "あと1分ほどで" in try_in(client, email, PASSWORD).text
    clock.forward(minutes=1)
    assert try_in(client, email, PASSWORD).status_code == (303 if email == SUZUKI else 422)


def test_the_lock_holds_after_a_restart_and_for_another_browser(
    client: FlaskClient, app: Flask, make_app: object, suzuki: Staff
) -> None:
    for _ in range(5):
        try_in(client, password="wrong password")
    assert callable(make_app)
    other = make_app().test_client()
    token = csrf_token(other, "/admin/login")
    fields = {"email": SUZUKI, "password": PASSWORD, "csrf_token": token}
    answer = other.post("/admin/login", data=fields, environ_overrides={"REMOTE_ADDR": "198.51.100.9"})
    assert answer.status_code == 429


def test_four_failures_are_forgotten_once_suzuki_is_in(client: FlaskClient, app: Flask, suzuki: Staff) -> None:
    for _ in range(2):
        for _ in range(4):
            assert try_in(client, password="wrong password").status_code == 422
        assert try_in(client).status_code == 303
        client = app.test_client()


def test_failures_of_a_known_person_are_audited_and_name_nobody_as_the_doer(
    client: FlaskClient, suzuki: Staff, session: Session
) -> None:
    try_in(client, password="wrong password")
    try_in(client, NOBODY)
    assert audited(session) == [("staff.refused", "door")]


@pytest.mark.parametrize("right_one", [None, 7])
def test_of_many_tries_at_once_only_five_are_judged(
    app: Flask, suzuki: Staff, session: Session, right_one: int | None
) -> None:
    """Twelve browsers send at the same moment. Which of them are judged is chance; it is never more than five."""
    clients = [app.test_client() for _ in range(12)]
    tokens = [csrf_token(client, "/admin/login") for client in clients]
    together = Barrier(len(clients))

    def one(number: int) -> int:
        fields = {"email": SUZUKI, "csrf_token": tokens[number]}
        fields["password"] = PASSWORD if number == right_one else "wrong password"
        together.wait()
        return clients[number].post("/admin/login", data=fields).status_code

    with ThreadPoolExecutor(len(clients)) as pool:
        statuses = list(pool.map(one, range(len(clients))))
    if right_one is None:
        assert sorted(statuses) == [422] * 5 + [429] * 7
    else:
        refused = [number for number, status in enumerate(statuses) if status == 422]
        # A correct password that gets through resets the count.
        assert len(refused) <= (9 if statuses[right_one] == 303 else 5)
        assert set(statuses) <= {303, 422, 429}
    failures = session.scalars(select(StaffLock.failures).where(StaffLock.locked_until.is_not(None))).all()
    assert all(count == 0 for count in failures)


# --- afterwards ------------------------------------------------------------------------------------------------------
def test_who_is_closed_or_has_no_shop_any_more_sees_nothing(
    client: FlaskClient, suzuki: Staff, session: Session, clock: Clock
) -> None:
    sign_in(client, suzuki)
    session.execute(Membership.__table__.delete())  # type: ignore[attr-defined]
    session.commit()
    assert client.get("/admin/shops/sakura/orders").status_code == 404
    assert "担当している店舗がまだありません" in client.get("/admin/").text
    suzuki.disabled_at = clock()
    session.commit()
    assert client.get("/admin/").location.startswith("/admin/login")


def test_tries_are_held_to_a_number_a_minute(client: FlaskClient, suzuki: Staff) -> None:
    token = csrf_token(client, "/admin/login")
    fields = {"email": "", "password": "", "csrf_token": token}
    statuses = {client.post("/admin/login", data=fields).status_code for _ in range(31)}
    assert statuses == {422, 429}
    page = client.post("/admin/login", data=fields).text
    assert "しばらくお待ちください" in page
    assert 'class="admin"' in page, "in the staff's own frame"
