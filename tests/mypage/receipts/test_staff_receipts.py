"""Receipts that staff issued, as their buyer gets them: once everything has shipped, each within the shop's limit."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Order, Receipt, Shop
from portal.receipts.granting import grant
from portal.receipts.voiding import void
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.receipts.receipt_pages import file_path, page, render
from tests.mypage.signing_in import sign_in, submit
from tests.receipts.test_custom_issuing import SUZUKI, issued, part

THREE = [part(1094), part(1093, "", honorific="様"), part(1093, "山田 花子", honorific="様")]


@pytest.fixture
def three(app: Flask, session: Session, cast: Cast, shop: Shop, order: Order, clock: Clock) -> list[Receipt]:
    """Return three receipts that were issued and printed two weeks before the order shipped."""
    app.config["WAIT_FOR_PDF"] = 0
    receipts = list(issued(session, shop, order, clock, THREE).receipts)
    session.commit()
    render(app, session)
    clock.forward(days=14)
    cast.shipment(order)
    session.commit()
    return receipts


@pytest.fixture
def hanako(app: Flask, shop: Shop, order: Order, three: list[Receipt]) -> FlaskClient:
    client = app.test_client()
    sign_in(client, shop, order, by_link=True)
    return client


def set_policy(session: Session, shop: Shop, policy: str) -> None:
    session.rollback()
    session.get_one(Shop, shop.id).receipt_policy = policy
    session.commit()


def paper(order: Order, receipt: Receipt) -> str:
    return page(order, f"/receipts/{receipt.id}")


def take(client: FlaskClient, order: Order, receipt: Receipt) -> str:
    """Press the button on the receipt's page and return the page that answers."""
    answer = submit(client, f"{paper(order, receipt)}/again", {}, form_on=page(order))
    assert answer.status_code == 303
    return client.get(answer.location).text


def test_before_everything_has_shipped_they_are_not_there_and_the_page_says_what_comes(
    app: Flask, session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    waiting = cast.order(shop, code="A-2")
    session.commit()
    (receipt,) = issued(session, shop, waiting, clock, [part(3280)]).receipts
    session.commit()
    client = app.test_client()
    sign_in(client, shop, waiting)
    assert "当店で領収書を用意しています" in client.get(page(waiting)).text
    assert client.get(paper(waiting, receipt)).status_code == 404
    assert client.get(page(waiting, "/receipt")).status_code == 409, "the buyer's own issuing is closed"


def test_once_shipped_all_are_listed_and_can_be_told_apart(hanako: FlaskClient, order: Order) -> None:
    text = re.sub(r"<[^>]+>", "", hanako.get(page(order)).text)
    for words in (
        "株式会社アクメ　¥1,094　領収書番号 00000001",
        "宛名なし　¥1,093　領収書番号 00000002",
        "領収書番号 00000003",
    ):
        assert words in text
    assert "領収書を発行する" not in text


@pytest.mark.parametrize("policy", ["once", "reissue"])
def test_the_buyers_time_begins_when_the_buyer_takes_it_not_when_staff_made_it(
    hanako: FlaskClient, order: Order, shop: Shop, session: Session, three: list[Receipt], policy: str
) -> None:
    set_policy(session, shop, policy)
    text = hanako.get(paper(order, three[1])).text
    assert "領収書を受け取る" in text
    assert "宛名なし" in text
    assert "/sakura/files/" not in text
    taken = take(hanako, order, three[1])
    assert hanako.get(file_path(taken)).data.startswith(b"%PDF-")
    assert len(session.scalars(select(Receipt)).all()) == 3, "no 再発行"


def test_once_holds_for_each_of_them(
    hanako: FlaskClient, order: Order, shop: Shop, session: Session, three: list[Receipt], clock: Clock
) -> None:
    set_policy(session, shop, "once")
    take(hanako, order, three[0])
    clock.forward(minutes=31)
    sign_in(hanako, shop, order, by_link=True)
    assert "発行は1回限り" in take(hanako, order, three[0])
    assert "/sakura/files/" in take(hanako, order, three[1]), "the others are still to be had"
    session.rollback()
    assert grant(session, session.get_one(Receipt, three[0].id), seen=0, actor=SUZUKI, now=clock())
    session.commit()
    assert "/sakura/files/" in take(hanako, order, three[0])


def test_under_reissue_the_second_time_bears_the_mark_and_is_not_counted_in_the_sum(
    app: Flask, hanako: FlaskClient, order: Order, shop: Shop, session: Session, three: list[Receipt], clock: Clock
) -> None:
    take(hanako, order, three[2])
    clock.forward(minutes=31)
    sign_in(hanako, shop, order)
    take(hanako, order, three[2])
    session.rollback()
    copy = session.scalars(select(Receipt).where(Receipt.original_id == three[2].id)).one()
    assert (copy.number, copy.amount, copy.issued_by) == (4, 1093, "staff")
    assert copy.snapshot["reissue"]["original_number"] == "00000003"
    assert len(hanako.get(page(order)).text.split("番号 0")) == 4, "still three of them"
    render(app, session)
    assert "/sakura/files/" in hanako.get(paper(order, copy)).text


def test_without_a_limit_they_open_at_once_and_for_ever(
    hanako: FlaskClient, order: Order, shop: Shop, session: Session, three: list[Receipt], clock: Clock
) -> None:
    set_policy(session, shop, "unlimited")
    clock.forward(days=30)
    sign_in(hanako, shop, order)
    for receipt in three:
        assert hanako.get(file_path(hanako.get(paper(order, receipt)).text)).status_code == 200


def test_when_all_are_voided_the_buyer_may_issue_again(
    hanako: FlaskClient, order: Order, session: Session, three: list[Receipt], clock: Clock
) -> None:
    session.rollback()
    for receipt in three[:2]:
        void(session, receipt, reason="誤り", actor=SUZUKI, now=clock())
    session.commit()
    assert hanako.get(page(order, "/receipt")).status_code == 409
    void(session, three[2], reason="誤り", actor=SUZUKI, now=clock())
    session.commit()
    assert hanako.get(paper(order, three[2])).status_code == 404
    assert hanako.get(page(order, "/receipt")).status_code == 200
