"""注文: the list and its search as staff see them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.models import AuditEntry, AuditValue, Order, Shop
from portal.orders.search import finding
from portal.values.roles import Role
from portal.values.states import OrderStatus
from tests.admin.signing_in import sign_in
from tests.cast import TARO, Cast
from tests.conftest import Clock

PATH = "/admin/shops/sakura/orders"
PARTIAL = {"HX-Request": "true"}
NOON = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)


def enter(client: FlaskClient, cast: Cast, *shops: Shop, role: Role = Role.VIEWER, totp: bool = False) -> None:
    suzuki = cast.staff(*shops, role=role)
    cast.session.commit()
    sign_in(client, suzuki, totp=totp)


@pytest.fixture
def shop(cast: Cast) -> Shop:
    """Return a shop with a shipped order of 花子's and one of 太郎's that waits."""
    shop = cast.shop()
    cast.shipment(cast.order(shop, "A-1", ordered_at=NOON))
    cast.order(shop, "B-2", **TARO, ordered_at=NOON + timedelta(days=1), payment_method="銀行振込")
    return shop


def listed(client: FlaskClient, headers: dict[str, str] | None = None, **query: Any) -> list[str]:
    answer = client.get(PATH, query_string=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return re.findall(r"<a data-row[^>]*>([^<]+)</a>", answer.text)


def searches(cast: Cast) -> list[tuple[str, str | None]]:
    cast.session.rollback()
    searched = select(AuditEntry.actor, AuditValue.after).join(AuditValue, AuditValue.entry_id == AuditEntry.id)
    rows = cast.session.execute(searched.where(AuditEntry.action == "orders.searched").order_by(AuditEntry.id))
    return [(row[0].split(":")[0], row[1]) for row in rows]


def test_the_newest_order_is_first_and_a_row_says_what_matters(client: FlaskClient, cast: Cast, shop: Shop) -> None:
    cast.order(
        shop,
        "C-3",
        ordered_at=NOON + timedelta(days=2),
        recipient_name="山田 梅",
        total=1234567,
        needs_attention="rates_unknown",
        status=OrderStatus.ON_HOLD,
    )
    enter(client, cast, shop)
    assert listed(client) == ["C-3", "B-2", "A-1"]
    page = client.get(PATH).text
    for words in ("2026/11/20 12:00", "→ 山田 梅 様", "¥1,234,567", "要対応", "保留", "銀行振込", "出荷済み"):
        assert words in page
    assert "担当するすべての店舗から" not in page, "there is only this shop"


def test_one_box_finds_by_name_phone_mail_and_number(client: FlaskClient, cast: Cast, shop: Shop) -> None:
    enter(client, cast, shop)
    assert listed(client, q="やまだ") == ["A-1"]
    assert listed(client, q="佐藤太郎") == ["B-2"]
    assert listed(client, q="080-8765") == ["B-2"]
    assert listed(client, q="taro@") == ["B-2"]
    assert listed(client, q="　") == ["B-2", "A-1"]


@pytest.mark.parametrize("number", ["a-1", "1234-5678-9010"])
def test_a_whole_number_opens_its_order(client: FlaskClient, cast: Cast, shop: Shop, number: str) -> None:
    enter(client, cast, shop)
    order = cast.session.scalars(select(Order).where(Order.code == "A-1")).one()
    answer = client.get(PATH, query_string={"q": number})
    assert answer.status_code == 303
    assert answer.location == f"{PATH}/{order.id}"
    assert client.get(answer.location).status_code == 200
    assert listed(client, headers=PARTIAL, q=number) == ["A-1"], "nobody is taken away while typing"
    assert listed(client, q=number, status="shipped") == ["A-1"]


def test_a_search_that_is_still_typed_is_noted_once_in_some_minutes(
    client: FlaskClient, cast: Cast, shop: Shop, clock: Clock
) -> None:
    enter(client, cast, shop)
    for typed in ("ま", "やま", "やまだ"):
        listed(client, headers=PARTIAL, q=typed)
    assert searches(cast) == [("staff", "やま")], "nobody is shown for the first letter"
    clock.forward(minutes=4)
    listed(client, headers=PARTIAL, q="taro@")
    assert searches(cast) == [("staff", "やま"), ("staff", "taro@")]


def test_filters_and_search_together(client: FlaskClient, cast: Cast, shop: Shop) -> None:
    cast.order(shop, "C-3", status=OrderStatus.ON_HOLD, needs_attention="rates_unknown", ordered_at=NOON)
    enter(client, cast, shop)
    assert listed(client, status=["on_hold", "shipped"]) == ["C-3", "A-1"]
    assert listed(client, status="on_hold", q="花子") == ["C-3"]
    assert listed(client, attention="1") == ["C-3"]
    assert listed(client, since="2026-11-19") == ["B-2"]
    assert listed(client, until="2026-11-18") == ["C-3", "A-1"]
    assert listed(client, payment="shop") == ["B-2"]
    assert listed(client, payment="card", q="はなこ", until="2026-11-18") == ["C-3", "A-1"]
    assert listed(client, payment="words:銀行振込") == ["B-2"]
    page = client.get(PATH, query_string={"payment": "words:銀行振込", "status": "shipped"}).text
    assert re.search(r'<option selected value="words:銀行振込">', page)
    assert "条件に合う注文はありません。" in page


def test_the_shops_own_payment_words_decide_the_kind(client: FlaskClient, cast: Cast, shop: Shop) -> None:
    shop.payment_words = {"銀行振込": "deferred"}
    cast.order(shop, "C-3", payment_class="deferred")
    enter(client, cast, shop)
    assert listed(client, payment="shop") == []
    assert listed(client, payment="deferred") == ["B-2", "C-3"]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "lost"},
        {"since": "soon"},
        {"payment": "gold"},
        {"since": "2026-11-19", "until": "2026-11-18"},
        {"q": "あ" * 101},
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_searched(
    client: FlaskClient, cast: Cast, shop: Shop, query: dict[str, str]
) -> None:
    enter(client, cast, shop)
    for headers in ({}, PARTIAL):
        answer = client.get(PATH, query_string=query, headers=headers)
        assert answer.status_code == 422
        assert "条件に読めないところがあります" in answer.text
        assert "A-1" not in answer.text


# --- whose orders ----------------------------------------------------------------------------------------------------
def test_another_shops_orders_are_neither_found_nor_opened(client: FlaskClient, cast: Cast, shop: Shop) -> None:
    momiji = cast.shop("momiji", name="もみじ堂")
    cast.order(momiji, "M-9", **TARO)
    enter(client, cast, shop)
    for query in ({"q": "M-9"}, {"q": "太郎"}, {"all_shops": "1", "q": "M-9"}, {"all_shops": "1"}):
        assert "M-9" not in listed(client, **query)
    assert client.get(PATH.replace("sakura", "momiji")).status_code == 404


def test_all_of_ones_own_shops_at_once(client: FlaskClient, cast: Cast, shop: Shop) -> None:
    momiji = cast.shop("momiji", name="もみじ堂")
    theirs = cast.order(momiji, "M-9", ordered_at=NOON + timedelta(hours=1))
    kaede = cast.shop("kaede", name="かえで園")
    cast.order(kaede, "K-1")
    enter(client, cast, shop, momiji)
    assert listed(client) == ["B-2", "A-1"]
    assert listed(client, all_shops="1") == ["B-2", "M-9", "A-1"]
    assert listed(client, all_shops="1", q="花子") == ["M-9", "A-1"]
    page = client.get(PATH, query_string={"all_shops": "1"}).text
    assert f"/admin/shops/momiji/orders/{theirs.id}" in page
    assert "もみじ堂" in page
    assert "かえで園" not in page
    viewed = select(AuditEntry.shop_id).where(AuditEntry.action == "orders.viewed")
    assert set(cast.session.scalars(viewed)) == {shop.id, momiji.id}, "each shop can see who looked"
    answer = client.get(PATH, query_string={"all_shops": "1", "q": "M-9"})
    assert answer.location == f"/admin/shops/momiji/orders/{theirs.id}"
    assert "all_shops=1" in client.get(PATH, query_string={"q": "M-9 "}).text, "offered where nothing was found"


def test_a_shop_that_demands_the_authenticator_is_searched_only_after_it(
    client: FlaskClient, cast: Cast, shop: Shop
) -> None:
    momiji = cast.shop("momiji", name="もみじ堂", totp_demanded=True)
    cast.order(momiji, "M-9", **TARO)
    enter(client, cast, shop, momiji)
    assert "M-9" not in listed(client, all_shops="1")


def test_only_members_see_the_list(client: FlaskClient, cast: Cast, shop: Shop) -> None:
    cast.session.commit()
    assert client.get(PATH).status_code == 303


# --- looking is noted ------------------------------------------------------------------------------------------------
def test_a_search_is_noted_once_with_its_words_however_many_pages_are_looked_at(
    client: FlaskClient, cast: Cast, shop: Shop
) -> None:
    for number in range(60):
        cast.order(shop, f"C-{number}")
    enter(client, cast, shop)
    page = client.get(PATH, query_string={"q": " やまだ "}).text
    assert searches(cast) == [("staff", "やまだ")]
    following = re.findall(r'rel="next" href="([^"]+)"', page)[0].replace("&amp;", "&")
    assert client.get(following).status_code == 200
    client.get(PATH)
    assert searches(cast) == [("staff", "やまだ")]
    viewed = select(AuditEntry.id).where(AuditEntry.action == "orders.viewed")
    assert len(cast.session.scalars(viewed).all()) == 1


# --- pages and partials ----------------------------------------------------------------------------------------------
def test_pages_go_on_and_back_and_keep_what_was_chosen(
    client: FlaskClient, cast: Cast, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE", 2)
    for number in range(1, 5):
        cast.order(shop, f"C-{number}", ordered_at=NOON - timedelta(days=number))
    enter(client, cast, shop)

    def link(page: str, rel: str) -> str:
        return re.findall(rf'rel="{rel}" href="([^"]+)"', page)[0].replace("&amp;", "&")

    first = client.get(PATH, query_string={"q": "花子", "status": ["shipped", "awaiting_shipment"]}).text
    assert 'rel="prev"' not in first
    second = client.get(link(first, "next")).text
    assert re.findall(r"<a data-row[^>]*>([^<]+)</a>", second) == ["C-2", "C-3"]
    assert "status=shipped&amp;status=awaiting_shipment" in second
    third = client.get(link(second, "next")).text
    assert re.findall(r"<a data-row[^>]*>([^<]+)</a>", third) == ["C-4"]
    assert 'rel="next"' not in third
    again = client.get(link(third, "prev")).text
    assert re.findall(r"<a data-row[^>]*>([^<]+)</a>", again) == ["C-2", "C-3"]
    for broken in ("x", "1-1", "", "-"):
        assert listed(client, after=broken) == ["B-2", "A-1"]


def test_while_typing_only_the_list_is_sent_with_the_address_that_shows_it(
    client: FlaskClient, cast: Cast, shop: Shop
) -> None:
    enter(client, cast, shop)
    partial = client.get(PATH, query_string={"q": "花子", "since": "", "payment": ""}, headers=PARTIAL).text
    assert "<html" not in partial
    assert "A-1" in partial
    assert "B-2" not in partial
    address = re.findall(r'data-address="([^"]+)"', partial)[0]
    assert address == f"{PATH}?q=%E8%8A%B1%E5%AD%90"
    assert "A-1" in client.get(address).text


# --- nothing ---------------------------------------------------------------------------------------------------------
def test_a_shop_without_orders_is_told_how_they_come(client: FlaskClient, cast: Cast) -> None:
    enter(client, cast, cast.shop(), role=Role.OPERATOR)
    page = client.get(PATH).text
    assert "まだ注文がありません" in page
    assert "/admin/shops/sakura/imports" in page.split('id="orders"')[1]


def test_a_viewer_is_not_sent_where_viewers_may_not_import(client: FlaskClient, cast: Cast) -> None:
    enter(client, cast, cast.shop())
    page = client.get(PATH).text
    assert "まだ注文がありません" in page
    assert "注文データを取り込む" not in page


def test_nothing_found_says_what_was_searched_and_what_else_to_try(client: FlaskClient, cast: Cast, shop: Shop) -> None:
    enter(client, cast, shop)
    page = client.get(PATH, query_string={"q": "<御手洗>", "status": "shipped"}).text
    assert "「&lt;御手洗&gt;」に合う注文は見つかりませんでした。" in page
    assert "下4桁" in page
    assert "条件を外して検索する" in page


def found(client: FlaskClient, **query: Any) -> str:
    (words,) = re.findall(r'<p class="found[^>]*>([^<]+)</p>', client.get(PATH, query_string=query).text)
    return words


def test_the_list_says_how_many_were_found(
    client: FlaskClient, cast: Cast, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(client, cast, shop)
    assert found(client) == "2件"
    assert found(client, q="太郎") == "1件"
    monkeypatch.setattr(finding, "PAGE", 1)
    assert found(client) == "2件"
    monkeypatch.setattr(finding, "MOST_COUNTED", 1)
    assert found(client) == "1件以上"


def test_the_filters_are_folded_until_one_is_set(client: FlaskClient, cast: Cast, shop: Shop) -> None:
    enter(client, cast, shop)
    assert '<details class="fold">' in client.get(PATH).text
    assert '<details class="fold" open>' in client.get(PATH, query_string={"status": "shipped"}).text
