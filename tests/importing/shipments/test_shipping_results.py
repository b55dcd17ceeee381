"""Shipping results: importing parcels, the states of their orders, mailing the buyer, and the carriers' own files."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import (
    AuditEntry,
    ImportRow,
    ImportRun,
    Order,
    OrderShipment,
    OutboxMail,
    Shipment,
    ShipmentItem,
    Shop,
    TrackingEvent,
)
from portal.values.states import OrderStatus, ShipmentStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import (
    CREATED,
    UNCHANGED,
    UPDATED,
    everything,
    outcomes,
    shipped,
    table,
    take_in_shipments,
    the_order,
)
from tests.importing.shipments.results import OTHER, event, mails, take


def test_a_shipping_result_ships_the_order(shop: Shop, session: Session, clock: Clock) -> None:
    assert outcomes(take(session, shop, clock, shipped())) == CREATED
    saved = the_order(session)
    (parcel,) = saved.shipments
    assert saved.status == OrderStatus.SHIPPED
    assert (parcel.status, parcel.shipped_on) == (ShipmentStatus.SHIPPED, date(2026, 11, 20))
    assert (parcel.carrier, parcel.service, parcel.tracking_number) == ("yamato", "宅急便", "123456789010")
    run = session.scalars(select(ImportRun)).one()
    assert (run.kind, run.created, run.refused) == ("shipments", 1, 0)
    assert [tuple(row) for row in session.execute(select(ImportRow.line, ImportRow.order_code, ImportRow.outcome))] == [
        (2, "A-1001", "created")
    ]


def test_the_same_file_twice_changes_nothing_and_tells_nobody_again(shop: Shop, session: Session, clock: Clock) -> None:
    rows = [event("荷物受付"), event("発送済み", "2026/11/21 20:00"), shipped(受注コード="A-1002", 送り状番号=OTHER)]
    take(session, shop, clock, *rows)
    models = (Order, Shipment, OrderShipment, TrackingEvent, AuditEntry, OutboxMail)
    before = everything(session, *models)
    assert outcomes(take(session, shop, clock, *rows)) == {"unchanged": 2}
    assert everything(session, *models) == before


def test_the_buyer_is_told_once_that_it_has_left(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, shipped())
    take(session, shop, clock, event("発送済み"))
    (mail,) = session.scalars(select(OutboxMail))
    assert (mail.message, mail.recipient, mail.state) == ("shipped", "hanako@example.jp", "queued")
    assert "1234-5678-9010" in mail.body_text
    assert "/sakura/o/" in mail.body_text


@pytest.mark.parametrize(
    "cells",
    [{"出荷日": "2026/11/30"}, {"出荷日": ""}, {"出荷日": "2026/11/10"}, {"出荷ステータス": "出荷作業中"}],
    ids=["planned", "only a number", "long ago", "being packed"],
)
def test_nobody_is_told_what_is_no_news(shop: Shop, session: Session, clock: Clock, cells: dict[str, str]) -> None:
    take(session, shop, clock, shipped(**cells))
    assert mails(session) == []


def test_a_file_that_says_that_nobody_was_in_tells_the_buyer_once(shop: Shop, session: Session, clock: Clock) -> None:
    shop.tells_attempts_since = clock() - timedelta(days=1)
    session.commit()
    gone = event("持戻（ご不在）", "2026/11/21 09:00", 出荷日="2026/11/10")
    for _ in range(2):
        take(session, shop, clock, gone)
    (mail,) = session.scalars(select(OutboxMail))
    assert mail.message == "delivery_attempted"
    assert "11月21日(土) 9:00" in mail.body_text


def test_without_an_address_nobody_is_told(shop: Shop, session: Session, clock: Clock) -> None:
    the_order(session).email_key = ""
    session.commit()
    assert outcomes(take(session, shop, clock, shipped())) == CREATED
    assert mails(session) == []


def test_two_parcels_are_shipped_when_both_are(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, shipped(), shipped(送り状番号="", 出荷日="", 出荷管理番号="S-2"))
    assert the_order(session).status == OrderStatus.PARTIALLY_SHIPPED
    take(session, shop, clock, shipped(送り状番号=OTHER, 出荷管理番号="S-2", 出荷日="2026/11/21"))
    saved = the_order(session)
    assert saved.status == OrderStatus.SHIPPED
    assert {parcel.tracking_number for parcel in saved.shipments} == {"123456789010", "123456789021"}
    assert len(mails(session)) == 2


def test_the_mail_about_the_first_parcel_mentions_that_others_follow(
    shop: Shop, session: Session, clock: Clock
) -> None:
    take(session, shop, clock, shipped(), shipped(送り状番号="", 出荷日="", 出荷管理番号="S-2"))
    take(session, shop, clock, shipped(送り状番号=OTHER, 出荷管理番号="S-2", 出荷日="2026/11/21"))
    first, second = session.scalars(select(OutboxMail).order_by(OutboxMail.id))
    for body in (first.body_text, first.body_html):
        assert "残りの商品は、準備が整い次第お送りします" in body
    assert "残りの商品" not in second.body_text + second.body_html


def test_a_canceled_parcel_does_not_count(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, shipped(), shipped(送り状番号="", 出荷日="", 出荷管理番号="S-2"))
    take(session, shop, clock, shipped(送り状番号="", 出荷日="", 出荷管理番号="S-2", 出荷ステータス="キャンセル"))
    assert the_order(session).status == OrderStatus.SHIPPED


def test_a_carriers_file_keeps_the_service_that_the_order_said(
    shop: Shop, cast: Cast, session: Session, clock: Clock
) -> None:
    parcel = {"carrier": "japanpost", "service": "ゆうパック", "status": ShipmentStatus.WAITING, "shipped_on": None}
    cast.shipment(the_order(session), **parcel, tracking_number="")
    session.commit()
    row = {"お客様側管理番号": "A-1001", "お問い合わせ番号": "123456789010", "仮引受確定作業年月日": "20261120"}
    take(session, shop, clock, row, mapping="yupack-r")
    assert the_order(session).shipments[0].service == "ゆうパック"
    row = {"お客様管理番号": "A-1001", "お問い合せ送り状No.": "123456789010", "出荷日": "20261120"}
    take(session, shop, clock, row, mapping="sagawa-ehiden")
    (corrected,) = the_order(session).shipments
    assert (corrected.carrier, corrected.service) == ("sagawa", "")


def test_what_is_in_a_parcel(shop: Shop, cast: Cast, session: Session, clock: Clock) -> None:
    lines = [
        {"product_code": code, "name": name, "quantity": 2, "unit_price": 100, "amount": 200, "tax_rate": 8}
        for code, name in (("T-1", "煎茶"), ("T-2", "玉露"))
    ]
    cast.order(shop, "A-3", lines=lines)
    session.commit()
    rows = [
        shipped(受注コード="A-3", 商品コード="T-1", 数量="2"),
        shipped(受注コード="A-3", 商品コード="T-2", 数量="1"),
        shipped(受注コード="A-3", 送り状番号=OTHER, 商品コード="T-2", 数量="1"),
    ]
    assert outcomes(take(session, shop, clock, *rows)) == CREATED
    parcels = {parcel.tracking_number: parcel for parcel in the_order(session, "A-3").shipments}
    assert sorted(item.quantity for item in parcels["123456789010"].items) == [1, 2]
    assert [item.quantity for item in parcels["123456789021"].items] == [1]
    assert outcomes(take(session, shop, clock, *rows)) == UNCHANGED
    report = take(session, shop, clock, shipped(受注コード="A-3", 商品コード="T-9", 数量="1"))
    assert "T-9" in report.refused[0].problems[0].reason
    assert session.scalar(select(func.count()).select_from(ShipmentItem)) == 3


def test_a_file_may_correct_the_ship_date(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, shipped())
    assert outcomes(take(session, shop, clock, shipped(出荷日="2026/11/19"))) == UPDATED
    assert the_order(session).shipments[0].shipped_on == date(2026, 11, 19)


def test_a_dry_run_ships_nothing_and_tells_nobody(shop: Shop, session: Session, clock: Clock) -> None:
    models = (Order, Shipment, ImportRun, ImportRow, OutboxMail)
    before = everything(session, *models)
    report = take_in_shipments(session, shop, table(shipped()), clock(), dry_run=True)
    assert outcomes(report) == CREATED
    assert everything(session, *models) == before


def test_yamatos_issued_slips(shop: Shop, session: Session, clock: Clock) -> None:
    row = {
        "お客様管理番号": "A-1001",
        "送り状種類": "A",
        "クール区分": "0",
        "伝票番号": '="123456789010"',
        "出荷予定日": "2026/11/21",
        "お届け予定（指定）日": "2026/11/24",
        "配達時間帯": "1416",
        "予備": "",
    }
    content = table(row, encoding="cp932").replace("予備".encode("cp932"), "予備,予備".encode("cp932"))
    assert outcomes(take_in_shipments(session, shop, content, clock(), mapping="yamato-b2")) == CREATED
    (parcel,) = the_order(session).shipments
    assert (parcel.carrier, parcel.service, parcel.tracking_number) == ("yamato", "ネコポス", "123456789010")
    assert (parcel.shipped_on, parcel.requested_on, parcel.requested_slot) == (
        date(2026, 11, 21),
        date(2026, 11, 24),
        "1416",
    )


@pytest.mark.parametrize(
    ("code", "number"), [("お客様管理番号", "お問い合せ送り状No."), ("お客様管理ナンバー", "お問合せ送り状No")]
)
def test_sagawas_results_of_both_versions(shop: Shop, session: Session, clock: Clock, code: str, number: str) -> None:
    row = {code: "A-1001", number: "123456789010", "出荷日": "20261120", "配達日": "", "配達指定時間帯": "01"}
    assert outcomes(take(session, shop, clock, row, mapping="sagawa-ehiden")) == CREATED
    (parcel,) = the_order(session).shipments
    assert (parcel.carrier, parcel.shipped_on, parcel.requested_slot) == ("sagawa", date(2026, 11, 20), "01")


def test_the_posts_history_tells_the_delivery_too(shop: Shop, session: Session, clock: Clock) -> None:
    row = {
        "お客様側管理番号": "A-1001",
        "お問い合わせ番号": "123456789010",
        "仮引受確定作業年月日": "20261119",
        "配送完了作業年月日": "20261120",
        "配達ステータス集約コード": "10",
    }
    assert outcomes(take(session, shop, clock, row, mapping="yupack-r")) == CREATED
    (parcel,) = the_order(session).shipments
    assert (parcel.carrier, parcel.shipped_on, parcel.tracking_state) == ("japanpost", date(2026, 11, 19), "delivered")
    assert mails(session) == []
