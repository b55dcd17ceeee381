"""Mails with a link behind which a password is chosen: after an invitation, or when it was forgotten."""

import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.audit_trail import actions
from tests.mypage.signing_in import submit
from tests.outbox import mails

NEW = "茶畑の向こうに海が見える朝"
LINK = re.compile(r"http://localhost(/admin/password/[\w-]+)")


def audited(session: Session) -> list[str]:
    session.rollback()
    return actions(session)


def mailed_link(session: Session) -> str:
    found = LINK.search(mails(session)[-1].body_text)
    assert found
    return found[1]


def choose(client: FlaskClient, link: str, password: str = NEW) -> TestResponse:
    return submit(client, link, {"new": password, "again": password})
