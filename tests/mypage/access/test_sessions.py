"""The session: what the cookie opens, for how long, and what ends it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from portal.access import sessions
from portal.config import Settings
from portal.extensions import db
from portal.models import BuyerRequest, BuyerSession, Order, SessionOrder, Shop
from portal.values.states import OrderStatus
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token, link, log_in, submit


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop()


@pytest.fixture
def order(cast: Cast, shop: Shop) -> Order:
    order = cast.order(shop)
    cast.session.commit()
    return order


def page(order: Order, slug: str = "sakura") -> str:
    return f"/{slug}/orders/{order.id}"


def token(client: FlaskClient, slug: str = "sakura") -> str:
    """What the cookie holds."""
    with client.session_transaction(f"/{slug}/") as cookie:
        return str(cookie.get("visit"))


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


# --- its time --------------------------------------------------------------------------------------------------------
def test_after_thirty_idle_minutes_she_types_her_name_again(
    client: FlaskClient, shop: Shop, order: Order, clock: Clock
) -> None:
    log_in(client, shop, order)
    clock.forward(minutes=29, seconds=59)
    assert client.get(page(order)).status_code == 200
    clock.forward(minutes=30)
    answer = client.get(page(order))
    assert answer.status_code == 303
    assert answer.location == f"{link(client, shop, order)}?note=timeout"
    login_page = client.get(answer.location).text
    assert "A-10234" in login_page
    assert "しばらく操作がなかった" in login_page


def test_each_visit_of_a_page_begins_the_thirty_minutes_anew(
    client: FlaskClient, shop: Shop, order: Order, clock: Clock
) -> None:
    log_in(client, shop, order)
    for _ in range(5):
        clock.forward(minutes=29)
        assert client.get(page(order)).status_code == 200


def test_the_page_that_refreshes_itself_is_no_activity(
    client: FlaskClient, shop: Shop, order: Order, clock: Clock
) -> None:
    log_in(client, shop, order)
    for _ in range(3):
        clock.forward(minutes=9)
        assert client.get(f"{page(order)}/tracking", headers={"HX-Request": "true"}).status_code == 200
    clock.forward(minutes=4)
    answer = client.get(f"{page(order)}/tracking", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/sakura/o/")
    assert answer.text == ""


def test_twelve_hours_are_the_end_even_for_the_busiest(
    client: FlaskClient, shop: Shop, order: Order, clock: Clock
) -> None:
    log_in(client, shop, order)
    for _ in range(47):
        clock.forward(minutes=15)
        assert client.get(page(order)).status_code == 200
    clock.forward(minutes=15)
    assert client.get(page(order)).status_code == 303


def test_logging_in_again_does_not_stretch_the_twelve_hours_of_an_earlier_order(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order, clock: Clock
) -> None:
    second = cast.order(shop, "A-20000")
    cast.session.commit()
    log_in(client, shop, order)
    for _ in range(47):
        clock.forward(minutes=15)
        client.get(page(order))
    log_in(client, shop, second)
    clock.forward(minutes=15)
    assert client.get(page(order)).status_code == 303


def test_the_idle_time_is_written_at_most_once_a_minute(
    client: FlaskClient, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    log_in(client, shop, order)
    path, logged_in = page(order), clock()
    seen = []
    for _ in range(4):
        clock.forward(seconds=25)
        client.get(path)
        session.rollback()
        seen.append(session.scalars(select(BuyerSession.seen_at)).one() - logged_in)
    assert [int(each.total_seconds()) for each in seen] == [0, 0, 75, 75]


def forget_that_she_was_seen(session: Session, instant: datetime) -> None:
    session.rollback()
    session.execute(update(BuyerSession).values(seen_at=instant))
    session.commit()


def test_a_preview_begins_the_thirty_minutes_anew(
    client: FlaskClient, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    log_in(client, shop, order)
    logged_in = clock()
    for _ in range(3):
        clock.forward(minutes=20)
        token_of_form = csrf_token(client, f"/sakura/requests/new?order={order.id}")
        forget_that_she_was_seen(session, clock() - timedelta(minutes=20))
        fields = {"addressee": "山田 花子", "csrf_token": token_of_form}
        assert client.post(f"{page(order)}/receipt/preview", data=fields).status_code in (200, 422)
        session.rollback()
        assert session.scalars(select(BuyerSession.seen_at)).one() == clock()
    assert clock() - logged_in == timedelta(hours=1)


def test_a_refused_form_begins_the_thirty_minutes_anew(
    client: FlaskClient, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    log_in(client, shop, order)
    form = f"/sakura/requests/new?order={order.id}"
    token_of_form = csrf_token(client, form)
    clock.forward(minutes=20)
    assert client.post(form, data={"kind": "", "csrf_token": token_of_form}).status_code == 422
    clock.forward(minutes=20)
    assert client.get(page(order)).status_code == 200


def test_a_form_that_is_taken_is_noted_beside_what_it_writes(
    client: FlaskClient, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    """The request's own transaction and the short one of the note must not wait for each other."""
    log_in(client, shop, order)
    form = f"/sakura/requests/new?order={order.id}"
    token_of_form = csrf_token(client, form)
    clock.forward(minutes=20)
    fields = {"kind": "details", "text": "住所を直したいです。", "csrf_token": token_of_form}
    assert client.post(form, data=fields).status_code == 303
    clock.forward(minutes=20)
    assert client.get(page(order)).status_code == 200
    assert session.scalars(select(func.count()).select_from(BuyerRequest)).one() == 1


