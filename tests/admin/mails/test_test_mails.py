"""Test mails: they go only to oneself, are marked as such, and ten an hour are allowed."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import AuditValue, Order, OutboxMail
from tests.admin.mails.editor import BODY, SHIPPED, SUBJECT, actions, body_of, texts
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token
from tests.notifications.mailserver import MailServer


def test_a_test_mail_goes_to_oneself_and_is_marked(
    send: Callable[..., TestResponse], session: Session, inbox: Callable[[], MailServer]
) -> None:
    answer = send("/test", subject="ためし [ORDER_CODE]")
    assert answer.status_code == 200
    assert "suzuki@example.jp に送りました" in answer.text
    assert 'value="ためし [ORDER_CODE]"' in answer.text, "what was typed is still there"
    server = inbox()
    assert server.recipients == ["suzuki@example.jp"]
    assert server.received[0]["Subject"] == "【テスト】ためし A-10234"
    assert "山田 花子 様" in body_of(server, "plain")
    assert texts(session) == [], "nothing is saved by it"
    assert len(actions(session, "mail_text.tested")) == 1
    mail = session.scalars(select(OutboxMail)).one()
    assert (mail.message, mail.order_id) == ("test", None)


def test_the_record_of_a_test_mail_names_the_order_whose_data_it_held(
    send: Callable[..., TestResponse], session: Session, order: Order
) -> None:
    send("/test")
    (entry,) = actions(session, "mail_text.tested")
    values = select(AuditValue.after).where(AuditValue.entry_id == entry.id, AuditValue.field == "orders")
    assert session.scalars(values).one() == order.code


def test_a_test_mail_of_a_text_with_mistakes_is_not_sent(send: Callable[..., TestResponse], session: Session) -> None:
    assert send("/test", body="[MEMBER_NAMAE]").status_code == 422
    assert session.scalars(select(OutboxMail)).all() == []


@pytest.mark.parametrize(
    ("path", "body", "status"), [("", "[TRACKING_NUMBR]", 422), ("/test", BODY, 200)], ids=["refused", "test mail"]
)
def test_an_editor_that_stood_open_for_an_hour_answers_at_once(
    manager: FlaskClient, session: Session, clock: Clock, path: str, body: str, status: int
) -> None:
    """The look at the previewed order is recorded again, in the same request in which the form itself writes."""
    token = csrf_token(manager, SHIPPED)
    clock.forward(minutes=45)
    typed = {"subject": SUBJECT, "body": body, "version": 0, "order_code": "", "csrf_token": token}
    assert manager.post(f"{SHIPPED}{path}", data=typed).status_code == status
    assert len(actions(session, "order.viewed")) == 2


def test_ten_test_mails_an_hour_are_enough(send: Callable[..., TestResponse], session: Session, clock: Clock) -> None:
    for _ in range(10):
        assert send("/test").status_code == 200
    refused = send("/test")
    assert refused.status_code == 429
    assert "1時間に10通まで" in refused.text
    assert len(session.scalars(select(OutboxMail)).all()) == 10
    clock.forward(minutes=61)
    assert send("/test").status_code == 200
