"""Sending a mail again from its page, to the same address or a corrected one; marking it as sent or settled."""

import threading

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import AuditValue, Order, OutboxMail
from portal.notifications import mails
from portal.notifications.outbox import BAD_ADDRESS
from portal.ports import MailRefusedError
from tests.admin.mails.mail_page import LIST, MakeMail, actions, now_is, press, run_job
from tests.conftest import Clock
from tests.notifications.mailers import FakeMailer


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_pressed_twice_it_goes_out_once(
    suzuki: FlaskClient, mail: MakeMail, mailer: FakeMailer, session: Session, state: str
) -> None:
    one = mail(state=state, attempts=2, last_error="recipient refused: 450")
    if state == "unknown":
        assert "同じメールが2通になるかもしれません" in suzuki.get(f"{LIST}/{one.id}").text
    assert press(suzuki, one, "retry").status_code == 303
    press(suzuki, one, "retry")
    run_job(suzuki)
    press(suzuki, one, "retry", attempts=2)
    run_job(suzuki)
    assert [sent.message_id for sent in mailer.sent] == [one.message_id]
    assert now_is(session, one).state == "sent"
    assert actions(session, "mail.retried") == 1


@pytest.mark.parametrize("attempts", ["", "x", "9" * 20])
def test_a_number_of_tries_that_no_page_sent_sends_nothing(
    suzuki: FlaskClient, mail: MakeMail, session: Session, attempts: str
) -> None:
    one = mail(state="failed", attempts=1, last_error="recipient refused: 450")
    answer = press(suzuki, one, "retry", attempts=attempts)
    assert "状態が変わっていた" in suzuki.get(answer.location).text
    assert now_is(session, one).state == "failed"


def test_a_page_from_before_the_last_failure_sends_nothing(
    suzuki: FlaskClient, mail: MakeMail, mailer: FakeMailer, session: Session
) -> None:
    one = mail(state="failed", attempts=1, last_error="recipient refused: 450")
    mailer.troubles.append(MailRefusedError("recipient refused: 550", permanent=True))
    press(suzuki, one, "retry")
    run_job(suzuki)
    assert now_is(session, one).state == "failed"
    answer = press(suzuki, one, "retry", attempts=1)
    assert "状態が変わっていた" in suzuki.get(answer.location).text
    assert now_is(session, one).state == "failed"
    press(suzuki, one, "retry", attempts=2)
    run_job(suzuki)
    assert now_is(session, one).state == "sent"


def corrected(session: Session, order: Order) -> None:
    order.email = order.email_key = "hanako@right.example.jp"
    session.commit()


@pytest.mark.parametrize("last_error", ["recipient refused: 550", BAD_ADDRESS])
def test_after_the_orders_address_was_put_right_the_mail_can_go_there(
    suzuki: FlaskClient, mail: MakeMail, mailer: FakeMailer, session: Session, order: Order, last_error: str
) -> None:
    one = mail(state="failed", attempts=1, last_error=last_error)
    assert "現在のアドレス" not in suzuki.get(f"{LIST}/{one.id}").text
    corrected(session, order)
    page = suzuki.get(f"{LIST}/{one.id}").text
    assert "宛先は hanako@example.jp ですが、注文の現在のメールアドレスは hanako@right.example.jp です" in page
    assert ("前のアドレスにもう一度送る" in page) == (last_error != BAD_ADDRESS)
    for _ in range(2):
        press(suzuki, one, "retry", recipient="hanako@right.example.jp")
    run_job(suzuki)
    assert [sent.recipient for sent in mailer.sent] == ["hanako@right.example.jp"]
    assert now_is(session, one).recipient == "hanako@right.example.jp"
    assert actions(session, "mail.retried") == 1
    values = select(AuditValue.before, AuditValue.after).where(AuditValue.field == "recipient")
    assert [tuple(row) for row in session.execute(values)] == [("hanako@example.jp", "hanako@right.example.jp")]


@pytest.mark.parametrize("typed", ["hanako@wrong.example.jp", "taro@example.jp"])
def test_to_no_other_address_than_the_orders_a_mail_goes_again(
    suzuki: FlaskClient, mail: MakeMail, session: Session, order: Order, typed: str
) -> None:
    one = mail(state="failed", attempts=1, last_error="recipient refused: 550")
    corrected(session, order)
    answer = press(suzuki, one, "retry", recipient=typed)
    assert "状態が変わっていた" in suzuki.get(answer.location).text
    assert (now_is(session, one).state, one.recipient) == ("failed", "hanako@example.jp")


@pytest.mark.parametrize("message", ["request_answered", "login_code", "staff_password"])
def test_what_never_went_to_the_orders_address_is_not_offered_to_it(
    suzuki: FlaskClient, mail: MakeMail, session: Session, order: Order, message: str
) -> None:
    one = mail(state="failed", attempts=1, last_error="recipient refused: 550", message=message)
    corrected(session, order)
    assert "現在のアドレス" not in suzuki.get(f"{LIST}/{one.id}").text


def test_of_many_that_press_at_the_same_moment_one_sends(
    suzuki: FlaskClient, mail: MakeMail, session: Session, clock: Clock
) -> None:
    one = mail(state="unknown", attempts=1)
    with suzuki.application.app_context():
        engine = db.engine
    start = threading.Barrier(8)
    done: list[bool] = []

    def retry() -> None:
        with Session(engine) as own, own.begin():
            found = own.get_one(OutboxMail, one.id)
            if engine.dialect.name == "postgresql":
                start.wait()
            done.append(mails.retry(own, found, seen_attempts=1, actor="staff:x", now=clock()))

    threads = [threading.Thread(target=retry) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False] * 7 + [True]
    assert actions(session, "mail.retried") == 1


def test_an_unknown_one_can_be_taken_as_sent(
    suzuki: FlaskClient, mail: MakeMail, mailer: FakeMailer, session: Session
) -> None:
    one = mail(state="unknown", attempts=1)
    assert press(suzuki, one, "taken-as-sent").status_code == 303
    assert "送信済みとして扱うことにしました" in suzuki.get(f"{LIST}/{one.id}").text
    press(suzuki, one, "taken-as-sent")
    press(suzuki, one, "retry")
    run_job(suzuki)
    assert mailer.sent == []
    assert now_is(session, one).state == "sent"
    assert actions(session, "mail.taken_as_sent") == 1


def test_a_failed_one_cannot_be_taken_as_sent(suzuki: FlaskClient, mail: MakeMail, session: Session) -> None:
    one = mail(state="failed", attempts=1)
    press(suzuki, one, "taken-as-sent")
    assert now_is(session, one).state == "failed"


def test_a_failed_one_that_was_seen_to_needs_nobody_any_more(
    suzuki: FlaskClient, mail: MakeMail, session: Session, clock: Clock
) -> None:
    one = mail(state="failed", last_error="bad_address")
    press(suzuki, one, "settled")
    press(suzuki, one, "settled")
    assert now_is(session, one).settled_at == clock()
    assert actions(session, "mail.settled") == 1
    page = suzuki.get(f"{LIST}/{one.id}").text
    assert "担当者が対応しました" in page
    assert "対応済みにする</button>" not in page
    waiting = mail(state="queued")
    press(suzuki, waiting, "settled")
    assert now_is(session, waiting).settled_at is None
