"""Receipts are issued exactly once, numbered without gaps and reissued with the mark."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import AuditEntry, Order, Receipt, Rendition, Shop
from portal.receipts import ledger
from portal.receipts.drafting import Texts
from portal.receipts.issuing import Refused, issue, issue_again
from portal.receipts.rules.permissions import Refusal
from portal.values.states import OrderStatus
from tests.cast import Cast
from tests.conftest import Clock

TEXTS = Texts(addressee="山田 花子", honorific="様", proviso="お茶代として", language="ja")
Press = Callable[..., Receipt | Refused]


def press(session: Session, shop: Shop, order: Order, clock: Clock, texts: Texts = TEXTS) -> Receipt | Refused:
    return issue(session, shop=shop, order=order, texts=texts, verify_url=str, actor="buyer:1", now=clock())


def again(session: Session, shop: Shop, order: Order, receipt: Receipt, clock: Clock) -> Receipt:
    found = issue_again(session, shop=shop, order=order, receipt=receipt, verify_url=str, actor="buyer:1", now=clock())
    assert isinstance(found, Receipt)
    return found


def issued(session: Session, shop: Shop, order: Order, clock: Clock) -> Receipt:
    receipt = press(session, shop, order, clock)
    assert isinstance(receipt, Receipt)
    return receipt


def store(session: Session, receipt: Receipt, clock: Clock) -> None:
    """Mark the receipt's PDF as stored, as the worker does once it has rendered it."""
    rendition = session.get_one(Rendition, receipt.rendition_id)
    rendition.stored_at = clock()
    session.flush()


@pytest.fixture
def order(cast: Cast, shop: Shop) -> Order:
    order = cast.order(shop)
    cast.shipment(order)
    return order


