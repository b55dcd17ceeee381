"""The page behind a receipt's QR code: whether it is valid, and nobody's name."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Order, Receipt, Shop
from tests.conftest import Clock
from tests.mypage.receipts.receipt_pages import file_path, issue, page, render
from tests.mypage.signing_in import sign_in, submit
from tests.shipments.shipped import order

__all__ = ["order"]


def test_a_voided_receipt_is_gone_with_its_copies_and_its_qr_page_says_so(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session, clock: Clock
) -> None:
    issued = issue(hanako, order)
    render(app, session)
    clock.forward(minutes=31)
    sign_in(hanako, shop, order)
    copy = submit(hanako, f"{issued}/again", {}, form_on=issued).location
    render(app, session)
    file = file_path(hanako.get(copy).text)
    first, second = session.scalars(select(Receipt).order_by(Receipt.number)).all()
    assert "このあとに再発行した" in hanako.get(f"/verify/{first.public_token}").text
    assert "再発行されたもの" in hanako.get(f"/verify/{second.public_token}").text
    first.voided_at = clock()
    session.commit()
    assert "取り消されています" in hanako.get(f"/verify/{second.public_token}").text
    assert hanako.get(copy).status_code == 404
    assert hanako.get(file).status_code == 410
    assert hanako.get(page(order, "/receipt")).status_code == 200, "the buyer may issue again"


def test_the_qr_page_confirms_without_naming_anybody(
    app: Flask, hanako: FlaskClient, order: Order, session: Session
) -> None:
    issue(hanako, order)
    receipt = session.scalars(select(Receipt)).one()
    answer = app.test_client().get(f"/verify/{receipt.public_token}")
    assert "この領収書は有効です" in answer.text
    assert "00000001" in answer.text
    assert "アクメ" not in answer.text
    assert "山田" not in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert app.test_client().get(f"/verify/{receipt.number}").status_code == 404
