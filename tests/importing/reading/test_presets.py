"""A file of each channel, invented but in its own columns and encoding: what is imported and what stays open."""

from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.importing.applying.history import ImportFile, Report
from portal.importing.reading.joining import header_of
from portal.importing.reading.mapping import Kind, from_data, preset, preset_data, preset_names
from portal.importing.reading.reader import read_head
from portal.importing.runs.guessing import best, candidates, of_preset
from portal.importing.runs.preview import Preview, preview
from portal.models import Order, Shop
from portal.payments.rules.methods import PaymentClass, classify
from portal.values.states import OrderStatus, ShipmentStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import (
    order,
    outcomes,
    refusals,
    table,
    take_in,
    take_in_file,
    the_order,
)

CHANNELS = Path(__file__).parents[1] / "channels"
HALF_PAST_TWELVE = datetime(2026, 11, 18, 3, 34, 56, tzinfo=UTC)
UNPUBLISHED = ("e-shops", "shoplist", "shopserve", "subscription-store")
PRESETS: list[tuple[Kind, str]] = [
    *(("orders", name) for name in preset_names("orders")),
    *(("shipments", name) for name in preset_names("shipments")),
]
# As published sources state them, otherwise what the channel’s users have.
ENCODINGS = {"generic": "utf-8-sig", "ecforce": "utf-8-sig", "subscription-store": "utf-8-sig", "shopify": "utf-8"}


def paths(kind: Kind, name: str) -> list[Path]:
    found = [CHANNELS / f"{kind}-{name}.csv", CHANNELS / f"{kind}-{name}-items.csv"]
    return [path for path in found if path.exists()]


def import_file(session: Session, shop: Shop, clock: Clock, kind: Kind, name: str, *, swapped: bool = False) -> Report:
    with ExitStack() as files:
        sources = [files.enter_context(path.open("rb")) for path in paths(kind, name)]
        file = ImportFile(name, tuple(reversed(sources) if swapped else sources), preset(kind, name))
        return take_in_file(session, shop, file, clock())


def shown(kind: Kind, name: str) -> Preview:
    with ExitStack() as files:
        sources = [files.enter_context(path.open("rb")) for path in paths(kind, name)]
        return preview(sources, preset(kind, name))


def assert_hanako(saved: Order, *, kana: str = "タカハシ ハナコ", email: str = "hanako@example.jp") -> None:
    assert (saved.buyer_name, saved.buyer_kana, saved.email) == ("髙橋 花子", kana, email)
    assert saved.phone.replace("-", "") == "09012345678"
    assert (saved.postcode, saved.prefecture) == ("530-0001", "大阪府")
    assert saved.address.startswith("大阪市北区")


def assert_taro(saved: Order) -> None:
    assert (saved.recipient_name, saved.recipient_postcode) == ("山田 太郎", "100-0001")
    assert saved.recipient_prefecture == "東京都"
    assert saved.recipient_address.replace(" ", "") == "千代田区千代田9-9-9"
    assert saved.recipient_phone.replace("-", "") == "08087654321"


# --- all of them -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("kind", "name"), PRESETS)
def test_each_has_a_file_in_its_encoding_that_can_be_read_and_is_recognised(kind: Kind, name: str) -> None:
    with ExitStack() as files:
        heads = [read_head(files.enter_context(path.open("rb"))) for path in paths(kind, name)]
    assert {head.encoding for head in heads} == {ENCODINGS.get(name if kind == "orders" else "", "cp932")}
    found = best(candidates([]), header_of([head.header for head in heads]))
    assert found
    assert (found.choice.kind, found.choice.name) == (kind, "generic" if name in UNPUBLISHED else name)
    assert shown(kind, name).refusal == ""


@pytest.mark.parametrize(("kind", "name"), PRESETS)
def test_each_has_a_name_for_people_and_is_a_shops_own_mapping_as_it_stands(kind: Kind, name: str) -> None:
    candidate = of_preset(kind, name)
    assert candidate.title
    assert from_data(name, kind, candidate.choice.data) == preset(kind, name)


@pytest.mark.parametrize("name", UNPUBLISHED)
def test_what_is_not_published_begins_with_our_own_names_and_says_so(name: str) -> None:
    assert preset("orders", name).fields == preset("orders", "generic").fields
    assert "列を選んで" in preset_data("orders", name)["note"]


