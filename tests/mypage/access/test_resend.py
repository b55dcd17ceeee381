"""GET and POST /<shop>/resend: mailing the order's link again."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.extensions import db
from portal.models import Order, Shop
from portal.values.states import OrderStatus
from portal.web.pace import Pace
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token, link, submit
from tests.outbox import mails


def ask(client: FlaskClient, email: str = "hanako@example.jp") -> TestResponse:
    return submit(client, "/sakura/resend", {"email": email})


def test_she_gets_the_link_of_her_order(client: FlaskClient, session: Session, shop: Shop, order: Order) -> None:
    way_in = link(client, shop, order)
    answer = ask(client)
    assert (answer.status_code, answer.location) == (303, "/sakura/resend?sent=1")
    assert "メールをご確認ください" in client.get(answer.location).text
    mail = mails(session)[0]
    assert (mail.message, mail.recipient) == ("order_link", "hanako@example.jp")
    assert f"http://localhost{way_in}" in mail.body_text
    assert "A-10234" in mail.body_text


@pytest.mark.parametrize("email", ["Hanako@Example.JP", " hanako@example.jp ", "ｈａｎａｋｏ@example.jp"])
def test_however_she_writes_her_address(client: FlaskClient, session: Session, order: Order, email: str) -> None:
    ask(client, email)
    assert [mail.recipient for mail in mails(session)] == ["hanako@example.jp"]


def test_one_mail_holds_all_her_open_orders_and_nobody_elses(
    client: FlaskClient, cast: Cast, session: Session, shop: Shop, order: Order
) -> None:
    later = timedelta(days=1)
    cast.order(shop, "A-20000", ordered_at=order.ordered_at + later)
    cast.order(shop, "A-30000", **TARO)
    cast.order(cast.shop("midori"), "A-40000")
    old = cast.order(shop, "A-50000")
    cast.shipment(old, shipped_on=date(2026, 1, 1))
    cast.order(shop, "A-60000", status=OrderStatus.CANCELED, cancelled_at=cast.now)
    cast.session.commit()
    ask(client)
    body = mails(session)[0].body_text
    found = [code for code in ("A-10234", "A-20000", "A-30000", "A-40000", "A-50000", "A-60000") if code in body]
    assert found == ["A-10234", "A-20000", "A-60000"]
    assert body.index("A-20000") < body.index("A-10234")


def test_the_ten_newest_are_enough(client: FlaskClient, cast: Cast, session: Session, shop: Shop, order: Order) -> None:
    for number in range(12):
        cast.order(shop, f"B-{number}", ordered_at=order.ordered_at + timedelta(days=number + 1))
    cast.session.commit()
    ask(client)
    assert mails(session)[0].body_text.count("/sakura/o/") == 10


def test_an_address_without_orders_gets_the_same_answer_and_no_mail(
    client: FlaskClient, session: Session, order: Order
) -> None:
    known, unknown = ask(client), ask(client, "nobody@example.jp")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert [mail.recipient for mail in mails(session)] == ["hanako@example.jp"]


def test_both_make_the_same_database_work(client: FlaskClient, app: Flask, order: Order) -> None:
    with app.app_context():
        engine = db.engine
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    work = []
    for email in ("hanako@example.jp", "nobody@example.jp"):
        token = csrf_token(client, "/sakura/resend")
        statements.clear()
        client.post("/sakura/resend", data={"email": email, "csrf_token": token})
        work.append([statement for statement in statements if "SAVEPOINT" not in statement])
    assert work[0] == work[1]


def test_both_are_answered_after_the_same_time(app: Flask, order: Order) -> None:
    waits: list[float] = []
    app.extensions["pace"] = Pace(0.15, clock=lambda: 100.0, wait=waits.append)
    for email in ("hanako@example.jp", "nobody@example.jp"):
        ask(app.test_client(), email)
    assert waits == [0.15, 0.15]


def test_asked_again_at_once_there_is_one_mail(
    client: FlaskClient, session: Session, order: Order, clock: Clock
) -> None:
    for _ in range(3):
        assert ask(client).status_code == 303
    assert len(mails(session)) == 1
    clock.forward(minutes=10)
    ask(client)
    assert len(mails(session)) == 2


@pytest.mark.parametrize(
    ("email", "words"), [("", "メールアドレスを入力してください。"), ("花子", "メールアドレスの形")]
)
def test_what_is_no_address_is_said_to_be_none(client: FlaskClient, order: Order, email: str, words: str) -> None:
    answer = ask(client, email)
    assert (answer.status_code, words in answer.text) == (422, True)


def test_a_flood_is_cut(client: FlaskClient, order: Order) -> None:
    token = csrf_token(client, "/sakura/resend")
    fields = {"email": "", "csrf_token": token}
    answers = [client.post("/sakura/resend", data=fields).status_code for _ in range(61)]
    assert answers == [422] * 60 + [429]


def test_her_mailbox_gets_five_a_day_and_the_answers_tell_nobody(
    client: FlaskClient, cast: Cast, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    cast.order(shop, "A-30000", **TARO)
    cast.session.commit()
    answers = []
    for _ in range(8):
        answers.append(ask(client))
        clock.forward(minutes=10)
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/sakura/resend?sent=1")}
    assert len(mails(session)) == 5
    ask(client, "taro@example.jp")
    assert len(mails(session)) == 6
    clock.forward(hours=24)
    ask(client)
    assert len(mails(session)) == 7


def test_looking_at_the_page_sends_nothing(client: FlaskClient, session: Session, order: Order) -> None:
    client.get("/sakura/resend")
    client.get("/sakura/resend?sent=1&email=hanako@example.jp")
    assert mails(session) == []
