"""Who may open the staff's pages."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.values.roles import Role
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.web.test_errors import no_database


def test_a_stranger_is_sent_to_the_staffs_door(client: FlaskClient, cast: Cast) -> None:
    cast.shop()
    cast.session.commit()
    answer = client.get("/admin/shops/sakura/orders")
    assert answer.status_code == 303
    assert answer.location.startswith("/admin/login?back=")


def test_a_member_opens_the_own_shop_and_no_other(client: FlaskClient, cast: Cast) -> None:
    suzuki = cast.staff(cast.shop(), role=Role.VIEWER)
    cast.shop(slug="momiji", name="もみじ堂")
    cast.session.commit()
    sign_in(client, suzuki)
    assert "さくら茶舗" in client.get("/admin/shops/sakura/orders").text
    assert client.get("/admin/shops/momiji/orders").status_code == 404
    assert client.get("/admin/shops/nowhere/orders").status_code == 404


# --- by role ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("role", "status"), [(Role.VIEWER, 403), (Role.OPERATOR, 403), (Role.MANAGER, 200)])
def test_too_low_a_role_is_told_so_in_the_shops_frame(client: FlaskClient, cast: Cast, role: Role, status: int) -> None:
    suzuki = cast.staff(cast.shop(), role=role)
    cast.session.commit()
    sign_in(client, suzuki)
    answer = client.get("/admin/shops/sakura/members")
    assert answer.status_code == status
    if status == 403:
        assert "この操作をする権限がありません" in answer.text
        assert 'class="admin"' in answer.text
        assert "さくら茶舗" in answer.text
        assert 'class="desk-menu"' in answer.text, "and the way to what one may do"


@pytest.mark.parametrize(("totp", "status"), [(True, 200), (False, 303)])
def test_a_shop_that_demands_the_app_lets_in_whose_session_proved_it(
    client: FlaskClient, cast: Cast, totp: bool, status: int
) -> None:
    suzuki = cast.staff(cast.shop(totp_demanded=True))
    cast.session.commit()
    sign_in(client, suzuki, totp=totp)
    assert client.get("/admin/shops/sakura/orders").status_code == status


def test_the_app_is_asked_for_before_the_role_is_told(client: FlaskClient, cast: Cast) -> None:
    suzuki = cast.staff(cast.shop(totp_demanded=True), role=Role.VIEWER)
    cast.session.commit()
    sign_in(client, suzuki)
    assert client.get("/admin/shops/sakura/members").location.startswith("/admin/account/totp")


def test_every_page_of_the_staff_says_whom_it_admits(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("admin."):
            signed_in, role = app.view_functions[rule.endpoint].admits  # type: ignore[attr-defined]
            assert ("<slug>" in rule.rule) is (role is not None), rule
            assert signed_in or rule.rule.startswith(("/admin/login", "/admin/password")), rule


# --- when something goes wrong ---------------------------------------------------------------------------------------
@pytest.fixture
def served(app: Flask) -> FlaskClient:
    """Return a client of the app in production mode, where an exception becomes an error page."""
    app.config["TESTING"] = False
    return app.test_client()


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/admin/nowhere", 404, "ページが見つかりません"),
        ("/admin/shops/momiji/orders", 404, "担当していない店舗のページも"),
        ("/admin/logout", 405, "このページは直接開けません"),
    ],
)
def test_a_wrong_address_is_answered_in_the_staffs_frame(
    client: FlaskClient, cast: Cast, path: str, status: int, said: str
) -> None:
    suzuki = cast.staff(cast.shop())
    cast.shop(slug="momiji", name="もみじ堂")
    cast.session.commit()
    sign_in(client, suzuki)
    answer = client.get(path)
    assert answer.status_code == status
    assert said in answer.text
    assert 'class="admin"' in answer.text
    assert "鈴木 一郎" in answer.text
    assert "もみじ堂" not in answer.text
    assert "お店からのメール" not in answer.text, "the buyer's advice"


def test_a_form_older_than_the_visit_is_answered_in_the_staffs_frame(client: FlaskClient, cast: Cast) -> None:
    suzuki = cast.staff(cast.shop())
    cast.session.commit()
    sign_in(client, suzuki)
    answer = client.post("/admin/account/name", data={"name": "x", "csrf_token": "made-up"})
    assert answer.status_code == 400
    assert "何も変更されていません" in answer.text
    assert 'class="admin"' in answer.text


def test_a_crash_is_answered_in_the_staffs_frame(served: FlaskClient, cast: Cast) -> None:
    suzuki = cast.staff(cast.shop())
    cast.session.commit()
    sign_in(served, suzuki)

    def crash() -> None:
        raise RuntimeError

    crash.admits = (True, Role.VIEWER)  # type: ignore[attr-defined]
    served.application.view_functions["admin.show_orders"] = crash
    answer = served.get("/admin/shops/sakura/orders")
    assert answer.status_code == 500
    assert "こちらの不具合です" in answer.text
    assert "さくら茶舗" in answer.text
    assert 'class="admin"' in answer.text


def test_without_a_database_the_staff_still_get_a_page(served: FlaskClient, cast: Cast) -> None:
    suzuki = cast.staff(cast.shop())
    cast.session.commit()
    sign_in(served, suzuki)
    with no_database(served.application):
        answer = served.get("/admin/shops/sakura/orders")
    assert answer.status_code == 503
    assert "しばらくしてから、もう一度開いてください" in answer.text
    assert 'class="admin"' in answer.text
