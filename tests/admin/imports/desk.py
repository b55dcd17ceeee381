"""鈴木 at the page of imports."""

import io

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import jobs
from portal.models import ImportRun, Order, Shop
from tests.mypage.signing_in import csrf_token

IMPORTS = "/admin/shops/sakura/imports"


class Desk:
    def __init__(self, client: FlaskClient, session: Session, shop: Shop) -> None:
        self.client, self.session, self.shop = client, session, shop

    def upload(self, content: bytes, name: str = "orders.csv", *, items: bytes | None = None) -> TestResponse:
        fields: dict[str, object] = {
            "csrf_token": csrf_token(self.client, IMPORTS),
            "file": (io.BytesIO(content), name),
        }
        if items is not None:
            fields["items"] = (io.BytesIO(items), "items.csv")
        return self.client.post(IMPORTS, data=fields, content_type="multipart/form-data")

    def uploaded(self, content: bytes, name: str = "orders.csv", *, items: bytes | None = None) -> str:
        """Upload a file and return the path of the import's page."""
        answer = self.upload(content, name, items=items)
        assert answer.status_code == 303, answer.text
        return answer.location

    def post(self, page: str, action: str, **fields: str) -> TestResponse:
        sent = {"csrf_token": csrf_token(self.client, page), **fields}
        return self.client.post(f"{page}/{action}", data=sent)

    def work(self) -> None:
        """Run the worker on every import that is waiting."""
        self.session.rollback()
        waiting = self.session.scalars(select(ImportRun.id)).all()
        self.session.rollback()
        with self.client.application.app_context():
            for run_id in waiting:
                jobs.imports.work_on_import(str(run_id))

    def tried(self, content: bytes, name: str = "orders.csv") -> str:
        page = self.uploaded(content, name)
        assert self.post(page, "trial").status_code == 303
        self.work()
        return page

    def applied(self, content: bytes, name: str = "orders.csv") -> str:
        page = self.tried(content, name)
        assert self.apply(page).status_code == 303
        self.work()
        return page

    def apply(self, page: str) -> TestResponse:
        return self.post(page, "application", trial=str(self.run().trial))

    def refused(self, page: str) -> TestResponse:
        return self.client.get(f"{page}/refused/1.csv", buffered=True)

    def run(self) -> ImportRun:
        """Return the newest import, as stored now."""
        self.session.expire_all()
        self.session.rollback()
        return self.session.scalars(select(ImportRun).order_by(ImportRun.id.desc()).limit(1)).one()

    def codes(self) -> list[str]:
        self.session.rollback()
        return list(self.session.scalars(select(Order.code).order_by(Order.code)))
