"""A buyer's issued receipt, without JavaScript: opening it, further copies, mailing it."""

import re
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Order, OutboxMail, Receipt, Shop
from portal.values.states import OrderStatus
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.receipts.receipt_pages import file_path, issue, page, render
from tests.mypage.signing_in import prove_mail, sign_in, submit
from tests.shipments.shipped import order

__all__ = ["order"]

OPENS_ITSELF = "data-open-once"


def test_the_file_opens_inline_under_its_name_and_stays_the_same_byte_for_byte(
    app: Flask, hanako: FlaskClient, order: Order, session: Session
) -> None:
    issued = issue(hanako, order)
    assert "作っています" in hanako.get(issued).text
    render(app, session)
    path = file_path(hanako.get(issued).text)
    first = hanako.get(path)
    assert first.data.startswith(b"%PDF-")
    disposition = first.headers["Content-Disposition"]
    assert disposition.startswith("inline;")
    assert "filename*=UTF-8''20261120_%E6%A0%AA" in disposition
    assert disposition.endswith("_3280.pdf")
    assert hanako.get(path).data == first.data
    part = hanako.get(path, headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.data) == (206, first.data[:100])


def test_another_browser_that_takes_the_address_over_gets_the_file_for_half_an_hour(
    app: Flask, hanako: FlaskClient, order: Order, session: Session, clock: Clock
) -> None:
    issued = issue(hanako, order)
    render(app, session)
    path = file_path(hanako.get(issued).text)
    assert app.test_client().get(path).status_code == 200
    clock.forward(minutes=31)
    gone = app.test_client().get(path)
    assert gone.status_code == 410
    assert "期限が切れました" in gone.text


def test_once_is_used_up_after_half_an_hour(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session, clock: Clock
) -> None:
    session.get_one(Shop, shop.id).receipt_policy = "once"
    session.commit()
    issued = issue(hanako, order)
    render(app, session)
    path = file_path(hanako.get(issued).text)
    clock.forward(minutes=29)
    assert hanako.get(path).status_code == 200
    clock.forward(minutes=2)
    sign_in(hanako, shop, order)
    text = hanako.get(issued).text
    assert "当店へお問い合わせください" in text
    assert "/sakura/files/" not in text
    answer = submit(hanako, f"{issued}/again", {}, form_on=page(order))
    assert "/sakura/files/" not in hanako.get(answer.location).text
    assert len(session.scalars(select(Receipt)).all()) == 1


def test_the_second_time_the_mark_is_on_the_paper(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session, clock: Clock
) -> None:
    issued = issue(hanako, order)
    render(app, session)
    hanako.get(issued)
    clock.forward(minutes=31)
    sign_in(hanako, shop, order)
    assert "再発行する" in hanako.get(issued).text
    answer = submit(hanako, f"{issued}/again", {}, form_on=issued)
    render(app, session)
    assert hanako.get(file_path(hanako.get(answer.location).text)).status_code == 200
    numbers = session.scalars(select(Receipt).order_by(Receipt.number)).all()
    assert [one.snapshot["reissue"] is not None for one in numbers] == [False, True]


def test_the_shops_limits_of_copies_are_said_before_the_first_and_end_them(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session, clock: Clock
) -> None:
    limited = session.get_one(Shop, shop.id)
    limited.receipt_copies, limited.receipt_months = 1, 2
    session.commit()
    said = "再発行は、1回目から2か月以内に1回までです。"
    assert said in hanako.get(page(order, "/receipt")).text
    issued = issue(hanako, order)
    render(app, session)
    assert said in hanako.get(issued).text
    for copies in (1, 2):
        clock.forward(minutes=31)
        sign_in(hanako, shop, order)
        submit(hanako, f"{issued}/again", {}, form_on=page(order))
        render(app, session)
        assert len(session.scalars(select(Receipt)).all()) == 2, copies
    ended = hanako.get(issued).text
    assert "領収書は発行済みです" in ended
    assert said in ended
    assert f"/sakura/requests/new?order={order.id}&amp;kind=receipt" in ended
    assert "領収書（発行済み）" in hanako.get(page(order)).text


def test_a_copy_within_the_months_and_none_after_them(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session, clock: Clock
) -> None:
    session.get_one(Shop, shop.id).receipt_months = 1
    session.get_one(Shop, shop.id).access_days = 365
    session.commit()
    issued = issue(hanako, order)
    render(app, session)
    clock.forward(days=30)
    sign_in(hanako, shop, order)
    assert "再発行する" in hanako.get(issued).text
    clock.forward(days=1)
    sign_in(hanako, shop, order)
    assert "再発行する" not in hanako.get(issued).text


