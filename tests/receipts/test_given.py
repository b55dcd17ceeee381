"""Statements and delivery notes as they were given: kept, found and forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.rules.contact import full_contact
from portal.extensions import db
from portal.models import Order, Paper, Rendition, Shop
from portal.receipts import given, renditions
from portal.receipts.documents import StatementDocument
from portal.receipts.papers import request_delivery_note, request_statement
from portal.receipts.rules.question import PaperCursor, PaperQuestion
from tests.cast import Cast
from tests.conftest import Clock


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop(fiscal_month=3)


@pytest.fixture
def order(cast: Cast, shop: Shop) -> Order:
    order = cast.order(shop)
    cast.shipment(order, shipped_on=date(2026, 11, 19))
    cast.session.commit()
    return order


def statement(session: Session, order: Order, clock: Clock) -> Rendition:
    taken = request_statement(session, session.get_one(Shop, order.shop_id), order, full_contact(order), clock())
    session.commit()
    return taken


def papers(session: Session, shop: Shop, **asked: object) -> list[tuple[str, str]]:
    found = given.search(session, shop.id, PaperQuestion(**asked), limit=50)  # type: ignore[arg-type]
    return [(paper.order.code, paper.kind) for paper in found]


def test_whoever_takes_it_again_later_gets_the_paper_of_the_first_day(
    session: Session, order: Order, clock: Clock
) -> None:
    first = statement(session, order, clock)
    clock.forward(days=40)
    again = statement(session, order, clock)
    assert again.id == first.id
    assert StatementDocument.from_dict(again.document).issued_on == date(2026, 11, 21)
    assert session.scalars(select(Paper.given_on)).all() == [date(2026, 11, 21)]


def test_a_change_of_content_makes_another_paper_and_keeps_the_first(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    first = statement(session, order, clock)
    order.buyer_name = "山田 はな子"
    clock.forward(days=1)
    second = statement(session, order, clock)
    assert second.id != first.id
    assert [StatementDocument.from_dict(one.document).buyer.name for one in (first, second)] == [
        "山田 花子",
        "山田 はな子",
    ]
    assert papers(session, shop) == [("A-10234", "statement")] * 2


def test_papers_are_found_by_day_amount_and_name_together(
    session: Session, cast: Cast, shop: Shop, order: Order, clock: Clock
) -> None:
    other = cast.order(shop, "B-2", buyer_name="髙橋 一郎", total=12_000)
    cast.shipment(other, shipped_on=date(2026, 11, 20))
    elsewhere = cast.order(cast.shop("ume"), "U-1")
    for one in (order, other, elsewhere):
        statement(session, one, clock)
    request_delivery_note(session, shop, other, full_contact(other), clock())
    assert papers(session, shop, kind="statement") == [("B-2", "statement"), ("A-10234", "statement")]
    assert papers(session, shop, counterparty="高橋") == [("B-2", "delivery_note"), ("B-2", "statement")]
    on_the_day = {"since": date(2026, 11, 20), "until": date(2026, 11, 20)}
    assert papers(session, shop, counterparty="ﾀｶﾊｼ", **on_the_day) == []
    assert papers(
        session, shop, counterparty="髙橋", at_least=12_000, at_most=12_000, kind="statement", **on_the_day
    ) == [("B-2", "statement")]
    assert papers(session, shop, at_most=11_999, kind="statement") == [("A-10234", "statement")]
    assert given.count(session, shop.id, PaperQuestion()) == 3


def test_pages_follow_each_other_without_a_gap_though_all_are_of_one_day(
    session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    for n in range(5):
        statement(session, cast.order(shop, f"C-{n}"), clock)
    seen: list[str] = []
    after = None
    while page := given.search(session, shop.id, PaperQuestion(), after=after, limit=2):
        seen += [paper.order.code for paper in page]
        after = PaperCursor.read(str(PaperCursor(page[-1].transaction_on, page[-1].id)))
    assert sorted(seen) == [f"C-{n}" for n in range(5)]


def test_many_who_take_it_at_once_are_given_one_paper(app: Flask, session: Session, order: Order, clock: Clock) -> None:
    together = Barrier(8)

    def take(_: int) -> object:
        together.wait()
        with app.app_context(), Session(db.engine) as own:
            return statement(own, own.get_one(Order, order.id), clock).id

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(take, range(8)))) == 1
    assert len(session.scalars(select(Paper.id)).all()) == 1


def test_a_paper_goes_when_its_years_are_over_and_not_a_day_before(
    app: Flask, session: Session, order: Order, clock: Clock
) -> None:
    store = app.extensions["ports"].documents
    taken = statement(session, order, clock)
    with app.app_context():
        begin = partial(Session, db.engine, expire_on_commit=False)
        renditions.make(begin, taken.id, renderer=app.extensions["ports"].renderer, store=store, clock=clock)
    session.expire_all()
    # Given in the year to March 2027: two months and seven years later is 31 May 2034.
    clock.forward(days=(date(2034, 5, 31) - date(2026, 11, 21)).days)
    assert given.forget(session, store, clock()) == 0
    clock.forward(days=1)
    key = renditions.store_key(taken, taken.sha256 or "")
    assert store.get(key)
    assert given.forget(session, store, clock()) == 1
    session.commit()
    assert session.scalars(select(Rendition)).all() == []
    with pytest.raises(KeyError):
        store.get(key)
