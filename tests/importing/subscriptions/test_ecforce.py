"""ecforce 定期受注: its columns, and cycles given in several columns or in words."""

import pytest
from sqlalchemy.orm import Session

from portal.importing.reading import cycle_cells
from portal.importing.reading.cells import CellError
from portal.importing.runs.guessing import best, candidates
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import CREATED, outcomes, refusals, table
from tests.importing.subscriptions.files import take_in, the_subscription

HANAKO = {
    "定期受注番号": "EC00000001",
    "ステータス": "有効",
    "定期内受注数": "4",
    "メールアドレス": "hanako@example.jp",
    "お届け先（名前フル）": "山田 花子",
    "お届け先（郵便番号フル）": "5300001",
    "お届け先（都道府県）": "大阪府",
    "お届け先（住所1）": "大阪市北区梅田1-2-3",
    "支払い方法": "クレジットカード",
    "配送業者": "ヤマト運輸 ネコポス",
    "何ヶ月ごと": "1",
    "何日に": "",
    "何日ごと": "0",
    "何回目の曜日": "2",
    "何曜日": "土",
    "次回発送予定日": "2026/12/08",
    "お約束回数（定期）": "3",
    "購入商品（商品コード）": "T-100",
    "購入商品（商品名）": "煎茶",
    "購入商品（個数）": "1",
    "購入商品（単価）": "1080",
}


def test_an_ecforce_file_is_recognised_and_read(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    found = best(candidates([]), list(HANAKO))
    assert found
    assert (found.choice.kind, found.choice.name) == ("subscriptions", "ecforce")
    # ecforce's file of orders has the subscription's number too.
    of_orders = best(candidates([]), ["受注番号", "受注日", *HANAKO])
    assert of_orders
    assert of_orders.choice.kind == "orders"
    more = {
        "定期受注番号": "EC00000001",
        "購入商品（商品名）": "茶さじ",
        "購入商品（個数）": "1",
        "購入商品（単価）": "500",
    }
    assert (
        outcomes(take_in(session, shop, table(HANAKO, more, encoding="cp932"), clock(), mapping="ecforce")) == CREATED
    )
    saved = the_subscription(session, "EC00000001")
    assert (saved.number, saved.state, saved.cycle) == ("0000000001", "active", "months:1@2nd-sat")
    # Only the destination is known, so it is the buyer's; ネコポス takes no date and arrives four business days later.
    assert (saved.buyer_name, saved.delivery_to, saved.carrier) == ("山田 花子", "buyer", "yamato")
    assert (str(saved.next_ship_on), str(saved.next_delivery_on)) == ("2026-12-08", "2026-12-14")
    assert (saved.orders_made, saved.cycle_number, len(saved.items)) == (4, 5, 2)
    assert saved.items[0].commitment_count == 3


def test_a_word_that_says_no_state_is_refused_and_not_taken_as_running(
    cast: Cast, session: Session, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    gone = HANAKO | {
        "ステータス": "無効",
        "キャンセル日": "2026/10/01",
        "キャンセル理由": "味が合わない",
        "停止理由": "",
    }
    off = gone | {"定期受注番号": "EC00000002", "キャンセル日": "", "キャンセル理由": ""}
    odd = gone | {"定期受注番号": "EC00000003", "ステータス": "審査中"}
    both = gone | {"定期受注番号": "EC00000004", "何日ごと": "30"}
    report = take_in(session, shop, table(gone, off, odd, both), clock(), mapping="ecforce")
    assert refusals(report) == [(4, "ステータス"), (5, "何日ごと")]
    canceled = the_subscription(session, "EC00000001")
    assert (canceled.state, canceled.stop_reason) == ("canceled", "味が合わない")
    assert the_subscription(session, "EC00000002").state == "suspended"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("months:1@31", "months:1@31"),
        ("ＷＥＥＫＳ：２＠ｔｕｅ", "weeks:2@tue"),
        ("30日ごと", "days:30"),
        ("2週間ごと", "weeks:2"),
        ("毎週 火曜日", "weeks:1@tue"),
        ("毎月", "months:1"),
        ("2ヶ月ごと 15日", "months:2@15"),
        ("毎月末日", "months:1@31"),
        ("毎月 第2土曜日", "months:1@2nd-sat"),
        ("1か月ごとの第5日曜日", "months:1@5th-sun"),
        ("３カ月毎に１日", "months:3@1"),
    ],
)
def test_a_cycle_in_words(words: str, text: str) -> None:
    assert str(cycle_cells.read(words)) == text


@pytest.mark.parametrize("words", ["2日おき", "毎月32日", "毎年", "days:0", "第2土曜日", "月", "13ヶ月ごと"])
def test_words_that_are_no_cycle(words: str) -> None:
    with pytest.raises(CellError):
        cycle_cells.read(words)
