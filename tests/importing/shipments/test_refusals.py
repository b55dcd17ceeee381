"""Rows and files of shipping results that are refused, and why."""

import pytest
from sqlalchemy.orm import Session

from portal.models import (
    Shop,
)
from portal.orders import verbs as orders
from portal.values.states import OrderStatus, ShipmentStatus
from tests.conftest import Clock
from tests.importing.files import (
    REFUSED,
    UPDATED,
    outcomes,
    refusals,
    shipped,
    table,
    take_in_shipments,
    the_order,
)
from tests.importing.shipments.results import OTHER, mails, take


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


def test_an_unreadable_file_is_refused_whole(shop: Shop, session: Session, clock: Clock) -> None:
    report = take_in_shipments(session, shop, table({"注文": "A-1001"}), clock())
    assert "受注コード" in report.refusal


def test_a_parcel_that_has_left_is_not_canceled(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, shipped())
    report = take(session, shop, clock, shipped(出荷ステータス="キャンセル"))
    assert outcomes(report) == REFUSED
    assert the_order(session).shipments[0].status == ShipmentStatus.SHIPPED
