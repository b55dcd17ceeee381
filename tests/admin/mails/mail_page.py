"""The page of one mail in the staff's list: its buttons, the row behind it and the audit of both."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import jobs
from portal.models import AuditEntry, OutboxMail
from tests.mypage.signing_in import csrf_token

LIST = "/admin/shops/sakura/mails"


def press(
    client: FlaskClient, mail: OutboxMail, what: str, attempts: int | str | None = None, **more: str
) -> TestResponse:
    """Press a button of the mail's page as it was opened: `attempts` is the number of tries shown there."""
    token = csrf_token(client, f"{LIST}/{mail.id}")
    seen = mail.attempts if attempts is None else attempts
    return client.post(f"{LIST}/{mail.id}/{what}", data={"attempts": seen, "csrf_token": token, **more})


def now_is(session: Session, mail: OutboxMail) -> OutboxMail:
    session.rollback()
    query = select(OutboxMail).where(OutboxMail.id == mail.id)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def actions(session: Session, action: str) -> int:
    session.rollback()
    return session.scalars(select(func.count()).where(AuditEntry.action == action)).one()


MakeMail = Callable[..., OutboxMail]


def run_job(client: FlaskClient) -> None:
    with client.application.app_context():
        jobs.mails.send_mails()
