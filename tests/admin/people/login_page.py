"""The staff's login pages: typing a password or a code, and the messages that answer."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import AuditEntry
from tests.cast import PASSWORD
from tests.mypage.signing_in import submit

REFUSED = "メールアドレスかパスワードが違います。"
CODE_REFUSED = "コードが違うか、もう使われています。"
LOCKED = "少し時間をおいてください"
SUZUKI = "suzuki@example.jp"


def try_in(
    client: FlaskClient, email: str = SUZUKI, password: str = PASSWORD, path: str = "/admin/login"
) -> TestResponse:
    return submit(client, path, {"email": email, "password": password})


def try_code(client: FlaskClient, typed: str, path: str = "/admin/login/code") -> TestResponse:
    return submit(client, path, {"code": typed})


def is_in(client: FlaskClient) -> bool:
    return client.get("/admin/account").status_code == 200


def audited(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    return [(row.action, row.actor) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
