"""Importing a file with orders that are new."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, ImportRow, ImportRun, Order, ProductTaxRate
from portal.values.states import OrderStatus, ShipmentStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import CREATED, REFUSED, order, outcomes, refusals, table, take_in, the_order

TEAPOT = {"商品コード": "K-200", "商品名": "急須 青磁", "数量": "2", "単価": "¥2,200", "税率": "10%"}


def test_an_order_arrives_with_all_that_the_file_says(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    full = order(
        お届け先名="山田 太郎",
        お届け先名かな="やまだ たろう",
        お届け先電話番号="06-0000-0000",
        お届け先郵便番号="〒100-0001",
        お届け先都道府県="東京都",
        お届け先住所="千代田区千代田1-1",
        送料="550",
        決済手数料="330",
        その他手数料="0",
        手数料税率="10",
        値引き="100",
        クーポン利用="200",
        ポイント利用="50",
        合計金額="1,610円",
        備考="玄関前に\n置いてください",
        配送方法="ヤマト運輸 宅急便",
        送り状番号="1234-5678-9010",
        お届け希望日="2026/11/24",
        お届け希望時間帯="1416",
    )
    assert outcomes(take_in(session, shop, table(full), clock())) == CREATED
    saved = the_order(session)
    assert (saved.code, saved.status) == ("A-1001", OrderStatus.AWAITING_SHIPMENT)
    assert saved.ordered_at == datetime(2026, 11, 18, 3, 34, tzinfo=UTC)
    assert (saved.buyer_name, saved.buyer_kana, saved.phone) == ("山田 花子", "やまだ はなこ", "090-1234-5678")
    assert (saved.email, saved.email_key) == ("hanako@example.jp", "hanako@example.jp")
    assert (saved.postcode, saved.prefecture, saved.address) == ("530-0001", "大阪府", "大阪市北区梅田1-2-3")
    assert (saved.recipient_name, saved.recipient_kana) == ("山田 太郎", "やまだ たろう")
    assert (saved.recipient_phone, saved.recipient_postcode) == ("06-0000-0000", "100-0001")
    assert (saved.recipient_prefecture, saved.recipient_address) == ("東京都", "千代田区千代田1-1")
    assert (saved.payment_method, saved.payment_state) == ("クレジットカード", "paid")
    assert (saved.shipping_fee, saved.payment_fee, saved.other_fee, saved.fee_rate) == (550, 330, 0, 10)
    assert (saved.discount, saved.coupon, saved.points_used, saved.total) == (100, 200, 50, 1610)
    assert (saved.buyer_note, saved.needs_attention) == ("玄関前に\n置いてください", "")
    (line,) = saved.lines
    assert (line.product_code, line.name, line.quantity) == ("T-100", "煎茶 やぶきた 100g", 1)
    assert (line.unit_price, line.amount, line.tax_rate) == (1080, 1080, 8)
    (parcel,) = saved.shipments
    assert (parcel.status, parcel.carrier, parcel.service) == (ShipmentStatus.WAITING, "yamato", "宅急便")
    assert (parcel.tracking_number, parcel.requested_on, parcel.requested_slot) == (
        "123456789010",
        date(2026, 11, 24),
        "1416",
    )


@pytest.mark.parametrize("repeated", [True, False])
def test_several_rows_are_one_order_of_several_lines(
    cast: Cast, session: Session, clock: Clock, *, repeated: bool
) -> None:
    second = order(**TEAPOT) if repeated else TEAPOT
    assert outcomes(take_in(session, cast.shop(), table(order(), second), clock())) == CREATED
    saved = the_order(session)
    assert [(line.position, line.name, line.amount) for line in saved.lines] == [
        (1, "煎茶 やぶきた 100g", 1080),
        (2, "急須 青磁", 4400),
    ]
    assert saved.total == 5480


def test_rows_of_one_code_need_not_lie_together(cast: Cast, session: Session, clock: Clock) -> None:
    content = table(order(), order(受注コード="A-1002"), order(受注コード="Ａ－１００１", **TEAPOT))
    assert outcomes(take_in(session, cast.shop(), content, clock())) == {"created": 2}
    assert len(the_order(session).lines) == 2


def test_split_names_and_addresses_are_joined(cast: Cast, session: Session, clock: Clock) -> None:
    row = order(購入者名1="髙﨑", 購入者名2="𠮷邉", 購入者住所1="大阪市北区", 購入者住所2="", 購入者住所3="梅田ビル")
    for gone in ("購入者名", "購入者住所"):
        del row[gone]
    take_in(session, cast.shop(), table(row), clock())
    saved = the_order(session)
    assert (saved.buyer_name, saved.address) == ("髙﨑 𠮷邉", "大阪市北区 梅田ビル")


@pytest.mark.parametrize(
    ("prefecture", "address"), [("", "大阪府大阪市北区1"), ("大阪府", "大阪府大阪市北区1"), ("大阪府", "大阪市北区1")]
)
def test_the_prefecture_is_found_wherever_it_stands(
    cast: Cast, session: Session, clock: Clock, prefecture: str, address: str
) -> None:
    row = order(購入者都道府県=prefecture, 購入者住所=address)
    take_in(session, cast.shop(), table(row), clock())
    saved = the_order(session)
    assert (saved.prefecture, saved.address) == ("大阪府", "大阪市北区1")


def test_a_rate_comes_from_file_then_product_then_shop(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop(default_tax_rate=10)
    session.add(ProductTaxRate(shop_id=shop.id, product_code="T-100", rate=8))
    rows = [order(税率="10"), order(税率=""), order(商品コード="K-200", 税率="")]
    take_in(session, shop, table(*rows), clock())
    assert [line.tax_rate for line in the_order(session).lines] == [10, 8, 10]


def test_a_rate_that_nobody_knows_stays_unknown_and_staff_are_told(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop(default_tax_rate=None, fee_tax_rate=None)
    take_in(session, shop, table(order(税率=""), order(受注コード="A-2", 送料="500")), clock())
    assert the_order(session).lines[0].tax_rate is None
    assert the_order(session).needs_attention == "rates_unknown"


def test_fees_take_the_standard_rate_also_with_food_unless_the_file_says_otherwise(
    cast: Cast, session: Session, clock: Clock
) -> None:
    """消費税法: shipping charged apart is a service of its own, whatever is in the parcel."""
    shop = cast.shop(default_tax_rate=8, fee_tax_rate=None)
    take_in(
        session,
        shop,
        table(order(税率="8", 送料="500"), order(受注コード="A-2", 税率="8", 送料="500", 手数料税率="8")),
        clock(),
    )
    assert (the_order(session).fee_rate, the_order(session).needs_attention) == (10, "")
    assert the_order(session, "A-2").fee_rate == 8


def test_prices_without_tax_become_tax_included_per_rate(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop(rounding="down")
    rows = [
        order(単価="101", 税区分="税抜"),
        order(単価="101", 税区分="税抜"),
        order(商品コード="K-200", 単価="1000", 税率="10", 税区分="税抜"),
        order(商品コード="G-1", 単価="500", 税率="", 税区分="非課税"),
    ]
    take_in(session, shop, table(*rows), clock())
    saved = the_order(session)
    # The tax of 8% of 202 is 16, rounded once, and not 2 × 8 rounded twice.
    assert [(line.unit_price, line.amount, line.tax_rate) for line in saved.lines] == [
        (101, 109, 8),
        (101, 109, 8),
        (1000, 1100, 10),
        (500, 500, 0),
    ]
    assert (saved.total, saved.needs_attention) == (1818, "")


def test_a_stated_total_that_does_not_add_up_is_kept_and_shown_to_staff(
    cast: Cast, session: Session, clock: Clock
) -> None:
    assert outcomes(take_in(session, cast.shop(), table(order(合計金額="1000")), clock())) == CREATED
    saved = the_order(session)
    assert (saved.total, saved.needs_attention) == (1000, "amounts_do_not_add_up")


@pytest.mark.parametrize("total", ["0", "12345678"])
def test_nothing_and_a_lot_are_totals_too(cast: Cast, session: Session, clock: Clock, total: str) -> None:
    row = order(単価=total, 合計金額=total)
    take_in(session, cast.shop(), table(row), clock())
    assert (the_order(session).total, the_order(session).needs_attention) == (int(total), "")


def test_a_negative_line_is_a_discount_at_its_own_rate(cast: Cast, session: Session, clock: Clock) -> None:
    take_in(session, cast.shop(), table(order(), order(商品名="初回割引", 単価="-80")), clock())
    assert the_order(session).total == 1000


@pytest.mark.parametrize(
    ("words", "state"), [("入金済み", "paid"), ("未入金", "unpaid"), ("一部入金済み", "part_paid"), ("", "unknown")]
)
def test_whether_it_is_paid(cast: Cast, session: Session, clock: Clock, words: str, state: str) -> None:
    take_in(session, cast.shop(), table(order(入金ステータス=words)), clock())
    assert the_order(session).payment_state == state


@pytest.mark.parametrize(
    ("words", "ship_date", "status", "parcels"),
    [
        ("出荷待ち", "", OrderStatus.AWAITING_SHIPMENT, []),
        ("出荷作業中", "", OrderStatus.PICKING, []),
        ("一部出荷済み", "2026/11/20", OrderStatus.PARTIALLY_SHIPPED, ["shipped", "waiting"]),
        ("出荷済み", "2026/11/20", OrderStatus.SHIPPED, ["shipped"]),
        ("出荷済み", "", OrderStatus.SHIPPED, ["shipped"]),
        ("", "2026/11/20", OrderStatus.SHIPPED, ["shipped"]),
        ("", "2026/11/30", OrderStatus.AWAITING_SHIPMENT, ["waiting"]),
        ("保留", "", OrderStatus.ON_HOLD, []),
        ("キャンセル", "", OrderStatus.CANCELED, []),
        ("返品待ち", "2026/11/20", OrderStatus.RETURN_PENDING, ["shipped"]),
        ("返品済み", "2026/11/20", OrderStatus.RETURNED, ["shipped"]),
    ],
)
def test_every_state_can_arrive(
    cast: Cast, session: Session, clock: Clock, words: str, ship_date: str, status: str, parcels: list[str]
) -> None:
    assert (
        outcomes(take_in(session, cast.shop(), table(order(注文ステータス=words, 出荷日=ship_date)), clock()))
        == CREATED
    )
    saved = the_order(session)
    assert saved.status == status
    assert sorted(parcel.status for parcel in saved.shipments) == parcels
    assert (saved.cancelled_at is not None) == (status == OrderStatus.CANCELED)
    assert (saved.returned_at is not None) == (status == OrderStatus.RETURNED)


def test_a_return_without_a_shipment_is_refused(cast: Cast, session: Session, clock: Clock) -> None:
    report = take_in(session, cast.shop(), table(order(注文ステータス="返品済み")), clock())
    assert outcomes(report) == REFUSED
    assert refusals(report) == [(2, "注文ステータス")]
    assert "返品済み" in report.refused[0].problems[0].reason


def test_several_tracking_numbers_are_several_parcels(cast: Cast, session: Session, clock: Clock) -> None:
    row = order(送り状番号="1234-5678-9010、1234-5678-9021", 配送方法="佐川急便 飛脚宅配便", 出荷日="2026/11/20")
    take_in(session, cast.shop(), table(row), clock())
    parcels = the_order(session).shipments
    assert {parcel.tracking_number for parcel in parcels} == {"123456789010", "123456789021"}
    assert {parcel.carrier for parcel in parcels} == {"sagawa"}


def test_unknown_shipping_words_are_kept_without_guessing_a_carrier(cast: Cast, session: Session, clock: Clock) -> None:
    take_in(session, cast.shop(), table(order(配送方法="宅配便（おまかせ）")), clock())
    (parcel,) = the_order(session).shipments
    assert (parcel.carrier, parcel.service) == ("", "宅配便(おまかせ)".replace("(", "（").replace(")", "）"))


def test_an_order_leaves_history_and_audit(cast: Cast, session: Session, clock: Clock) -> None:
    take_in(session, cast.shop(), table(order(), order(受注コード="A-1002"), TEAPOT), clock())
    run = session.scalars(select(ImportRun)).one()
    assert (run.kind, run.mapping, run.file_name, run.encoding, run.actor) == (
        "orders",
        "generic",
        "orders.csv",
        "utf-8",
        "cli",
    )
    assert (run.created, run.updated, run.unchanged, run.refused) == (2, 0, 0, 0)
    assert run.finished_at == clock()
    rows = session.execute(select(ImportRow.line, ImportRow.order_code, ImportRow.outcome).order_by(ImportRow.line))
    assert [tuple(row) for row in rows] == [
        (2, "A-1001", "created"),
        (3, "A-1002", "created"),
        (4, "A-1002", "created"),
    ]
    entries = session.scalars(select(AuditEntry)).all()
    assert {(entry.action, entry.actor, entry.subject_id) for entry in entries} == {
        ("order.created", "cli", saved.id) for saved in session.scalars(select(Order))
    }


@pytest.mark.parametrize(
    ("said", "kept"),
    [("非課税", "exempt"), ("免税", "export"), ("輸出免税", "export"), ("不課税", "outside"), ("税込", "")],
)
def test_a_line_without_tax_keeps_its_reason(cast: Cast, session: Session, clock: Clock, said: str, kept: str) -> None:
    take_in(session, cast.shop(), table(order(税率="", 税区分=said)), clock())
    (line,) = the_order(session).lines
    assert (line.untaxed, line.tax_rate) == (kept, 0 if kept else 10)
