"""LOGILESS's files of orders, in the encoding its users have."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from portal.values.states import OrderStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import CREATED, REFUSED, UPDATED, outcomes, table, take_in, the_order

ROW = {
    "受注コード": "L-20001",
    "伝票ステータス": "引当待ち",
    "配送ステータス": "出荷待ち",
    "入金ステータス": "入金済み",
    "購入者名1": "髙橋",
    "購入者名2": "一郎",
    "購入者名かな1": "たかはし",
    "購入者名かな2": "いちろう",
    "購入者 国": "日本",
    "購入者 郵便番号": "150-0001",
    "購入者 都道府県": "東京都",
    "購入者 住所1": "渋谷区神宮前",
    "購入者 住所2": "1-2-3",
    "購入者 住所3": "コーポ①",
    "購入者 電話番号": '="0312345678"',
    "購入者 メールアドレス": "ichiro@example.jp",
    "お届け先名1": "髙橋",
    "お届け先名2": "二郎",
    "合計金額": "2,630",
    "商品合計": "2,080",
    "ポイント利用": "0",
    "クーポン利用": "",
    "値引き": "",
    "送料": "550",
    "その他手数料": "0",
    "支払方法": "クレジットカード決済",
    "配送方法": "ヤマト運輸 宅急便",
    "お届け希望日": "2026-11-24",
    "お届け希望時間帯": "14時～16時",
    "購入者による備考": "門の中へ",
    "受注日時": "2026-11-18 12:34:56",
    "商品コード": "T-100",
    "商品名": "煎茶",
    "販売単価": "1080",
    "税区分": "内税",
    "税率": "8",
    "数量": "1",
    "小計": "1080",
    "受注明細ステータス": "引当済み",
    "(出荷伝）配送追跡番号リスト": "",
    "完了日時": "",
}
SECOND = {"商品コード": "K-200", "商品名": "急須", "販売単価": "1000", "小計": "1000", "税率": "10"}


def test_an_order_of_two_lines_in_cp932(cast: Cast, session: Session, clock: Clock) -> None:
    content = table(ROW, ROW | SECOND, encoding="cp932")
    assert outcomes(take_in(session, cast.shop(), content, clock(), mapping="logiless")) == CREATED
    saved = the_order(session, "L-20001")
    assert (saved.buyer_name, saved.buyer_kana, saved.phone) == ("髙橋 一郎", "たかはし いちろう", "0312345678")
    assert (saved.prefecture, saved.address) == ("東京都", "渋谷区神宮前 1-2-3 コーポ①")
    assert (saved.recipient_name, saved.payment_state, saved.total) == ("髙橋 二郎", "paid", 2630)
    assert saved.ordered_at == datetime(2026, 11, 18, 3, 34, 56, tzinfo=UTC)
    assert [(line.name, line.amount, line.tax_rate) for line in saved.lines] == [("煎茶", 1080, 8), ("急須", 1000, 10)]
    assert saved.needs_attention == ""
    (parcel,) = saved.shipments
    assert (parcel.carrier, parcel.requested_on, parcel.requested_slot) == ("yamato", date(2026, 11, 24), "14時～16時")


def test_shipping_comes_with_the_same_list(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    take_in(session, shop, table(ROW, ROW | SECOND), clock(), mapping="logiless")
    done = {
        "配送ステータス": "出荷済み",
        "(出荷伝）配送追跡番号リスト": "123456789010",
        "完了日時": "2026-11-20 18:00:00",
    }
    report = take_in(session, shop, table(ROW | done, ROW | SECOND | done), clock(), mapping="logiless")
    assert outcomes(report) == UPDATED
    saved = the_order(session, "L-20001")
    (parcel,) = saved.shipments
    assert (saved.status, parcel.shipped_on, parcel.tracking_number) == (
        OrderStatus.SHIPPED,
        date(2026, 11, 20),
        "123456789010",
    )


@pytest.mark.parametrize("column", ["伝票ステータス", "配送ステータス"])
def test_a_cancellation_in_either_column_cancels(cast: Cast, session: Session, clock: Clock, column: str) -> None:
    take_in(session, cast.shop(), table(ROW | {column: "キャンセル"}), clock(), mapping="logiless")
    assert the_order(session, "L-20001").status == OrderStatus.CANCELED


def test_a_canceled_line_is_not_sold(cast: Cast, session: Session, clock: Clock) -> None:
    content = table(ROW, ROW | SECOND | {"受注明細ステータス": "キャンセル"})
    take_in(session, cast.shop(), content, clock(), mapping="logiless")
    assert [line.name for line in the_order(session, "L-20001").lines] == ["煎茶"]


def test_a_status_word_that_is_new_to_us_is_refused_by_name(cast: Cast, session: Session, clock: Clock) -> None:
    content = table(ROW | {"配送ステータス": "宇宙へ出発"})
    report = take_in(session, cast.shop(), content, clock(), mapping="logiless")
    assert outcomes(report) == REFUSED
    (problem,) = report.refused[0].problems
    assert (problem.line, problem.column) == (2, "配送ステータス")
    assert "宇宙へ出発" in problem.reason
    assert "一部出荷済み" in problem.reason
