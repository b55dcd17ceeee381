"""The session: which orders the cookie opens, the cookie itself, and what ends it."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from portal.access import sessions
from portal.config import Settings
from portal.extensions import db
from portal.models import BuyerSession, Order, Shop
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.access.visits import page, token
from tests.mypage.signing_in import csrf_token, link, log_in, submit


# --- whose order -----------------------------------------------------------------------------------------------------
def test_who_has_not_logged_in_is_sent_to_the_login_page(client: FlaskClient, order: Order) -> None:
    answer = client.get(page(order))
    assert (answer.status_code, answer.location) == (303, "/sakura/")


def test_an_order_that_does_not_exist_sends_there_too(client: FlaskClient, shop: Shop, order: Order) -> None:
    answer = client.get(f"/sakura/orders/{shop.id}")
    assert (answer.status_code, answer.location) == (303, "/sakura/")


def test_the_wrong_buyer_finds_nothing(client: FlaskClient, cast: Cast, shop: Shop, order: Order) -> None:
    taros = cast.order(shop, "A-20000", **TARO)
    cast.session.commit()
    log_in(client, shop, taros)
    assert client.get(page(taros)).status_code == 200
    assert client.get(page(order)).status_code == 404
    assert client.get(f"/sakura/orders/{shop.id}").status_code == 404


def test_the_same_address_alone_opens_no_other_order(client: FlaskClient, cast: Cast, shop: Shop, order: Order) -> None:
    second = cast.order(shop, "A-20000")
    cast.session.commit()
    log_in(client, shop, order)
    assert client.get(page(second)).status_code == 404


def test_where_the_shop_asks_no_code_the_same_address_opens_the_other_orders(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order
) -> None:
    second, taros, nobodys = (
        cast.order(shop, "A-20000"),
        cast.order(shop, "A-30000", **TARO),
        cast.order(shop, "A-40000", email="", email_key=""),
    )
    shop.second_step = {"other_orders": False}
    cast.session.commit()
    log_in(client, shop, order)
    assert client.get(page(second)).status_code == 200
    assert client.get(page(taros)).status_code == 404
    assert client.get(page(nobodys)).status_code == 404


def test_orders_without_an_address_are_not_one_buyers(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order
) -> None:
    one, other = (cast.order(shop, code, email="", email_key="") for code in ("A-40000", "A-50000"))
    shop.second_step = {"other_orders": False}
    cast.session.commit()
    log_in(client, shop, one)
    assert client.get(page(other)).status_code == 404


def test_several_orders_can_be_proved_one_after_the_other(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order
) -> None:
    second = cast.order(shop, "A-20000")
    cast.session.commit()
    log_in(client, shop, order)
    log_in(client, shop, second)
    assert [client.get(page(each)).status_code for each in (order, second)] == [200, 200]


def test_the_order_is_found_in_one_query(client: FlaskClient, app: Flask, shop: Shop, order: Order) -> None:
    log_in(client, shop, order)
    with app.app_context():
        engine = db.engine
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    client.get(page(order))
    assert len([statement for statement in statements if "buyer_session" in statement]) == 1


# --- two shops -------------------------------------------------------------------------------------------------------
def test_two_shops_in_one_browser_do_not_disturb_each_other(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order
) -> None:
    midori = cast.shop("midori")
    there = cast.order(midori)
    cast.session.commit()
    log_in(client, shop, order)
    log_in(client, midori, there)
    assert [client.get(page(order)).status_code, client.get(page(there, "midori")).status_code] == [200, 200]
    submit(client, "/midori/logout", {}, form_on="/midori/")
    assert [client.get(page(order)).status_code, client.get(page(there, "midori")).status_code] == [200, 303]


def test_a_shop_whose_name_begins_alike_gets_no_cookie(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order
) -> None:
    alike = cast.shop("sakura2")
    cast.session.commit()
    log_in(client, shop, order)
    client.get(f"/{alike.slug}/")
    assert token(client, "sakura2") == "None"


def test_a_session_of_one_shop_is_worth_nothing_in_another(
    app: Flask, client: FlaskClient, cast: Cast, shop: Shop, order: Order
) -> None:
    midori = cast.shop("midori")
    there = cast.order(midori)
    cast.session.commit()
    log_in(client, shop, order)
    stolen = token(client)
    thief = app.test_client()
    with thief.session_transaction("/midori/") as cookie:
        cookie["visit"] = stolen
    assert thief.get(page(there, "midori")).status_code == 303


# --- the cookie ------------------------------------------------------------------------------------------------------
def test_the_cookie_belongs_to_the_shop_and_to_no_script(client: FlaskClient, shop: Shop, order: Order) -> None:
    cookie = log_in(client, shop, order).headers["Set-Cookie"]
    assert "Path=/sakura;" in cookie + ";"
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_tls_the_cookie_is_secure(
    make_app: Callable[[], Flask], settings: Settings, shop: Shop, order: Order
) -> None:
    settings.public_url = "https://mypage.example.jp"
    client = make_app().test_client()
    answer = client.get(link(client, shop, order), base_url="https://mypage.example.jp")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_login_gives_a_new_cookie_and_the_old_one_is_dead(
    app: Flask, client: FlaskClient, cast: Cast, shop: Shop, order: Order
) -> None:
    second = cast.order(shop, "A-20000")
    cast.session.commit()
    log_in(client, shop, order)
    known_to_another = token(client)
    log_in(client, shop, second)
    assert token(client) != known_to_another
    other = app.test_client()
    with other.session_transaction("/sakura/") as cookie:
        cookie["visit"] = known_to_another
    assert other.get(page(order)).status_code == 303


def test_a_cookie_planted_before_the_login_is_worth_nothing_after_it(
    app: Flask, client: FlaskClient, shop: Shop, order: Order
) -> None:
    with client.session_transaction("/sakura/") as cookie:
        cookie["visit"] = "chosen by somebody else"
    log_in(client, shop, order)
    assert token(client) != "chosen by somebody else"


def test_the_form_token_changes_with_the_login(client: FlaskClient, shop: Shop, order: Order) -> None:
    before = csrf_token(client, "/sakura/")
    log_in(client, shop, order)
    answer = client.post("/sakura/logout", data={"csrf_token": before})
    assert answer.status_code == 400
    assert client.get(page(order)).status_code == 200


def test_the_database_does_not_know_the_token(client: FlaskClient, session: Session, shop: Shop, order: Order) -> None:
    log_in(client, shop, order)
    assert session.scalars(select(BuyerSession.token_digest)).one() != token(client)


def test_a_cookie_signed_with_a_key_of_the_ring_goes_on_working(
    make_app: Callable[[], Flask], settings: Settings, shop: Shop, order: Order
) -> None:
    settings.secret_keys = ("an older key",)
    old = make_app().test_client()
    log_in(old, shop, order)
    signed = old.get_cookie("mypage", path="/sakura")
    assert signed is not None
    settings.secret_keys = ("the newest key", "an older key")
    client = make_app().test_client()
    client.set_cookie("mypage", signed.value, path="/sakura")
    assert client.get(page(order)).status_code == 200


# --- what ends it ----------------------------------------------------------------------------------------------------
def test_signing_out_ends_it_on_the_server(app: Flask, client: FlaskClient, shop: Shop, order: Order) -> None:
    log_in(client, shop, order)
    kept = token(client)
    answer = submit(client, "/sakura/logout", {}, form_on=page(order))
    assert (answer.status_code, answer.location) == (303, "/sakura/?note=signed_out")
    assert "ログアウトしました" in client.get(answer.location).text
    assert client.get(page(order)).status_code == 303
    other = app.test_client()
    with other.session_transaction("/sakura/") as cookie:
        cookie["visit"] = kept
    assert other.get(page(order)).location == "/sakura/?note=ended"


def test_signing_out_twice_is_no_error(client: FlaskClient, shop: Shop, order: Order) -> None:
    assert submit(client, "/sakura/logout", {}, form_on="/sakura/").status_code == 303


def test_a_link_cannot_sign_anybody_out(client: FlaskClient, shop: Shop, order: Order) -> None:
    log_in(client, shop, order)
    assert client.get("/sakura/logout").status_code == 405
    assert client.get(page(order)).status_code == 200


def test_staff_end_every_session_of_an_order_at_once(
    app: Flask, client: FlaskClient, cast: Cast, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    taros = cast.order(shop, "A-20000", **TARO)
    cast.session.commit()
    taro = app.test_client()
    log_in(client, shop, order)
    log_in(app.test_client(), shop, order)
    log_in(taro, shop, taros)
    assert sessions.end_all(session, shop, order=order, actor="staff:suzuki", now=clock()) == 2
    session.commit()
    answer = client.get(page(order))
    assert (answer.status_code, answer.location) == (303, "/sakura/?note=ended")
    assert "もう一度入力してください" in client.get(answer.location).text
    assert taro.get(page(taros)).status_code == 200


def test_staff_end_every_session_of_their_shop_and_of_no_other(
    app: Flask, client: FlaskClient, cast: Cast, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    midori = cast.shop("midori")
    there = cast.order(midori)
    cast.session.commit()
    log_in(client, shop, order)
    log_in(client, midori, there)
    assert sessions.end_all(session, shop, actor="staff:suzuki", now=clock()) == 1
    session.commit()
    assert [client.get(page(order)).status_code, client.get(page(there, "midori")).status_code] == [303, 200]