@pytest.mark.parametrize("what", ["preview", "login"])
def test_a_preview_and_an_unfinished_login_do_not_wait_for_who_writes(
    client: FlaskClient, app: Flask, shop: Shop, order: Order, what: str
) -> None:
    log_in(client, shop, order)
    token_of_form = csrf_token(client, page(order))
    with app.app_context():
        engine = db.engine.execution_options(begin="BEGIN IMMEDIATE")
    with Session(engine) as importer:
        importer.execute(update(Shop).values(name="さくら"))
        path = f"{page(order)}/receipt/preview" if what == "preview" else "/sakura/"
        answers: list[int] = []

        def post() -> None:
            answers.append(client.post(path, data={"csrf_token": token_of_form}).status_code)

        thread = Thread(target=post)
        thread.start()
        thread.join(10)
        waited = thread.is_alive()
        importer.rollback()
        thread.join()
    assert (waited, answers) == (False, [422])


# --- its end ---------------------------------------------------------------------------------------------------------
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
    assert "もう一度入力をお願いします" in client.get(answer.location).text
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


# --- how long an order stays open ------------------------------------------------------------------------------------
@pytest.mark.parametrize(("days_ago", "status"), [(90, 200), (91, 410)])
def test_ninety_days_after_the_last_parcel_the_page_closes(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order, days_ago: int, status: int
) -> None:
    today = date(2026, 11, 21)
    cast.shipment(order, shipped_on=today - timedelta(days=200))
    cast.shipment(order, shipped_on=today - timedelta(days=days_ago), tracking_number="123456789021")
    cast.session.commit()
    answer = client.get(log_in(client, shop, order).location)
    assert answer.status_code == status
    assert ("075-000-0000" in answer.text) is True
    assert ("終了しました" in answer.text) is (status == 410)


def test_what_has_expired_is_told_only_after_the_proof(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order
) -> None:
    cast.shipment(order, shipped_on=date(2026, 1, 1))
    cast.session.commit()
    assert "終了しました" not in client.get(link(client, shop, order)).text
    assert submit(client, link(client, shop, order), {"typed": "佐藤太郎"}).status_code == 422
    assert client.get(page(order)).status_code == 303


def test_a_session_does_not_outlive_the_orders_opening(
    client: FlaskClient, cast: Cast, shop: Shop, order: Order, clock: Clock
) -> None:
    cast.shipment(order, shipped_on=date(2026, 8, 23))
    cast.session.commit()
    clock.forward(hours=13, minutes=50)  # 23:50 in Tokyo, on the last day
    log_in(client, shop, order)
    assert client.get(page(order)).status_code == 200
    clock.forward(minutes=10)
    assert client.get(page(order)).status_code == 410


def test_a_cancelled_parcel_does_not_count(client: FlaskClient, cast: Cast, shop: Shop, order: Order) -> None:
    cast.shipment(order, shipped_on=date(2026, 1, 1))
    cast.shipment(order, status="cancelled", shipped_on=date(2026, 11, 20), tracking_number="123456789021")
    cast.session.commit()
    assert client.get(log_in(client, shop, order).location).status_code == 410


@pytest.mark.parametrize(("days_ago", "status"), [(90, 200), (91, 410)])
def test_a_cancelled_order_opens_until_the_limit_from_its_cancellation(
    client: FlaskClient, cast: Cast, shop: Shop, days_ago: int, status: int
) -> None:
    facts: dict[str, Any] = {"status": OrderStatus.CANCELLED, "cancelled_at": cast.now - timedelta(days=days_ago)}
    order = cast.order(shop, **facts)
    cast.session.commit()
    assert client.get(log_in(client, shop, order).location).status_code == status


def test_a_shop_without_a_limit_closes_nothing(client: FlaskClient, cast: Cast) -> None:
    shop = cast.shop()
    # Not at once: an insert takes None for "not said" and writes the standard.
    shop.access_days = None
    order = cast.order(shop)
    cast.shipment(order, shipped_on=date(2015, 1, 1))
    cast.session.commit()
    assert client.get(log_in(client, shop, order).location).status_code == 200


def test_an_old_order_that_was_never_shipped_is_open(client: FlaskClient, cast: Cast, shop: Shop) -> None:
    order = cast.order(shop, ordered_at=cast.now - timedelta(days=1000))
    cast.session.commit()
    assert client.get(log_in(client, shop, order).location).status_code == 200


def test_an_order_proved_twice_is_proved_once(client: FlaskClient, session: Session, shop: Shop, order: Order) -> None:
    log_in(client, shop, order)
    submit(client, "/sakura/", {"code": "A-10234", "typed": "山田花子"})
    assert session.scalars(select(SessionOrder.order_id)).all() == [order.id]