# The form of ネクストエンジン has no word for a cancellation.
@pytest.mark.parametrize("name", sorted({*preset_names("orders")} - {*UNPUBLISHED, "next-engine"}))
def test_a_cancellation_of_the_channel_cancels(cast: Cast, session: Session, clock: Clock, name: str) -> None:
    mapping = preset("orders", name)
    told = [table for field, table in mapping.words.items() if "cancelled" in table.values() and field != "line_status"]
    assert told or mapping.cancels


# --- one by one --------------------------------------------------------------------------------------------------------
def test_rakuten(cast: Cast, session: Session, clock: Clock) -> None:
    report = import_file(session, cast.shop(), clock, "orders", "rakuten")
    assert outcomes(report) == {"created": 3}
    saved = the_order(session, "300001-20261118-0000000101")
    assert_hanako(saved)
    assert saved.ordered_at == HALF_PAST_TWELVE
    assert saved.address == "大阪市北区 梅田1-2-3 メゾン桜 405"
    assert (saved.shipping_fee, saved.points_used, saved.total) == (660, 100, 3540)
    # Of 300 yen the shop bears 200 and the mall 100.
    assert (saved.coupon, saved.mall_coupon) == (200, 100)
    # 税込別 0 means a price without tax: 2,000 and 10% of it.
    lines = [(line.product_code, line.name, line.amount, line.tax_rate) for line in saved.lines]
    assert lines == [
        ("T-100", "煎茶 やぶきた 100g 袋:なし 箱:なし", 1080, 8),
        ("K-200", "急須 青磁 大きさ:小", 2200, 10),
    ]
    assert saved.needs_attention == ""
    assert saved.buyer_note == "[備考:]\n玄関前で①"
    assert classify(saved.payment_method) == PaymentClass.CARD
    (parcel,) = saved.shipments
    assert (parcel.requested_on, parcel.requested_slot) == (date(2026, 11, 24), "1416")
    several = the_order(session, "300001-20261118-0000000102")
    assert (several.recipient_name, several.recipient_prefecture) == ("髙橋 花子", "大阪府")
    assert len(several.lines) == 2
    canceled = the_order(session, "300001-20261118-0000000103")
    assert canceled.status == OrderStatus.CANCELED
    # Rakuten writes -9999 for a missing amount.
    assert (canceled.shipping_fee, canceled.total) == (0, 1080)


def test_rakutens_date_and_time_may_come_apart(cast: Cast, session: Session, clock: Clock) -> None:
    row = {"注文番号": "R-1", "注文日": "2026-11-18", "注文時間": "12:34:56", "注文者姓": "髙橋", "注文者名": "花子"}
    row |= {"商品名": "煎茶", "個数": "1", "単価": "1080", "税込別": "1"}
    assert outcomes(take_in(session, cast.shop(), table(row), clock(), mapping="rakuten")) == {"created": 1}
    assert the_order(session, "R-1").ordered_at == HALF_PAST_TWELVE


@pytest.mark.parametrize("swapped", [False, True])
def test_yahoo_takes_orders_and_lines_together(cast: Cast, session: Session, clock: Clock, swapped: bool) -> None:
    report = import_file(session, cast.shop(), clock, "orders", "yahoo", swapped=swapped)
    assert outcomes(report) == {"created": 3}
    saved = the_order(session, "sakura-10000101")
    assert_hanako(saved)
    assert_taro(saved)
    assert saved.ordered_at == HALF_PAST_TWELVE
    # The file has the coupon as -300.
    assert (saved.shipping_fee, saved.points_used, saved.total) == (660, 100, 3540)
    assert (saved.coupon, saved.mall_coupon) == (0, 300)
    # What was chosen stands beside its title; the code of the kind only where no words tell it.
    assert [(line.product_code, line.name, line.amount) for line in saved.lines] == [
        ("t-100", "煎茶 やぶきた 100g", 1080),
        ("k-200", "急須 青磁 大きさ:小 ギフト包装:なし のし:御祝", 2200),
    ]
    assert [line.name for line in the_order(session, "sakura-10000102").lines] == ["煎茶 やぶきた 100g t-100-50"]
    assert (saved.payment_state, saved.needs_attention) == ("paid", "")
    canceled = the_order(session, "sakura-10000102")
    assert (canceled.status, canceled.payment_state) == (OrderStatus.CANCELED, "unknown")
    assert classify(canceled.payment_method) == PaymentClass.COD
    sent = the_order(session, "sakura-10000103")
    assert sent.status == OrderStatus.SHIPPED
    parcels = [(parcel.carrier, parcel.tracking_number, parcel.shipped_on) for parcel in sent.shipments]
    assert sorted(parcels) == [
        ("yamato", "123456789010", date(2026, 11, 20)),
        ("yamato", "123456789021", date(2026, 11, 20)),
    ]


