"""The pages of an order's receipts: their addresses, issuing one, and printing what was asked for."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import jobs
from portal.models import Order, Rendition
from tests.mypage.signing_in import submit

FIELDS = {"addressee": "株式会社アクメ", "honorific": "御中", "proviso": "お茶代として", "language": "ja"}


def page(order: Order, rest: str = "") -> str:
    return f"/sakura/orders/{order.id}{rest}"


def issue(client: FlaskClient, order: Order, **changes: str) -> str:
    """Issue a receipt and return the path of its page."""
    answer = submit(client, page(order, "/receipt"), FIELDS | changes)
    assert answer.status_code == 303, answer.text
    path: str = answer.location
    return path


def render(app: Flask, session: Session) -> None:
    """Make every PDF that was asked for, as the worker does when it is nudged."""
    session.rollback()
    waiting = session.scalars(select(Rendition.id)).all()
    session.rollback()
    with app.app_context():
        for rendition_id in waiting:
            jobs.papers.render(str(rendition_id))


def file_path(text: str) -> str:
    found = re.search(r'href="(/sakura/files/[^"]+)"', text)
    assert found, text
    return found[1]
