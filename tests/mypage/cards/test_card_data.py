"""Card data: only brand, last 4 digits, expiry and the company's reference are kept.

Database, logs and mails are searched after a registration and a payment. The numbers are test numbers, typed on the
sandbox's page, which stands for the payment company's.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.adapters.sandbox_gateway import NUMBERS
from portal.jobs.mails import send_mails
from portal.jobs.payments import ask_captures, settle_payments
from portal.models import Base, Card, CardRegistration
from tests.cast import Cast
from tests.mypage.subscribers import Subscriber, hidden

NUMBER = re.compile("|".join(r"[\s\-+%20]*".join(number) for number in NUMBERS))
SHORT = re.compile("|".join(number[:12] for number in NUMBERS))
"""The numbers without their last 4 digits."""
KEPT = {"brand", "last4", "expires", "reference", "customer_reference", "gateway"}


@pytest.fixture
def hanako(app: Flask, session: Session, cast: Cast) -> Subscriber:
    shop = cast.shop(notice_addresses=["shop@example.jp"])
    cast.rules(shop)
    subscription = cast.subscription(shop, payment_method="クレジットカード")
    order = cast.order(shop, subscription_id=subscription.id, status="shipped")
    session.commit()
    hanako = Subscriber(app, session, shop, order, subscription)
    session.rollback()
    return hanako


def register(hanako: Subscriber, number: str) -> str:
    """Register a card through our pages and the sandbox's, and return the page that the buyer sees at the end."""
    path = f"{hanako.page}/cards/new"
    away = hanako.client.post(path, data=hidden(hanako.client.get(path)))
    assert away.status_code == 303, away.text
    typing = away.location.removeprefix("http://localhost")
    page = hanako.client.get(typing)
    assert "お金は動きません" in page.text
    typed = {"number": number, "csrf_token": hidden(page)["csrf_token"], "cvc": "123", "holder": "HANAKO"}
    back = hanako.client.post(typing, data=typed)
    assert back.status_code == 303, back.text
    return hanako.client.get(back.location.removeprefix("http://localhost")).text


def everything_stored(session: Session) -> Iterator[tuple[str, str]]:
    session.rollback()
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            yield table.name, repr(tuple(row))


def test_no_number_of_a_card_is_in_the_database_the_logs_or_the_mails(
    app: Flask, session: Session, hanako: Subscriber, cast: Cast, capfd: pytest.CaptureFixture[str]
) -> None:
    pages = [register(hanako, f"{number[:4]} {number[4:8]} {number[8:12]} {number[12:]}") for number in NUMBERS]
    assert sum("•••• " in page for page in pages) == len(NUMBERS)
    with app.app_context():
        settle_payments()
        ask_captures()
        send_mails()
    mails = [path.read_text() for path in Path(app.config["SETTINGS"].mails).glob("*.eml")]
    assert len(mails) > len(NUMBERS)
    spoken = capfd.readouterr()
    assert "request" in spoken.out + spoken.err
    rows = list(everything_stored(session))
    assert {"card", "card_registration", "outbox_mail", "subscription_change"} <= {name for name, _ in rows}
    for where, text in [*rows, *(("mail", mail) for mail in mails), ("log", spoken.out), ("log", spoken.err)]:
        assert not NUMBER.search(text), where
        assert not SHORT.search(text), where
        assert "HANAKO" not in text, where


def test_the_company_itself_knows_the_last_4_only(app: Flask, hanako: Subscriber) -> None:
    """The sandbox is ours, for tests, and keeps no more than a company would tell us."""
    register(hanako, "4242 4242 4242 4242")
    memory = b"".join(path.read_bytes() for path in Path(app.config["SETTINGS"].instance).glob("sandbox-gateway*"))
    assert b"4242" in memory
    assert b"424242424242" not in memory


def test_the_tables_have_no_room_for_more(app: Flask) -> None:
    bookkeeping = {"id", "shop_id", "email_key", "is_default", "version", "created_at", "deleted_at"}
    told = {"told_expiring", "told_expired"}
    assert set(Card.__table__.columns.keys()) == KEPT | bookkeeping | told
    ways = {"subscription_id", "order_id", "card_id", "pays_it", "state", "reason", "language", "actor"}
    days = {"started_at", "finished_at"}
    assert set(CardRegistration.__table__.columns.keys()) == (
        {"id", "shop_id", "email_key", "gateway", "reference"} | ways | days
    )


def test_a_number_that_is_no_test_card_is_turned_away(hanako: Subscriber) -> None:
    path = f"{hanako.page}/cards/new"
    away = hanako.client.post(path, data=hidden(hanako.client.get(path)))
    typing = away.location.removeprefix("http://localhost")
    token = hidden(hanako.client.get(typing))["csrf_token"]
    for number in ("5555555555554444", ""):
        assert hanako.client.post(typing, data={"number": number, "csrf_token": token}).status_code == 400


def test_the_sandboxs_page_is_there_for_its_set_ups_only(hanako: Subscriber) -> None:
    assert hanako.client.get("/sandbox/cards/setup-unknown").status_code == 404