def test_yahoos_orders_without_their_lines_are_refused_with_the_reason(
    cast: Cast, session: Session, clock: Clock
) -> None:
    with (CHANNELS / "orders-yahoo.csv").open("rb") as orders_file:
        file = ImportFile("orders.csv", (orders_file,), preset("orders", "yahoo"))
        report = take_in_file(session, cast.shop(), file, clock())
    assert outcomes(report) == {"refused": 3}
    assert refusals(report) == [(2, "Title"), (3, "Title"), (4, "Title")]


def test_a_wrong_line_of_yahoos_second_file_says_in_which_file_it_stands(
    cast: Cast, session: Session, clock: Clock
) -> None:
    first = {"OrderId": "Y-1", "OrderTime": "2026/11/18", "BillName": "山田 花子"}
    lines = {"OrderId": "Y-1", "Title": "煎茶", "Quantity": "0", "UnitPrice": "1080"}
    content = take_in(session, cast.shop(), table(first), clock(), items=table(lines), mapping="yahoo")
    (result,) = content.refused
    reasons = {problem.reason for problem in result.problems}
    assert "いっしょに取り込む商品ファイルの2行目に誤りがあります。直すとこの行も取り込めます。" in reasons


def test_aupay(cast: Cast, session: Session, clock: Clock) -> None:
    report = import_file(session, cast.shop(), clock, "orders", "aupay")
    assert outcomes(report) == {"created": 2, "refused": 1}
    # A row without an order number belongs to no order, not even to the one above.
    assert refusals(report) == [(5, "orderId")]
    saved = the_order(session, "500000101")
    assert_hanako(saved)
    assert_taro(saved)
    # Two equal rows mean that the item was bought twice.
    assert [(line.name, line.amount) for line in saved.lines] == [("煎茶 やぶきた 100g 袋=小", 1080)] * 2
    assert (saved.coupon, saved.points_used, saved.total, saved.needs_attention) == (200, 150, 2470, "")
    assert saved.payment_state == "paid"
    canceled = the_order(session, "500000102")
    # Points that were given back no longer count.
    assert (canceled.status, canceled.points_used, canceled.needs_attention) == (OrderStatus.CANCELED, 0, "")


def test_futureshop(cast: Cast, session: Session, clock: Clock) -> None:
    report = import_file(session, cast.shop(), clock, "orders", "futureshop")
    assert outcomes(report) == {"created": 2}
    saved = the_order(session, "F-101")
    assert_hanako(saved)
    assert_taro(saved)
    assert [(line.name, line.amount) for line in saved.lines] == [
        ("煎茶 やぶきた 100g", 1380),
        ("急須 青磁", 2200),
    ]
    # The fees for cool delivery and wrapping are added up, and so are the two discounts.
    assert (saved.shipping_fee, saved.other_fee, saved.discount) == (660, 300, 400)
    assert (saved.points_used, saved.total, saved.needs_attention) == (100, 4040, "")
    (parcel,) = saved.shipments
    assert (parcel.status, parcel.tracking_number) == (ShipmentStatus.SHIPPED, "123456789010")
    assert the_order(session, "F-102").status == OrderStatus.CANCELED
    assert shown("orders", "futureshop").unheard == {"処理状況区分": ("処理中",)}


def test_makeshop(cast: Cast, session: Session, clock: Clock) -> None:
    report = import_file(session, cast.shop(), clock, "orders", "makeshop")
    assert outcomes(report) == {"created": 3}
    saved = the_order(session, "P261118101")
    assert (saved.buyer_name, saved.buyer_kana) == ("髙橋 花子", "タカハシ ハナコ")
    assert saved.ordered_at == datetime(2026, 11, 18, 0, 33, 9, tzinfo=UTC)
    assert saved.status == OrderStatus.AWAITING_SHIPMENT
    assert the_order(session, "P261118102").status == OrderStatus.CANCELED
    assert the_order(session, "P261118103").status == OrderStatus.SHIPPED
    assert "対応表で列を選んで" in preset_data("orders", "makeshop")["note"]


