"""Importing a file with orders that exist already."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.importing.applying.history import Report
from portal.models import (
    AuditEntry,
    AuditValue,
    ImportRow,
    ImportRun,
    Order,
    OrderLine,
    Receipt,
    Rendition,
    Shipment,
    Shop,
)
from portal.orders import verbs
from portal.values.states import OrderStatus, ShipmentStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import (
    CREATED,
    RAKUTEN,
    REFUSED,
    UNCHANGED,
    UPDATED,
    everything,
    order,
    outcomes,
    refusals,
    shipped,
    table,
    take_in,
    take_in_shipments,
    the_order,
)


def take(session: Session, shop: Shop, clock: Clock, **cells: str) -> Report:
    return take_in(session, shop, table(order(**cells)), clock.forward(minutes=1))


def receipt_for(session: Session, order: Order, now: datetime) -> Receipt:
    rendition = Rendition(
        shop_id=order.shop_id,
        kind="receipt",
        digest=uuid4().hex,
        document={},
        requested_at=now,
        next_try_at=now,
        attempts=0,
    )
    session.add(rendition)
    session.flush()
    receipt = Receipt(
        shop_id=order.shop_id,
        order_id=order.id,
        number=1,
        issued_by="buyer",
        issued_at=now,
        issued_on=date(2026, 11, 21),
        transaction_on=date(2026, 11, 20),
        counterparty_key="",
        counterparty="山田 花子",
        amount=1080,
        snapshot={"amount": 1080},
        public_token=uuid4().hex,
        rendition_id=rendition.id,
    )
    session.add(receipt)
    session.commit()
    return receipt


def test_the_same_file_twice_changes_nothing(shop: Shop, session: Session, clock: Clock) -> None:
    content = table(
        order(送り状番号="1234-5678-9010", 出荷日="2026/11/20"), order(商品名="急須", 単価="2200", 税率="10")
    )
    assert outcomes(take_in(session, shop, content, clock())) == CREATED
    models = (Order, OrderLine, Shipment, AuditEntry, AuditValue)
    before = everything(session, *models)
    assert outcomes(take_in(session, shop, content, clock.forward(hours=1))) == UNCHANGED
    assert everything(session, *models) == before
    assert session.scalars(select(ImportRow.outcome).order_by(ImportRow.id)).all() == [
        *("created", "created"),
        *("unchanged", "unchanged"),
    ]


def test_the_same_facts_in_another_form_change_nothing_either(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock)
    before = everything(session, Order, OrderLine, AuditEntry)
    report = take(
        session, shop, clock, 単価="¥1,080", 数量="１", 購入者郵便番号="530-0001", 受注日時="2026年11月18日 12:34"
    )
    assert outcomes(report) == UNCHANGED
    assert everything(session, Order, OrderLine, AuditEntry) == before


def test_a_change_is_taken_over_and_audited(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock)
    first = the_order(session)
    assert outcomes(take(session, shop, clock, 購入者住所="大阪市北区梅田9-9-9", 単価="1200")) == UPDATED
    now = the_order(session)
    assert now.id == first.id
    assert (now.address, now.total, now.lines[0].amount) == ("大阪市北区梅田9-9-9", 1200, 1200)
    assert (now.updated_at, now.version) == (clock(), 2)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "order.updated")).one()
    assert entry.fields == ["address", "lines", "total"]
    values = session.execute(select(AuditValue.field, AuditValue.before, AuditValue.after)).all()
    assert ("address", "大阪市北区梅田1-2-3", "大阪市北区梅田9-9-9") in [tuple(value) for value in values]


def test_an_absent_column_keeps_what_is_there(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock)
    content = table({"受注コード": "A-1001", "入金ステータス": "未入金"})
    assert outcomes(take_in(session, shop, content, clock())) == UPDATED
    saved = the_order(session)
    assert (saved.payment_state, saved.buyer_name, len(saved.lines), saved.total) == ("unpaid", "山田 花子", 1, 1080)


def test_a_blank_cell_clears_only_where_the_mapping_says_so(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, 備考="玄関前に", 値引き="80")
    take(session, shop, clock, 備考="", 値引き="", 購入者メールアドレス="", 購入者電話番号="")
    saved = the_order(session)
    assert (saved.buyer_note, saved.discount, saved.total) == ("", 0, 1080)
    assert (saved.email, saved.phone) == ("hanako@example.jp", "090-1234-5678")


def test_a_partial_file_about_an_unknown_order_is_refused(shop: Shop, session: Session, clock: Clock) -> None:
    report = take_in(session, shop, table({"受注コード": "A-1001", "入金ステータス": "未入金"}), clock())
    assert outcomes(report) == REFUSED
    assert refusals(report) == [(2, "受注日時"), (2, "購入者名"), (2, "商品名")]


def test_lines_can_become_fewer_and_more(shop: Shop, session: Session, clock: Clock) -> None:
    rows = [order(商品名=name, 単価=price) for name, price in (("煎茶", "100"), ("玉露", "200"), ("番茶", "300"))]
    take_in(session, shop, table(*rows), clock())
    take_in(session, shop, table(rows[2]), clock())
    assert [(line.position, line.name) for line in the_order(session).lines] == [(1, "番茶")]
    take_in(session, shop, table(*rows), clock())
    assert [(line.position, line.name) for line in the_order(session).lines] == [(1, "煎茶"), (2, "玉露"), (3, "番茶")]
    assert the_order(session).total == 600


def test_a_rate_that_the_shop_has_learned_is_filled_in(session: Session, cast: Cast, clock: Clock) -> None:
    shop = cast.shop(default_tax_rate=None)
    take(session, shop, clock, 税率="")
    assert the_order(session).needs_attention == "rates_unknown"
    shop.default_tax_rate = 8
    session.commit()
    assert outcomes(take(session, shop, clock, 税率="")) == UPDATED
    assert (the_order(session).lines[0].tax_rate, the_order(session).needs_attention) == (8, "")


def test_a_receipt_stays_and_staff_are_told_when_its_order_changes(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, 出荷日="2026/11/20")
    receipt = receipt_for(session, the_order(session), clock())
    assert outcomes(take(session, shop, clock, 出荷日="2026/11/20", 単価="2000")) == UPDATED
    session.refresh(receipt)
    assert (receipt.amount, receipt.snapshot, receipt.voided_at) == (1080, {"amount": 1080}, None)
    assert (the_order(session).total, the_order(session).needs_attention) == (2000, "changed_after_receipt")
    # The order stays marked, even if the next file has the right price again.
    take(session, shop, clock, 出荷日="2026/11/20", 単価="1080")
    assert the_order(session).needs_attention == "changed_after_receipt"


@pytest.mark.parametrize("cells", [{"購入者電話番号": "080-0000-1111"}, {"備考": "不在なら宅配ボックスへ"}])
def test_what_is_not_on_a_receipt_may_change_after_it(
    shop: Shop, session: Session, clock: Clock, cells: dict[str, str]
) -> None:
    take(session, shop, clock, 出荷日="2026/11/20")
    receipt_for(session, the_order(session), clock())
    assert outcomes(take(session, shop, clock, 出荷日="2026/11/20", **cells)) == UPDATED
    assert the_order(session).needs_attention == ""


def test_a_return_after_a_receipt_is_for_staff_to_look_at(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, 出荷日="2026/11/20")
    receipt_for(session, the_order(session), clock())
    take(session, shop, clock, 出荷日="2026/11/20", 注文ステータス="返品済み")
    assert (the_order(session).status, the_order(session).needs_attention) == ("returned", "changed_after_receipt")


def test_the_channels_cancellation_cancels(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, お届け希望日="2026/11/24")
    assert outcomes(take(session, shop, clock, お届け希望日="2026/11/24", 注文ステータス="キャンセル")) == UPDATED
    saved = the_order(session)
    assert (saved.status, saved.cancelled_at, saved.code_live) == (OrderStatus.CANCELED, clock(), True)
    assert [parcel.status for parcel in saved.shipments] == [ShipmentStatus.CANCELED]
    again = take(session, shop, clock, お届け希望日="2026/11/24", 注文ステータス="キャンセル")
    assert outcomes(again) == UNCHANGED


def test_a_canceled_orders_code_is_refused_unless_it_was_given_free(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock)
    canceled = the_order(session)
    verbs.cancel(session, canceled, allow_code_again=False, actor="staff:suzuki", now=clock())
    session.commit()
    assert outcomes(take(session, shop, clock)) == UNCHANGED
    report = take(session, shop, clock, 単価="1200")
    assert outcomes(report) == REFUSED
    assert "キャンセル済み" in report.refused[0].problems[0].reason
    assert the_order(session).total == 1080
    verbs.cancel(session, canceled, allow_code_again=True, actor="staff:suzuki", now=clock())
    session.commit()
    assert outcomes(take(session, shop, clock, 単価="1200")) == CREATED
    fresh = the_order(session)
    assert (fresh.id != canceled.id, fresh.status, fresh.total) == (True, OrderStatus.AWAITING_SHIPMENT, 1200)


def test_a_cancellation_told_again_does_not_take_the_freed_code(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, 注文ステータス="キャンセル")
    verbs.cancel(session, the_order(session), allow_code_again=True, actor="staff:suzuki", now=clock())
    session.commit()
    assert outcomes(take(session, shop, clock, 注文ステータス="キャンセル")) == UNCHANGED
    assert outcomes(take(session, shop, clock, 注文ステータス="出荷待ち")) == CREATED


def test_what_has_left_is_not_canceled_by_a_file(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, 出荷日="2026/11/20")
    report = take(session, shop, clock, 出荷日="2026/11/20", 注文ステータス="キャンセル", 購入者名="別の人")
    assert outcomes(report) == REFUSED
    assert refusals(report) == [(2, "注文ステータス")]
    # The other cells of the refused row are not imported either.
    assert (the_order(session).status, the_order(session).buyer_name) == (OrderStatus.SHIPPED, "山田 花子")


@pytest.mark.parametrize("words", ["出荷待ち", "出荷作業中", "一部出荷済み"])
def test_a_late_word_does_not_take_back_what_has_left(shop: Shop, session: Session, clock: Clock, words: str) -> None:
    take(session, shop, clock, 出荷日="2026/11/20", 送り状番号="1234-5678-9010")
    take(session, shop, clock, 出荷日="", 送り状番号="1234-5678-9010", 注文ステータス=words, 備考="変更")
    saved = the_order(session)
    assert (saved.status, saved.buyer_note) == (OrderStatus.SHIPPED, "変更")
    assert [(parcel.status, parcel.shipped_on) for parcel in saved.shipments] == [
        (ShipmentStatus.SHIPPED, date(2026, 11, 20))
    ]


def test_an_order_walks_through_its_states(shop: Shop, session: Session, clock: Clock) -> None:
    steps = [
        ({"お届け希望日": "2026/11/24"}, OrderStatus.AWAITING_SHIPMENT),
        ({"注文ステータス": "保留"}, OrderStatus.ON_HOLD),
        ({"注文ステータス": "出荷待ち"}, OrderStatus.AWAITING_SHIPMENT),
        ({"注文ステータス": "出荷作業中"}, OrderStatus.PICKING),
        ({"注文ステータス": "一部出荷済み", "送り状番号": "1234-5678-9010"}, OrderStatus.PARTIALLY_SHIPPED),
        ({"注文ステータス": "出荷済み", "送り状番号": "1234-5678-9010,1234-5678-9021"}, OrderStatus.SHIPPED),
        ({"注文ステータス": "返品待ち"}, OrderStatus.RETURN_PENDING),
        ({"注文ステータス": "返品済み"}, OrderStatus.RETURNED),
    ]
    for cells, status in steps:
        take(session, shop, clock, **cells)
        assert the_order(session).status == status
    parcels = the_order(session).shipments
    assert {parcel.tracking_number for parcel in parcels} == {"123456789010", "123456789021"}
    assert {parcel.status for parcel in parcels} == {ShipmentStatus.SHIPPED}
    assert the_order(session).returned_at == clock()


def test_how_an_order_was_to_be_sent_says_nothing_about_parcels_that_left(
    shop: Shop, session: Session, clock: Clock
) -> None:
    take(session, shop, clock, 配送方法="ヤマト運輸 宅急便", お届け希望日="2026/11/24")
    results = [
        shipped(配送方法="佐川急便", 送り状番号=number, 出荷日="2026/11/20")
        for number in ("123456789010", "123456789021")
    ]
    take_in_shipments(session, shop, table(*results), clock())
    report = take(session, shop, clock, 配送方法="ヤマト運輸 宅急便", お届け希望日="2026/11/25", 備考="変更")
    assert outcomes(report) == UPDATED
    parcels = the_order(session).shipments
    assert [parcel.carrier for parcel in parcels] == ["sagawa", "sagawa"]
    assert (the_order(session).status, the_order(session).buyer_note) == (OrderStatus.SHIPPED, "変更")


def test_a_waiting_parcel_gets_the_number_that_comes_later(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, 配送方法="ヤマト運輸 宅急便", お届け希望日="2026/11/24")
    take(session, shop, clock, 送り状番号="1234-5678-9010", 出荷日="2026/11/21")
    (parcel,) = the_order(session).shipments
    assert (parcel.carrier, parcel.tracking_number) == ("yamato", "123456789010")
    assert (parcel.requested_on, parcel.shipped_on) == (date(2026, 11, 24), date(2026, 11, 21))


def test_a_dry_run_says_the_same_and_writes_nothing(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock)
    models = (Order, OrderLine, Shipment, AuditEntry, ImportRun, ImportRow)
    before = everything(session, *models)
    content = table(order(単価="1200"), order(受注コード="A-2"), order(受注コード="A-3", 数量="0"))
    dry = take_in(session, shop, content, clock(), dry_run=True)
    assert everything(session, *models) == before
    wet = take_in(session, shop, content, clock())
    assert outcomes(dry) == outcomes(wet) == {"updated": 1, "created": 1, "refused": 1}
    assert dry.refused == wet.refused


def test_another_shops_order_of_the_same_code_is_not_touched(
    shop: Shop, cast: Cast, session: Session, clock: Clock
) -> None:
    other = cast.shop("hinata")
    cast.order(other, "A-1001", buyer_name="別の人")
    assert outcomes(take(session, shop, clock)) == CREATED
    names = session.scalars(select(Order.buyer_name).where(Order.code == "A-1001")).all()
    assert sorted(names) == ["別の人", "山田 花子"]


def test_the_time_of_a_cancellation_can_be_told_by_the_file(shop: Shop, session: Session, clock: Clock) -> None:
    take(session, shop, clock, 注文ステータス="キャンセル", キャンセル日時="2026/11/19 09:00")
    assert the_order(session).cancelled_at == datetime(2026, 11, 19, 0, 0, tzinfo=UTC)


def test_choices_that_are_read_now_leave_receipts_and_rates_as_they_are(
    shop: Shop, session: Session, clock: Clock
) -> None:
    bare = {name: cell for name, cell in RAKUTEN.items() if name not in ("SKU情報", "項目・選択肢")}
    take_in(session, shop, table(bare), clock(), mapping="rakuten")
    order = the_order(session, "R-1")
    order.lines[0].tax_rate, order.needs_attention = 10, ""
    receipt_for(session, order, clock())
    assert outcomes(take_in(session, shop, table(RAKUTEN), clock(), mapping="rakuten")) == {"updated": 1}
    order = the_order(session, "R-1")
    assert order.lines[0].name == "Tシャツ カラー:赤 サイズ:M ギフト包装:なし"
    assert (order.lines[0].tax_rate, order.needs_attention) == (10, "")
    # Other goods do matter.
    take_in(session, shop, table(RAKUTEN | {"商品名": "帽子"}), clock(), mapping="rakuten")
    assert the_order(session, "R-1").needs_attention == "changed_after_receipt"
