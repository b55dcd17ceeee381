"""Shipping results: importing parcels and their events, the states of their orders, and mailing the buyer."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.importing.applying.history import Report
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
from portal.orders import verbs as orders
from portal.values.states import OrderStatus, ShipmentStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import (
    CREATED,
    REFUSED,
    UNCHANGED,
    UPDATED,
    everything,
    outcomes,
    refusals,
    shipped,
    table,
    take_in_shipments,
    the_order,
)

YAMATO, OTHER = "1234-5678-9010", "1234-5678-9021"


@pytest.fixture
def shop(cast: Cast) -> Shop:
    shop = cast.shop()
    cast.order(shop, "A-1001")
    cast.order(shop, "A-1002")
    cast.session.commit()
    return shop


def take(session: Session, shop: Shop, clock: Clock, *rows: dict[str, str], mapping: str = "generic") -> Report:
    return take_in_shipments(session, shop, table(*rows), clock.forward(minutes=1), mapping=mapping)


def event(words: str, at: str = "2026/11/21 08:00", **cells: str) -> dict[str, str]:
    return shipped(配送日時=at, 配送状況=words, 配送場所="大阪ベース", **cells)


def mails(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxMail.recipient).order_by(OutboxMail.id)))


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


def test_a_parcel_that_has_left_is_not_canceled(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, shipped())
    report = take(session, shop, clock, shipped(出荷ステータス="キャンセル"))
    assert outcomes(report) == REFUSED
    assert the_order(session).shipments[0].status == ShipmentStatus.SHIPPED


def test_events_come_in_once_and_sort_by_their_own_time(shop: Shop, session: Session, clock: Clock) -> None:
    rows = [
        event("配達中", "2026/11/21 09:00"),
        event("荷物受付", "2026/11/20 18:00"),
        event("配達中", "2026/11/21 09:00"),
    ]
    assert outcomes(take(session, shop, clock, *rows)) == CREATED
    (parcel,) = the_order(session).shipments
    assert [(found.words, found.state) for found in parcel.events] == [
        ("配達中", "out_for_delivery"),
        ("荷物受付", "accepted"),
    ]
    assert parcel.events[0].occurred_at == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    assert (parcel.tracking_state, parcel.events[0].place) == ("out_for_delivery", "大阪ベース")


def test_a_late_event_does_not_undo_a_delivery(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, event("配達完了", "2026/11/21 10:00"))
    assert outcomes(take(session, shop, clock, event("輸送中", "2026/11/21 11:00"))) == UPDATED
    (parcel,) = the_order(session).shipments
    assert (parcel.tracking_state, len(parcel.events)) == ("delivered", 2)


def test_unknown_words_are_kept_as_they_came(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, event("荷物受付", "2026/11/20 18:00"), event("ドローンで飛行中", "2026/11/21 09:00"))
    (parcel,) = the_order(session).shipments
    assert (parcel.events[0].words, parcel.events[0].state, parcel.tracking_state) == (
        "ドローンで飛行中",
        "",
        "accepted",
    )


def test_a_scan_tells_the_ship_date_when_nobody_else_does(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, event("荷物受付", "2026/11/19 18:00", 出荷日=""))
    (parcel,) = the_order(session).shipments
    assert (parcel.status, parcel.shipped_on) == (ShipmentStatus.SHIPPED, date(2026, 11, 19))


def test_a_post_office_box_is_reached_when_the_buyer_fetches_it(shop: Shop, session: Session, clock: Clock) -> None:
    the_order(session).recipient_address = "大阪中央郵便局 私書箱123号"
    session.commit()
    post = {"配送方法": "日本郵便 ゆうパック", "送り状番号": "123456789021"}
    take(session, shop, clock, event("お届け先にお届け済み", "2026/11/21 09:00", **post))
    assert the_order(session).shipments[0].tracking_state == "held"
    take(session, shop, clock, event("窓口でお渡し", "2026/11/21 12:00", **post))
    assert the_order(session).shipments[0].tracking_state == "delivered"


@pytest.mark.parametrize("together", [{"同梱": "同梱"}, {"出荷管理番号": "S-7"}])
def test_a_bundled_parcel_belongs_to_both_orders(
    shop: Shop, session: Session, clock: Clock, together: dict[str, str]
) -> None:
    rows = [shipped(**together), shipped(受注コード="A-1002", **together)]
    assert outcomes(take(session, shop, clock, *rows)) == {"created": 2}
    (parcel,) = session.scalars(select(Shipment))
    assert {order.code for order in parcel.orders} == {"A-1001", "A-1002"}
    assert the_order(session).status == the_order(session, "A-1002").status == OrderStatus.SHIPPED
    assert outcomes(take(session, shop, clock, *rows)) == {"unchanged": 2}


def test_an_order_that_travels_in_anothers_parcel_needs_its_own_no_more(
    shop: Shop, cast: Cast, session: Session, clock: Clock
) -> None:
    for code in ("A-1001", "A-1002"):
        waiting = {"status": ShipmentStatus.WAITING, "tracking_number": "", "shipped_on": None}
        cast.shipment(the_order(session, code), **waiting)
    session.commit()
    rows = [shipped(同梱="同梱"), shipped(受注コード="A-1002", 同梱="同梱")]
    assert outcomes(take(session, shop, clock, *rows)) == {"updated": 2}
    assert the_order(session).status == the_order(session, "A-1002").status == OrderStatus.SHIPPED
    assert sorted(session.scalars(select(Shipment.status))) == [ShipmentStatus.CANCELED, ShipmentStatus.SHIPPED]
    assert outcomes(take(session, shop, clock, *rows)) == {"unchanged": 2}


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


def test_an_order_can_join_a_parcel_that_is_known(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, shipped())
    take(session, shop, clock, shipped(受注コード="A-1002", 同梱="○"))
    (parcel,) = session.scalars(select(Shipment))
    assert {order.code for order in parcel.orders} == {"A-1001", "A-1002"}


def test_one_number_on_two_orders_without_a_mark_is_a_mistake(shop: Shop, session: Session, clock: Clock) -> None:
    report = take(session, shop, clock, shipped(), shipped(受注コード="A-1002"))
    assert outcomes(report) == {"refused": 2}
    assert refusals(report) == [(2, "送り状番号"), (3, "送り状番号")]
    assert "同梱" in report.refused[0].problems[0].reason
    assert session.scalars(select(Shipment.id)).all() == []


def test_a_number_that_the_carrier_gave_out_again_is_another_parcel(
    shop: Shop, cast: Cast, session: Session, clock: Clock
) -> None:
    old = cast.order(shop, "A-0001")
    cast.shipment(old, shipped_on=date(2025, 11, 20))
    session.commit()
    assert outcomes(take(session, shop, clock, shipped(同梱="同梱"))) == CREATED
    assert session.scalar(select(func.count()).select_from(Shipment)) == 2


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


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"受注コード": "A-404"}, "受注コード", "ありません"),
        ({"出荷日": "きのう"}, "出荷日", "日付として"),
        ({"送り状番号": "4.12346E+11"}, "送り状番号", "まるめた"),
        ({"送り状番号": "=A1"}, "送り状番号", "計算式"),
        ({"配送状況": "配達中"}, "配送日時", "必要です"),
        ({"配送日時": "2026/11/21 09:00"}, "配送状況", "必要です"),
        ({"出荷ステータス": "たぶん"}, "出荷ステータス", "使える言葉"),
    ],
)
def test_a_bad_row_is_refused_with_line_column_and_reason(
    shop: Shop, session: Session, clock: Clock, cells: dict[str, str], column: str, words: str
) -> None:
    blank = {"配送日時": "", "配送状況": "", "出荷ステータス": ""}
    bad = shipped(**(blank | cells))
    report = take(session, shop, clock, bad, shipped(受注コード="A-1002", 送り状番号=OTHER, **blank))
    assert outcomes(report) == {"created": 1, "refused": 1}
    assert refusals(report) == [(2, column)]
    assert words in report.refused[0].problems[0].reason


def test_a_bad_row_refuses_all_parcels_of_its_order(shop: Shop, session: Session, clock: Clock) -> None:
    report = take(session, shop, clock, shipped(), shipped(送り状番号=OTHER, 出荷日="x"))
    assert refusals(report) == [(2, ""), (3, "出荷日")]
    # With only the good row the order would look wholly shipped.
    assert the_order(session).status == OrderStatus.AWAITING_SHIPMENT
    assert mails(session) == []


def test_a_canceled_order_gets_no_parcel(shop: Shop, session: Session, clock: Clock) -> None:
    orders.cancel(session, the_order(session), allow_code_again=False, actor="staff:suzuki", now=clock())
    session.commit()
    report = take(session, shop, clock, shipped(), shipped(受注コード="A-1002", 送り状番号=OTHER))
    assert outcomes(report) == {"created": 1, "refused": 1}
    assert "キャンセル済み" in report.refused[0].problems[0].reason
    assert the_order(session).shipments == []


def test_a_parcel_without_a_number_must_be_the_only_one(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, shipped(), shipped(送り状番号=OTHER))
    report = take(session, shop, clock, shipped(送り状番号="", 出荷日="2026/11/21"))
    assert "いくつもあります" in report.refused[0].problems[0].reason
    take(session, shop, clock, shipped(受注コード="A-1002", 送り状番号="", 出荷日=""))
    assert (
        outcomes(take(session, shop, clock, shipped(受注コード="A-1002", 送り状番号="", 出荷日="2026/11/21")))
        == UPDATED
    )
    assert the_order(session, "A-1002").status == OrderStatus.SHIPPED


def test_a_blank_code_means_the_parcel_above(shop: Shop, session: Session, clock: Clock) -> None:
    further = {"配送日時": "2026/11/21 09:00", "配送状況": "配達中"}
    assert outcomes(take(session, shop, clock, event("荷物受付", "2026/11/20 18:00"), further)) == CREATED
    assert len(the_order(session).shipments[0].events) == 2


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


def test_an_unreadable_file_is_refused_whole(shop: Shop, session: Session, clock: Clock) -> None:
    report = take_in_shipments(session, shop, table({"注文": "A-1001"}), clock())
    assert "受注コード" in report.refusal


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