def test_qoo10(cast: Cast, session: Session, clock: Clock) -> None:
    report = import_file(session, cast.shop(), clock, "orders", "qoo10")
    assert outcomes(report) == {"created": 3}
    saved = the_order(session, "700000101")
    assert (saved.buyer_name, saved.buyer_kana) == ("髙橋 花子", "タカハシ ハナコ")
    # The column of the first phone number contains "-".
    assert (saved.phone, saved.recipient_phone) == ("090-1234-5678", "080-8765-4321")
    assert (saved.recipient_prefecture, saved.recipient_address) == ("東京都", "千代田区千代田9-9-9")
    assert (saved.email, saved.address, saved.payment_method) == ("", "", "")
    assert [(line.name, line.quantity, line.amount) for line in saved.lines] == [("煎茶 やぶきた 100g 袋:小", 2, 2160)]
    assert (saved.discount, saved.total, saved.needs_attention) == (160, 2000, "")
    assert (saved.payment_state, classify(saved.payment_method)) == ("paid", PaymentClass.UNKNOWN)
    assert the_order(session, "700000103").status == OrderStatus.CANCELED


def test_qoo10s_rows_of_one_cart_are_one_order_where_the_shop_says_so(
    cast: Cast, session: Session, clock: Clock
) -> None:
    data = preset_data("orders", "qoo10")
    kept = {field: headers for field, headers in data["fields"].items() if field not in ("total", "discount", "status")}
    mapping = from_data("cart", "orders", {**data, "fields": {**kept, "code": "カート番号"}})
    with (CHANNELS / "orders-qoo10.csv").open("rb") as opened:
        file = ImportFile("qoo10.csv", (opened,), mapping)
        report = take_in_file(session, cast.shop(), file, clock())
    assert outcomes(report) == {"created": 2}
    assert [line.amount for line in the_order(session, "900000001").lines] == [2160, 2200]


def test_shopify(cast: Cast, session: Session, clock: Clock) -> None:
    report = import_file(session, cast.shop(), clock, "orders", "shopify")
    assert outcomes(report) == {"created": 3}
    saved = the_order(session, "#1001")
    # Only the first row has the cells of the order itself.
    assert [(line.product_code, line.amount) for line in saved.lines] == [("T-100", 1080), ("K-200", 2200)]
    assert (saved.buyer_name, saved.email, saved.phone) == ("花子 髙橋", "hanako@example.jp", "+819012345678")
    assert (saved.postcode, saved.prefecture, saved.address) == (
        "530-0001",
        "大阪府",
        "大阪市北区 梅田1-2-3 メゾン桜 405",
    )
    assert_taro(saved)
    # The file has 22:34 in New York.
    assert saved.ordered_at == HALF_PAST_TWELVE
    assert (saved.shipping_fee, saved.discount, saved.total) == (660, 100, 3840)
    assert (saved.payment_state, saved.needs_attention, saved.status) == ("paid", "", OrderStatus.AWAITING_SHIPMENT)
    canceled = the_order(session, "#1002")
    assert (canceled.status, canceled.payment_state) == (OrderStatus.CANCELED, "failed")
    assert canceled.cancelled_at == datetime(2026, 11, 19, 0, 0, tzinfo=UTC)
    sent = the_order(session, "#1003")
    assert (sent.status, [parcel.shipped_on for parcel in sent.shipments]) == (
        OrderStatus.SHIPPED,
        [date(2026, 11, 20)],
    )


def test_ecforce(cast: Cast, session: Session, clock: Clock) -> None:
    report = import_file(session, cast.shop(), clock, "orders", "ecforce")
    assert outcomes(report) == {"created": 3}
    saved = the_order(session, "EC26111801")
    assert_hanako(saved)
    assert_taro(saved)
    assert (saved.shipping_fee, saved.discount, saved.points_used, saved.total) == (660, 300, 100, 3540)
    assert (saved.payment_state, saved.needs_attention) == ("paid", "")
    assert the_order(session, "EC26111802").status == OrderStatus.CANCELED
    sent = the_order(session, "EC26111803")
    assert (sent.status, sent.shipments[0].tracking_number) == (OrderStatus.SHIPPED, "123456789010")


def test_logiless(cast: Cast, session: Session, clock: Clock) -> None:
    assert outcomes(import_file(session, cast.shop(), clock, "orders", "logiless")) == {"created": 2}
    saved = the_order(session, "L-101")
    assert_hanako(saved, kana="たかはし はなこ")
    assert (saved.coupon, saved.points_used, saved.total, saved.needs_attention) == (300, 100, 3540, "")
    assert the_order(session, "L-102").status == OrderStatus.CANCELED


