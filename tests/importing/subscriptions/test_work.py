"""Importing subscriptions from a file: what is stored, what is refused, and that a second import changes nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import (
    AuditEntry,
    ImportRow,
    ImportRun,
    ListedAddress,
    Subscription,
    SubscriptionItem,
    SubscriptionLabelling,
)
from portal.subscriptions.changes import counting
from portal.subscriptions.changes import verbs as subscriptions
from portal.subscriptions.generation import due
from portal.subscriptions.terms import labels
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import CREATED, REFUSED, UNCHANGED, UPDATED, everything, outcomes, refusals, table
from tests.importing.subscriptions.files import dealt_with, row, take_in, the_subscription

GIFT = {"外部番号": "SUB-1", "商品コード": "G-1", "商品名": "茶さじ", "数量": "1", "単価": "0", "おまけ": "○"}


def test_a_subscription_arrives_with_all_that_the_file_says(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    full = row(
        要対応="○",
        要対応理由="住所の確認",
        ラベル="お得意さま、冷蔵",
        申込日時="2026/05/01 10:00",
        会員番号="M-77",
        お届け先区分="個別",
        お届け先名="山田 太郎",
        お届け先住所="北海道札幌市中央区北一条西9-9",
        クール料金="220",
        送料割引="100",
        クーポンコード="TEA10",
        クーポン利用="50",
        ポイント利用方法="毎回",
        **{"1回のポイント利用": "30", "ポイント残高": "500"},
        お届け時間帯="14時～16時",
        次回お休み="○",
        残り受注回数="8",
        お約束回数="4回",
        残りお届け回数="6",
        備考1="いつもの\n場所へ",
        メモ="電話は夕方",
        広告媒体="チラシ",
    )
    report = take_in(session, shop, table(full, GIFT), clock())
    assert outcomes(report) == CREATED
    saved = the_subscription(session)
    assert (saved.number, saved.state) == ("0000000001", "active")
    assert (saved.buyer_name, saved.email_key, saved.postcode) == ("山田 花子", "hanako@example.jp", "530-0001")
    assert (saved.prefecture, saved.address) == ("大阪府", "大阪市北区梅田1-2-3")
    assert (saved.delivery_to, saved.recipient_name) == ("own", "山田 太郎")
    assert (saved.recipient_prefecture, saved.recipient_address) == ("北海道", "札幌市中央区北一条西9-9")
    assert (saved.needs_attention, saved.attention_reason, saved.attention_since) == (True, "住所の確認", clock())
    assert [label.name for label in labels.of_subscription(session, saved)] == ["お得意さま", "冷蔵"]
    assert saved.created_at == datetime(2026, 5, 1, 1, 0, tzinfo=UTC)
    assert (saved.customer_number, saved.source_media) == ("M-77", "チラシ")
    assert (saved.shipping_fee, saved.cool_fee, saved.perk_off, saved.coupon, saved.coupon_code) == (
        *(500, 220, 100, 50),
        "TEA10",
    )
    assert (saved.points_use, saved.points_each, saved.points_balance) == ("always", 30, 500)
    assert (saved.carrier, saved.delivery_method, saved.time_slot) == ("yamato", "宅急便", "14時～16時")
    assert (saved.cycle, saved.anchor_on, saved.next_delivery_on) == (
        "months:1@15",
        date(2026, 12, 15),
        date(2026, 12, 15),
    )
    # Three days of lead and three to 北海道; the order is made a week before that.
    assert (saved.next_ship_on, saved.next_creation_on) == (date(2026, 12, 9), date(2026, 12, 2))
    assert (saved.next_skipped, saved.remaining_orders) == (True, 8)
    assert (saved.orders_made, saved.purchase_count, saved.cycle_number) == (3, 2, 4)
    assert (saved.note_1, saved.memo) == ("いつもの\n場所へ", "電話は夕方")
    tea, spoon = saved.items
    assert (tea.product_code, tea.quantity, tea.first_price, tea.later_price, tea.tax_rate) == (
        "T-100",
        2,
        980,
        1080,
        8,
    )
    assert (tea.remaining, tea.commitment_count, tea.bundled_gift) == (6, 4, False)
    assert (spoon.name, spoon.bundled_gift, spoon.remaining) == ("茶さじ", True, None)
    run = session.scalars(select(ImportRun)).one()
    assert (run.kind, run.created, run.rows_total) == ("subscriptions", 1, 2)
    assert [line.order_code for line in session.scalars(select(ImportRow))] == ["SUB-1", "SUB-1"]


def test_the_same_file_twice_changes_nothing(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    listed = row(お届け先区分="住所録", お届け先名="山田 太郎", お届け先住所="東京都千代田区千代田1-1", ラベル="冷蔵")
    content = table(listed, GIFT, row(外部番号="SUB-2", お届けサイクル="2週間ごと 火曜日"))
    take_in(session, shop, content, clock())
    models = (Subscription, SubscriptionItem, SubscriptionLabelling, ListedAddress, AuditEntry)
    before = everything(session, *models)
    clock.forward(days=1)
    assert outcomes(take_in(session, shop, content, clock())) == {"unchanged": 2}
    assert everything(session, *models) == before


def test_the_same_file_again_does_not_take_back_a_delivery_that_was_made_meanwhile(
    cast: Cast, session: Session, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    content = table(row())
    take_in(session, shop, content, clock())
    saved = the_subscription(session)
    saved.next_delivery_on = saved.anchor_on = date(2027, 1, 15)
    session.commit()
    assert outcomes(take_in(session, shop, content, clock())) == UNCHANGED
    assert the_subscription(session).next_delivery_on == date(2027, 1, 15)


def test_a_changed_row_changes_what_it_says_and_keeps_the_rest(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    take_in(session, shop, table(row(メモ="電話は夕方")), clock())
    later = {"外部番号": "SUB-1", "お届けサイクル": "毎月第2土曜日", "次回お届け予定日": "2026/12/20", "送料": ""}
    assert outcomes(take_in(session, shop, table(later), clock())) == UPDATED
    saved = the_subscription(session)
    assert (saved.cycle, saved.next_delivery_on, saved.anchor_on) == (
        "months:1@2nd-sat",
        date(2026, 12, 20),
        date(2026, 12, 20),
    )
    assert (saved.next_ship_on, saved.next_creation_on) == (date(2026, 12, 16), date(2026, 12, 9))
    # A blank cell clears the fields that our format says it clears.
    assert (saved.shipping_fee, saved.memo, saved.items[0].later_price) == (0, "電話は夕方", 1080)
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == saved.id)).all()
    assert set(actions) == {"subscription.created", "subscription.changed"}


def test_a_stopped_one_comes_in_stopped_and_needs_no_next_date(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    gone = {"次回お届け予定日": "", "停止・キャンセル日時": "2026/10/01", "停止・キャンセル理由": "引っ越し"}
    suspended = row(状態="停止", 再開予定日="2027/03/01", **gone)
    canceled = row(外部番号="SUB-2", 状態="キャンセル", **gone)
    finished = row(外部番号="SUB-3", 状態="終了", 残りお届け回数="0", 残り受注回数="0", **gone)
    assert outcomes(take_in(session, shop, table(suspended, canceled, finished), clock())) == {"created": 3}
    first, second, third = (the_subscription(session, f"SUB-{n}") for n in (1, 2, 3))
    october = datetime(2026, 9, 30, 15, 0, tzinfo=UTC)
    assert (first.state, first.suspended_at, first.resume_on) == ("suspended", october, date(2027, 3, 1))
    assert (second.state, second.canceled_at, second.stop_reason) == ("canceled", october, "引っ越し")
    assert (third.state, third.finished_at, third.remaining_orders) == ("finished", october, 0)
    again = table(row(外部番号="SUB-3", 状態="有効"))
    assert refusals(take_in(session, shop, again, clock())) == [(2, "状態")]


def test_a_late_one_is_taken_in_and_waits_for_a_person(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    today = clock().date()
    assert outcomes(take_in(session, shop, table(row(次回お届け予定日="2026/10/15")), clock())) == CREATED
    waiting = session.scalars(select(Subscription.external_number).where(*due.waiting(shop.id, today)))
    assert waiting.all() == ["SUB-1"]
    assert session.scalars(select(Subscription).where(*due.due(shop.id, today))).all() == []


def test_bad_cells_are_refused_with_line_column_and_reason(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    bad = {
        "外部番号": "",
        "お届けサイクル": "2日おき",
        "次回お届け予定日": "2026/02/30",
        "状態": "お休み中",
        "数量": "0",
        "受注回数": "三",
        "送料": "12.5",
        "配送会社": "カラス便",
        "購入者メールアドレス": "hanako＠",
        "購入者名": "",
        "商品名": "",
        "残り受注回数": "99999",
        "次回発送予定日": "2027/01/01",
        "お届け先区分": "住所録",
        "単価": "高い",
    }
    right = row(外部番号="RIGHT")
    rows = [row(外部番号=f"BAD-{n}") | {column: text} for n, (column, text) in enumerate(bad.items()) if n]
    no_number = row() | {"外部番号": ""}
    columns = list(dict.fromkeys([*right, *bad]))
    report = take_in(session, shop, table(no_number, *rows, right, columns=columns), clock())
    assert outcomes(report) == {"created": 1, "refused": len(bad)}
    # The list's entry lacks a name, so the problem is reported for that column.
    told = [{"お届け先区分": "お届け先名"}.get(column, column) for column in bad]
    assert [column for _, column in refusals(report)] == told
    assert [line for line, _ in refusals(report)] == list(range(2, 2 + len(bad)))
    assert all(problem.reason for result in report.refused for problem in result.problems)
    assert [row.external_number for row in session.scalars(select(Subscription))] == ["RIGHT"]


def test_one_bad_item_refuses_its_whole_subscription_and_no_other(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    report = take_in(session, shop, table(row(), GIFT | {"数量": "二"}, row(外部番号="SUB-2")), clock())
    assert outcomes(report) == CREATED | REFUSED
    assert refusals(report) == [(2, ""), (3, "数量")]
    assert the_subscription(session, "SUB-2").state == "active"


def test_a_shop_without_subscriptions_refuses_them_all_and_a_paused_one_takes_them_over(
    cast: Cast, session: Session, clock: Clock
) -> None:
    shop = cast.shop()
    rules = cast.rules(shop, enabled=False)
    report = take_in(session, shop, table(row()), clock())
    assert outcomes(report) == REFUSED
    assert "定期購入を使っていません" in report.refused[0].problems[0].reason
    rules.enabled, rules.takes_new = True, False
    session.commit()
    assert outcomes(take_in(session, shop, table(row()), clock())) == CREATED


def test_our_own_number_is_kept_and_finds_its_subscription(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    numbered = row(定期購入番号="TEA-77") | {"外部番号": ""}
    assert outcomes(take_in(session, shop, table(numbered), clock())) == CREATED
    assert session.scalars(select(Subscription.number)).one() == "TEA-77"
    assert outcomes(take_in(session, shop, table(numbered | {"メモ": "電話"}), clock())) == UPDATED
    # It can be given an external number later, but not that of another subscription.
    take_in(session, shop, table(row()), clock())
    both = take_in(session, shop, table(row(定期購入番号="TEA-77")), clock())
    assert "別々の定期購入" in both.refused[0].problems[0].reason


@pytest.mark.parametrize("again", ["TEA-77", "tea-77", "ＴＥＡ－７７"])
def test_a_number_in_other_letters_is_the_same_subscription(
    cast: Cast, session: Session, clock: Clock, again: str
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    take_in(session, shop, table(row(定期購入番号="Tea-77") | {"外部番号": ""}), clock())
    later = row(定期購入番号=again, メモ="電話") | {"外部番号": ""}
    assert outcomes(take_in(session, shop, table(later), clock())) == UPDATED
    assert session.scalars(select(Subscription.number)).one() == "Tea-77"


def test_a_number_in_full_width_is_kept_narrow(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    take_in(session, shop, table(row(定期購入番号="ＴＥＡ－７７") | {"外部番号": ""}), clock())
    assert session.scalars(select(Subscription.number)).one() == "TEA-77"


@pytest.mark.parametrize(
    "named",
    [{}, {"定期購入番号": "TEA-77", "外部番号": ""}, {"定期購入番号": "tea-77", "外部番号": ""}],
    ids=["external", "own", "own, in other letters"],
)
def test_a_deleted_one_does_not_come_back(cast: Cast, session: Session, clock: Clock, named: dict[str, str]) -> None:
    shop = cast.shop()
    cast.rules(shop)
    first = named | {"定期購入番号": "TEA-77"} if named else named
    take_in(session, shop, table(row() | first), clock())
    subscriptions.delete(session, session.scalars(select(Subscription)).one(), actor="staff:1", now=clock())
    session.commit()
    report = take_in(session, shop, table(row(メモ="新しい") | named), clock())
    assert "削除されています" in report.refused[0].problems[0].reason


def test_on_the_day_of_its_next_order_a_file_changes_nothing(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    rules = cast.rules(shop)
    take_in(session, shop, table(row(次回お届け予定日="2026/12/02")), clock())
    assert the_subscription(session).next_creation_on == clock().date()
    changed = table(row(次回お届け予定日="2026/12/02", 単価="2000"))
    assert outcomes(take_in(session, shop, changed, clock())) == REFUSED
    assert the_subscription(session).items[0].later_price == 1080
    # If the cart makes the orders, its dates are taken as they are.
    rules.generates = "them"
    session.commit()
    assert outcomes(take_in(session, shop, changed, clock())) == UPDATED


def test_a_date_that_was_dealt_with_is_not_gone_back_to(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    take_in(session, shop, table(row()), clock())
    dealt_with(session, the_subscription(session), date(2026, 12, 15), clock())
    report = take_in(session, shop, table(row(次回お届け予定日="2026/12/10")), clock())
    assert "もう処理しています" in report.refused[0].problems[0].reason


def test_cp932_tabs_and_quoted_lines_come_through(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    content = table(row(購入者名="髙橋 ①子", 備考1="一行目\n二行目～"), encoding="cp932", delimiter="\t", newline="\n")
    report = take_in(session, shop, content, clock())
    assert (outcomes(report), report.encoding) == (CREATED, "cp932")
    saved = the_subscription(session)
    assert (saved.buyer_name, saved.note_1) == ("髙橋 ①子", "一行目\n二行目～")


def test_broken_files_are_refused_whole(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    torn = table(row())[:-2] + b',"'
    nameless = table({column: text for column, text in row().items() if column != "外部番号"})
    for content in (b"", torn, nameless, b"PK\x03\x04 zip", "番号\n".encode("utf-16")):
        assert take_in(session, shop, content, clock()).refusal
    assert session.scalars(select(Subscription)).all() == []


def test_a_dry_run_says_what_would_happen_and_changes_nothing(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    session.commit()
    models = (Subscription, AuditEntry, ImportRun)
    before = everything(session, *models)
    report = take_in(session, shop, table(row(), row(外部番号="SUB-2", 数量="x")), clock(), dry_run=True)
    assert outcomes(report) == CREATED | REFUSED
    assert everything(session, *models) == before


def test_a_count_from_the_cart_is_not_counted_twice(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop, generates="them")
    take_in(session, shop, table(row()), clock())
    saved = the_subscription(session)
    clock.forward(days=1)
    cast.order(shop, "A-9", subscription_id=saved.id, cycle_number=4, ordered_at=clock(), status="shipped")
    counting.recount(session, saved)
    session.commit()
    assert (saved.orders_made, saved.purchase_count) == (4, 3)
    clock.forward(hours=1)
    take_in(session, shop, table(row(受注回数="4", 購入回数="3")), clock())
    assert the_subscription(session).orders_made == 4
    clock.forward(days=30)
    cast.order(shop, "A-10", subscription_id=saved.id, cycle_number=5, ordered_at=clock() - timedelta(days=1))
    counting.recount(session, saved)
    assert saved.orders_made == 5


def test_a_prefecture_decides_fee_and_days_and_is_never_guessed(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    wrong = row(購入者都道府県="大坂府", 購入者住所="大阪市北区梅田1-2-3")
    (refused,) = take_in(session, shop, table(wrong), clock()).refused
    assert refused.problems[0].column == "購入者都道府県"
    assert "「大坂府」は都道府県として読めません" in refused.problems[0].reason
    take_in(session, shop, table(wrong | {"購入者都道府県": "Hokkaido"}), clock())
    assert the_subscription(session).prefecture == "北海道"