def test_the_code_before_a_second_copy_leads_back_to_the_receipts_page(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session, clock: Clock
) -> None:
    issued = issue(hanako, order)
    render(app, session)
    clock.forward(minutes=31)
    session.get_one(Shop, shop.id).second_step = {"receipt": True}
    session.commit()
    sign_in(hanako, shop, order)
    step = submit(hanako, f"{issued}/again", {}, form_on=issued).location
    assert parse_qs(urlsplit(step).query)["back"] == [issued]
    prove_mail(hanako, shop, order.email_key)
    assert hanako.get(step).location == issued
    assert "再発行する" in hanako.get(issued).text


def test_the_issued_receipt_goes_to_the_orders_own_address(
    app: Flask, hanako: FlaskClient, order: Order, session: Session, shop: Shop, clock: Clock
) -> None:
    session.get_one(Shop, shop.id).receipt_policy = "unlimited"
    session.commit()
    issued = issue(hanako, order)
    render(app, session)

    def sent() -> list[str]:
        session.rollback()
        return list(session.scalars(select(OutboxMail.recipient).where(OutboxMail.message == "receipt_file")))

    assert "お送りしました" not in (made := hanako.get(f"{issued}?mailed=1").text)
    assert OPENS_ITSELF in made
    for _ in range(2):
        assert submit(hanako, f"{issued}/mail", {}, form_on=page(order)).status_code == 303
    assert sent() == ["hanako@example.jp"], "pressing twice sends once"
    assert "お送りしました" in (mailed := hanako.get(issued).text)
    assert OPENS_ITSELF not in mailed, "who has just had it mailed did not ask for the file"
    clock.forward(days=2)
    sign_in(hanako, shop, order)
    assert "お送りしました" not in hanako.get(issued).text
    submit(hanako, f"{issued}/mail", {}, form_on=issued)
    assert len(sent()) == 2


@pytest.mark.parametrize(
    ("status", "said"),
    [(OrderStatus.CANCELED, "キャンセルされたご注文"), (OrderStatus.RETURNED, "返品されたご注文")],
)
def test_a_canceled_or_returned_order_gives_no_further_copy(
    app: Flask,
    hanako: FlaskClient,
    shop: Shop,
    order: Order,
    session: Session,
    clock: Clock,
    status: OrderStatus,
    said: str,
) -> None:
    issued = issue(hanako, order)
    render(app, session)
    session.get_one(Order, order.id).status = status
    session.commit()
    clock.forward(minutes=31)
    sign_in(hanako, shop, order)
    answer = submit(hanako, f"{issued}/again", {}, form_on=page(order))
    assert answer.status_code == 409
    assert said in answer.text
    assert len(session.scalars(select(Receipt)).all()) == 1


def test_someone_elses_receipt_is_not_there(
    app: Flask, hanako: FlaskClient, cast: Cast, shop: Shop, order: Order, session: Session
) -> None:
    taros = cast.order(shop, code="B-1", **TARO)
    cast.shipment(taros)
    session.commit()
    issued = issue(hanako, order)
    receipt_id = UUID(issued.rsplit("/", 1)[1])
    taro = app.test_client()
    sign_in(taro, shop, taros)
    assert taro.get(issued).status_code == 404
    assert taro.get(page(taros, f"/receipts/{receipt_id}")).status_code == 404
    assert app.test_client().get(issued).status_code == 303


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("reissue", "そのあとは「再発行」の表示が入った領収書になります。"),
        ("once", "そのあとは、このページから開けません。"),
        ("unlimited", "このページから、いつでも同じ領収書を開けます。"),
    ],
)
def test_the_page_says_until_when_the_receipt_opens_and_what_comes_after(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session, policy: str, words: str
) -> None:
    session.get_one(Shop, shop.id).receipt_policy = policy
    session.commit()
    issued = issue(hanako, order)
    render(app, session)
    text = re.sub(r"<[^>]+>", "", hanako.get(issued).text)
    assert words in text
    assert ("まで、このまま何度でも開けます。" in text) == (policy != "unlimited")


def test_the_page_of_the_file_says_each_sentence_once_in_english(
    app: Flask, hanako: FlaskClient, order: Order, session: Session
) -> None:
    issued = issue(hanako, order)
    render(app, session)
    assert hanako.get(f"{issued}?lang=en").text.count("You can open") == 1
