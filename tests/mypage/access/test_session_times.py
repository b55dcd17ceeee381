"""How long a session lasts: thirty idle minutes, twelve hours in all, and what counts as activity."""

from datetime import datetime, timedelta
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import BuyerRequest, BuyerSession, Order, Shop
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.access.visits import page
from tests.mypage.signing_in import csrf_token, link, log_in, sign_in


def test_who_had_typed_the_order_code_types_it_again_and_is_not_handed_the_link(
    client: FlaskClient, shop: Shop, order: Order, clock: Clock
) -> None:
    sign_in(client, shop, order)
    clock.forward(minutes=30)
    answer = client.get(page(order))
    assert (answer.status_code, "/o/" in answer.location) == (303, False)


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
    """The request's own transaction and the short one that notes the activity must not wait for each other."""
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
