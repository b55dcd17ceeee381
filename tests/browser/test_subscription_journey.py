"""鈴木 and 200 subscriptions from a file: the dry run for tomorrow, the run and its orders, and changes by hand.

One subscription is skipped, one is resumed and one gets another cycle.
"""

import re
from datetime import date, timedelta

import pytest

from portal.models import Shop
from portal.values.roles import Role
from tests.browser.conftest import OpenPhone
from tests.browser.importing import count, send_file, state
from tests.browser.phone import PATIENCE, Phone, expect
from tests.browser.signing_in import sign_in_staff
from tests.browser.site import Site
from tests.cast import TARO
from tests.importing.files import table
from tests.importing.subscriptions.files import row

pytestmark = pytest.mark.timeout(600)

TOMORROW = date(2026, 11, 22)
DUE = TOMORROW + timedelta(days=11)
"""Delivery date of the orders that are made tomorrow."""
ALL, MANY = 200, 12
"""Number of all subscriptions, and of those whose order is made tomorrow."""
TARO_CELLS = {"購入者名": TARO["buyer_name"], "購入者名かな": TARO["buyer_kana"], "購入者電話番号": TARO["phone"]}


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def desk(request: pytest.FixtureRequest, open_phone: OpenPhone) -> Phone:
    """Return a computer in the shop's office."""
    return open_phone(javascript=request.param, width=1280)


@pytest.fixture
def email(site: Site, shop: Shop) -> str:
    """Return the email address of 鈴木, a manager."""
    email = f"suzuki@{shop.slug}.example.jp"
    with site.cast() as cast:
        merged = cast.session.merge(shop)
        cast.rules(merged, authorises=False)
        cast.staff(merged, role=Role.MANAGER, email=email)
    return email


def subscriptions_file() -> bytes:
    """Return a file in which twelve subscriptions are due tomorrow, one is suspended and the others are due later."""
    rows = []
    for number in range(1, ALL + 1):
        cells = {"定期購入番号": f"{number:010}", "外部番号": "", "受注回数": "1", "数量": "1"}
        cells |= {"次回お届け予定日": f"{DUE:%Y/%m/%d}" if number <= MANY else "2026/12/20"}
        rows.append(row(**cells, **(TARO_CELLS if number > 1 else {})))
    rows[101] |= {"状態": "停止", "停止・キャンセル日時": "2026/11/20 10:00", "次回お届け予定日": "2026/11/15"}
    return table(*rows, encoding="cp932")


def take_in(desk: Phone) -> None:
    send_file(desk, "定期購入1121.csv", subscriptions_file())
    desk.sees("MyPageの定期購入ファイル")
    desk.press("テストする（まだ取り込みません）")
    state(desk, "取り込み待ち")
    count(desk, "新しくできる定期購入", str(ALL))
    desk.press(f"{ALL}件の定期購入を取り込む")
    state(desk, "取り込み済み")
    count(desk, "新しい定期購入", str(ALL))


def open_subscription(desk: Phone, number: str) -> None:
    """Find a subscription by its number in the search box and open it."""
    desk.page.get_by_role("navigation", name="管理メニュー").get_by_role("link", name="定期購入", exact=True).click()
    desk.sees_title("定期購入")
    desk.write("定期購入の検索", number)
    desk.press("検索")
    desk.sees_title(f"定期購入 {number}")


def tab(desk: Phone, name: str) -> None:
    desk.page.get_by_role("navigation", name="この定期購入のページ").get_by_role("link", name=name).click()


def look_at_tomorrow(desk: Phone) -> None:
    desk.page.get_by_role("navigation", name="管理メニュー").get_by_role("link", name="定期購入", exact=True).click()
    desk.press("明日作成される注文")
    desk.sees_title("明日作成される注文")
    count(desk, "作る注文", str(MANY))
    count(desk, "金額の合計", f"¥{MANY * 1580:,}")
    expect(desk.page.locator("main tbody tr")).to_have_count(MANY, timeout=PATIENCE)


def run(desk: Phone, site: Site) -> None:
    """Move the clock to the next day, sign in again and start the run by hand."""
    site.clock.forward(hours=14, minutes=30)
    desk.context.clear_cookies()


def run_and_see_the_orders(desk: Phone) -> None:
    desk.page.get_by_role("navigation", name="管理メニュー").get_by_role("link", name="定期購入", exact=True).click()
    desk.press("注文作成の履歴")
    desk.press("今日の分を今すぐ作る")
    desk.sees_title("2026年11月22日(日)の注文作成")
    expect(desk.page.get_by_role("status").filter(has_text="に終わりました。")).to_be_visible(timeout=2 * PATIENCE)
    count(desk, "作った注文", str(MANY))
    desk.press("0000000001-2")
    desk.sees_title("注文 0000000001-2")
    desk.sees("2回目の注文")
    desk.press("0000000001")
    desk.sees_title("定期購入 0000000001")


def skip_one(desk: Phone) -> None:
    open_subscription(desk, "0000000101")
    tab(desk, "お届け")
    desk.press("12月20日(日)のお届けをスキップする")
    desk.sees("次回のお届けをスキップします。")
    first = desk.page.locator(".plan-table tbody tr").first
    expect(first).to_contain_text("スキップ", timeout=PATIENCE)
    desk.press("スキップをやめる")
    desk.sees("スキップをやめました。")
    expect(first).not_to_contain_text("スキップ", timeout=PATIENCE)


def resume_one(desk: Phone) -> None:
    open_subscription(desk, "0000000102")
    desk.press("再開する")
    desk.sees("再開すると、次回は2026年12月15日(火)にお届けします。")
    desk.page.locator("main form").get_by_role("button", name="再開する").click()
    desk.sees("再開しました。")
    desk.sees("次回は2026年12月15日(火)にお届けします。")


def change_the_cycle(desk: Phone) -> None:
    open_subscription(desk, "0000000101")
    desk.press("間隔と日付を変える")
    desk.sees_title("間隔と日付を変える")
    desk.page.get_by_label("お届け間隔").select_option(label="◯週間ごとの△曜日")
    desk.write("◯に入る数（日・週・か月）", "2")
    desk.page.get_by_label("曜日", exact=True).select_option(label="火曜日")
    if not desk.javascript:
        desk.press("プレビュー")
    rows = desk.page.locator(".compared tbody tr")
    expect(rows.nth(1)).to_contain_text("2027年1月15日(金)", timeout=PATIENCE)
    expect(rows.nth(1).locator("td").nth(1)).to_contain_text("2026年12月29日(火)", timeout=PATIENCE)
    desk.press("保存する")
    desk.sees("保存しました。")
    desk.sees("2週間ごとの火曜日")
    tab(desk, "お届け")
    expect(desk.page.locator(".plan-table tbody tr").nth(1)).to_contain_text("2026年12月29日(火)", timeout=PATIENCE)


def test_from_a_file_over_tomorrows_plan_to_another_cycle(site: Site, desk: Phone, shop: Shop, email: str) -> None:
    sign_in_staff(desk, email)
    desk.sees_title("今日の仕事")
    take_in(desk)
    look_at_tomorrow(desk)
    run(desk, site)
    sign_in_staff(desk, email)
    run_and_see_the_orders(desk)
    skip_one(desk)
    resume_one(desk)
    change_the_cycle(desk)
    tab(desk, "履歴")
    expect(desk.page.locator(".trail")).to_contain_text(re.compile("定期購入の内容を変えた"), timeout=PATIENCE)
