"""The menu: groups, and below them the pages of the one that is open."""

import re

import pytest
from flask.testing import FlaskClient

from portal.values.roles import Role
from tests.admin.signing_in import sign_in
from tests.cast import Cast

GROUPS = ["今日の仕事", "注文", "定期購入", "書類", "取り込み", "設定"]
PAGES = {
    "": "今日の仕事",
    "orders": "注文の一覧",
    "requests": "お客さまからのお問い合わせ",
    "bundles": "同梱",
    "locks": "ロック",
    "mails": "送ったメール",
    "subscriptions": "定期購入の一覧",
    "subscriptions/planned": "明日作成される注文",
    "subscriptions/runs": "注文作成の履歴",
    "subscriptions/late": "お届け日超過",
    "subscriptions/cards": "カードの期限",
    "receipts": "領収書の台帳",
    "papers": "お渡しした書類",
    "exports": "書き出し",
    "imports": "取り込み",
    "settings": "店舗の設定",
    "subscription-settings": "定期購入の設定",
    "offered-items": "定期購入の設定",
    "custom-fields": "定期購入の設定",
    "stop-reasons": "定期購入の設定",
    "subscription-labels": "定期購入の設定",
    "mail-texts": "メールの文面",
    "members": "担当者",
    "audit": "操作の記録",
}
MENU = re.compile(r'<nav class="desk-menu".*?</nav>', re.DOTALL)


def menu(client: FlaskClient, path: str) -> tuple[list[str], list[str]]:
    """Return the words of the entries, and those that are marked as where one is."""
    answer = client.get(f"/admin/shops/sakura/{path}")
    assert answer.status_code == 200, path
    (text,) = MENU.findall(answer.text)
    return re.findall(r">([^<>]+)</a>", text), re.findall(r'aria-current="page">([^<>]+)</a>', text)


@pytest.fixture
def desk(client: FlaskClient, cast: Cast) -> FlaskClient:
    suzuki = cast.staff(cast.shop(), role=Role.MANAGER)
    cast.session.commit()
    sign_in(client, suzuki)
    return client


@pytest.mark.parametrize("path", PAGES)
def test_each_page_stands_in_the_menu_as_where_one_is(desk: FlaskClient, path: str) -> None:
    entries, here = menu(desk, path)
    assert [words for words in entries if words in GROUPS][: len(GROUPS)] == GROUPS
    assert here == [PAGES[path]]


def test_who_is_no_manager_sees_only_what_opens(client: FlaskClient, cast: Cast) -> None:
    suzuki = cast.staff(cast.shop(), role=Role.OPERATOR)
    cast.session.commit()
    sign_in(client, suzuki)
    assert menu(client, "receipts")[0] == [*GROUPS, "領収書の台帳", "お渡しした書類"], "書き出し is the managers"
    assert "担当者" not in menu(client, "mail-texts")[0]


@pytest.mark.parametrize(
    "path", ["orders", "mails", "audit", "receipts", "papers", "subscriptions", "subscriptions/runs"]
)
@pytest.mark.parametrize("days", ["since=0001-01-01&until=0001-01-01", "since=9999-12-31&until=9999-12-31"])
def test_a_list_between_days_at_the_end_of_the_calendar_is_empty(desk: FlaskClient, path: str, days: str) -> None:
    assert desk.get(f"/admin/shops/sakura/{path}?{days}").status_code in (200, 422)