def test_a_receipt_keeps_what_was_true_when_it_was_issued(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    receipt = issued(session, shop, order, clock)
    shop.issuer_name, order.buyer_name, order.total = "別の会社", "佐藤 太郎", 1
    session.flush()
    assert receipt.snapshot["issuer"]["name"] == "株式会社さくら茶舗"
    assert (receipt.snapshot["addressee"], receipt.amount) == ("山田 花子", 3280)
    assert [(rate["rate"], rate["total"], rate["tax"]) for rate in receipt.snapshot["rates"]] == [
        (8, 1080, 80),
        (10, 2200, 200),
    ]
    assert (receipt.issued_on.isoformat(), receipt.transaction_on.isoformat()) == ("2026-11-21", "2026-11-20")


def test_fifty_presses_at_the_same_moment_give_one_receipt(
    app: Flask, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    session.commit()
    presses = 50
    start = Barrier(presses)

    def one_press(_: int) -> int:
        start.wait()
        with app.app_context(), Session(db.engine, expire_on_commit=False) as own, own.begin():
            receipt = issued(own, own.get_one(Shop, shop.id), own.get_one(Order, order.id), clock)
            return receipt.number

    with ThreadPoolExecutor(presses) as pool:
        numbers = list(pool.map(one_press, range(presses)))
    assert numbers == [1] * presses
    assert session.scalar(select(func.count()).select_from(Receipt)) == 1
    assert session.scalar(select(func.count()).select_from(Rendition)) == 1


def test_numbers_have_no_gap_after_a_failure(session: Session, cast: Cast, shop: Shop, clock: Clock) -> None:
    orders = [cast.order(shop, code=f"A-{number}") for number in range(3)]
    for one in orders:
        cast.shipment(one)
    session.commit()
    issued(session, shop, orders[0], clock)
    session.commit()
    issued(session, shop, orders[1], clock)
    session.rollback()  # as if the process had died before the commit
    issued(session, shop, orders[2], clock)
    session.commit()
    assert session.scalars(select(Receipt.number).order_by(Receipt.number)).all() == [1, 2]


def test_each_shop_counts_for_itself(session: Session, cast: Cast, shop: Shop, order: Order, clock: Clock) -> None:
    other = cast.shop("hinata")
    theirs = cast.order(other)
    cast.shipment(theirs)
    assert [issued(session, shop, order, clock).number, issued(session, other, theirs, clock).number] == [1, 1]


def test_an_order_that_has_not_shipped_gives_no_receipt_and_takes_no_number(
    session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    waiting = cast.order(shop, code="A-2")
    assert press(session, shop, waiting, clock) == Refused((Refusal.NOT_ALL_SHIPPED,))
    cast.shipment(waiting)
    assert issued(session, shop, waiting, clock).number == 1


def test_a_cancellation_in_another_tab_is_seen_at_the_last_moment(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    session.commit()
    with Session(session.get_bind()) as staff, staff.begin():
        staff.get_one(Order, order.id).status = OrderStatus.CANCELED
    assert press(session, shop, order, clock) == Refused((Refusal.CANCELED,))


def test_the_same_bytes_are_open_for_half_an_hour_under_every_policy(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    receipt = issued(session, shop, order, clock)
    store(session, receipt, clock)
    clock.forward(minutes=29)
    for policy in ("unlimited", "once", "reissue"):
        shop.receipt_policy = policy
        assert again(session, shop, order, receipt, clock).id == receipt.id


def test_the_second_time_carries_the_mark_and_a_number_of_its_own(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    shop.receipt_policy = "reissue"
    first = issued(session, shop, order, clock)
    store(session, first, clock)
    clock.forward(days=2)
    order.buyer_name = "改姓 花子"
    second = again(session, shop, order, first, clock)
    assert (second.number, second.original_id, second.copy_number) == (2, first.id, 1)
    assert second.snapshot["reissue"] == {"original_number": "00000001", "original_issued_on": "2026-11-21"}
    assert (second.snapshot["issued_on"], second.snapshot["addressee"]) == ("2026-11-23", "山田 花子")
    assert again(session, shop, order, first, clock).id == second.id, "open for half an hour again"
    store(session, second, clock)
    clock.forward(hours=1)
    third = again(session, shop, order, second, clock)
    assert (third.original_id, third.copy_number) == (first.id, 2)
    assert third.snapshot["reissue"]["original_number"] == "00000001"


def test_simultaneous_reissues_give_one(app: Flask, session: Session, shop: Shop, order: Order, clock: Clock) -> None:
    shop.receipt_policy = "reissue"
    first = issued(session, shop, order, clock)
    store(session, first, clock)
    session.commit()
    clock.forward(hours=1)
    start = Barrier(8)

    def one_press(_: int) -> int:
        start.wait()
        with app.app_context(), Session(db.engine, expire_on_commit=False) as own, own.begin():
            rows = own.get_one(Shop, shop.id), own.get_one(Order, order.id), own.get_one(Receipt, first.id)
            return again(own, *rows, clock).number

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one_press, range(8))) == {2}


def test_once_means_once_until_staff_grant_another(session: Session, shop: Shop, order: Order, clock: Clock) -> None:
    shop.receipt_policy = "once"
    receipt = issued(session, shop, order, clock)
    store(session, receipt, clock)
    clock.forward(minutes=31)
    assert again(session, shop, order, receipt, clock).reopened_at is None
    receipt.extra_downloads = 1
    granted = again(session, shop, order, receipt, clock)
    assert session.scalar(select(func.count()).where(AuditEntry.action == "receipt.reopened")) == 1
    assert (granted.id, granted.extra_downloads, granted.reopened_at) == (receipt.id, 0, clock())
    clock.forward(minutes=31)
    assert again(session, shop, order, receipt, clock).reopened_at == clock() - timedelta(minutes=31)
    assert session.scalar(select(func.count()).select_from(Receipt)) == 1


def test_a_voided_receipt_gives_the_buyers_right_back(session: Session, shop: Shop, order: Order, clock: Clock) -> None:
    receipt = issued(session, shop, order, clock)
    receipt.voided_at, receipt.void_reason = clock(), "宛名の誤り"
    session.flush()
    assert issued(session, shop, order, clock).number == 2


def test_paper_and_ledger_agree_on_the_day_where_no_file_told_a_ship_date(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    order.shipments[0].shipped_on = None
    session.flush()
    receipt = issued(session, shop, order, clock)
    assert receipt.snapshot["transaction_on"] == receipt.transaction_on.isoformat() == "2026-11-21"


def test_without_known_rates_the_buyer_asks_the_shop(session: Session, shop: Shop, order: Order, clock: Clock) -> None:
    order.lines[0].tax_rate = None
    session.flush()
    assert press(session, shop, order, clock) == Refused((Refusal.RATES_UNKNOWN,))


def test_an_amount_that_cannot_be_mapped_to_rates_carries_no_registration_number(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    order.total -= 500
    session.flush()
    snapshot = issued(session, shop, order, clock).snapshot
    assert (snapshot["amount"], snapshot["rates"], snapshot["issuer"]["registration_number"]) == (2780, [], "")


def test_the_ledger_names_the_counterparty_and_the_newest_copy(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    receipt = issued(session, shop, order, clock)
    assert receipt.counterparty == "山田 花子"
    assert ledger.newest_of(ledger.live_receipts(session, order.id), receipt).id == receipt.id


def test_a_price_without_tax_is_not_printed_beside_an_amount_with_it(
    session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    order.lines[0].unit_price = 1000
    session.flush()
    lines = issued(session, shop, order, clock).snapshot["lines"]
    assert [(line["unit_price"], line["amount"]) for line in lines] == [(None, 1080), (2200, 2200)]