def test_colorme(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop(default_tax_rate=8, fee_tax_rate=10)
    assert outcomes(import_file(session, shop, clock, "orders", "colorme")) == {"created": 3}
    saved = the_order(session, "9000101")
    assert_hanako(saved, kana="")
    assert_taro(saved)
    assert saved.ordered_at == datetime(2026, 11, 17, 15, tzinfo=UTC)
    assert [(line.product_code, line.name, line.amount) for line in saved.lines] == [
        ("T-100", "煎茶 やぶきた 100g", 1080),
        ("777", "急須 青磁", 2200),
    ]
    assert (saved.shipping_fee, saved.other_fee, saved.discount, saved.points_used) == (660, 300, 300, 150)
    assert (saved.total, saved.needs_attention, saved.buyer_note) == (3790, "", "玄関前で①")
    assert (saved.payment_state, classify(saved.payment_method)) == ("paid", PaymentClass.CARD)
    assert (saved.requested_on, saved.time_slot) == (date(2026, 11, 24), "14時-16時")
    # 発送状態 stands twice; the first one is the order's.
    assert saved.status == OrderStatus.AWAITING_SHIPMENT
    assert the_order(session, "9000102").status == OrderStatus.CANCELED
    assert the_order(session, "9000103").status == OrderStatus.SHIPPED


def test_next_engine(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop(fee_tax_rate=10)
    assert outcomes(import_file(session, shop, clock, "orders", "next-engine")) == {"created": 2}
    saved = the_order(session, "NE-101")
    assert_hanako(saved)
    assert_taro(saved)
    assert saved.ordered_at == HALF_PAST_TWELVE
    assert [(line.product_code, line.name, line.tax_rate) for line in saved.lines] == [
        ("T-100", "煎茶 やぶきた 100g", 8),
        ("K-200", "急須 青磁", 10),
    ]
    # その他費用 below zero takes something off, above zero it is a fee.
    assert (saved.other_fee, saved.discount, saved.points_used, saved.total) == (0, 300, 100, 3540)
    assert (saved.needs_attention, saved.time_slot, saved.requested_on) == ("", "午前中", date(2026, 11, 24))
    assert (saved.status, saved.payment_state) == (OrderStatus.AWAITING_SHIPMENT, "unknown")
    other = the_order(session, "NE-102")
    assert (other.other_fee, other.discount, other.status) == (200, 0, OrderStatus.SHIPPED)


@pytest.mark.parametrize("name", [*UNPUBLISHED, "generic"])
def test_our_own_names_are_read_wherever_they_stand(cast: Cast, session: Session, clock: Clock, name: str) -> None:
    assert outcomes(import_file(session, cast.shop(), clock, "orders", name)) == {"created": 1}
    saved = session.scalars(select(Order)).one()
    assert (saved.buyer_name, [line.amount for line in saved.lines]) == ("髙橋 花子", [1080])


@pytest.mark.parametrize(
    ("name", "carrier"),
    [
        ("yamato-b2", "yamato"),
        ("sagawa-ehiden", "sagawa"),
        ("yupack-r", "japanpost"),
        ("logiless", "yamato"),
        ("generic", "yamato"),
    ],
)
def test_shipping_results(cast: Cast, session: Session, clock: Clock, name: str, carrier: str) -> None:
    shop = cast.shop()
    take_in(session, shop, table(order()), clock())
    report = import_file(session, shop, clock, "shipments", name)
    assert outcomes(report) == {"updated": 1} or outcomes(report) == {"created": 1}
    saved = the_order(session)
    parcels = {(parcel.carrier, parcel.tracking_number, parcel.shipped_on) for parcel in saved.shipments}
    assert (carrier, "123456789010", date(2026, 11, 20)) in parcels
    assert saved.status == OrderStatus.SHIPPED
    assert len(parcels) == (2 if name == "logiless" else 1)
    assert outcomes(import_file(session, shop, clock, "shipments", name)) == {"unchanged": 1}


@pytest.mark.parametrize(("kind", "name"), [each for each in PRESETS if each[1] not in UNPUBLISHED])
def test_the_same_file_again_changes_nothing(cast: Cast, session: Session, clock: Clock, kind: Kind, name: str) -> None:
    if kind == "orders":
        shop = cast.shop()
        first = import_file(session, shop, clock, kind, name)
        again = import_file(session, shop, clock, kind, name)
        assert again.counts["unchanged"] == first.counts["created"]
