"""定期購入: the list and its search as staff see them."""

from datetime import date
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.models import Export, SubscriptionLabel, SubscriptionLabelling
from portal.values.roles import Role
from tests.admin.subscriptions.desk import LIST, Desk, numbers, plain
from tests.cast import TARO, Cast

PARTIAL = {"HX-Request": "true"}


@pytest.fixture
def desk(client: FlaskClient, cast: Cast) -> Desk:
    return Desk(client, cast, role=Role.VIEWER)


def test_a_row_says_what_matters(desk: Desk) -> None:
    desk.subscription("0000000007", external_number="EX-77", needs_attention=True, attention_reason="card_expired")
    page = desk.get()
    words = plain(page)
    assert numbers(page) == ["0000000007"]
    for said in ("EX-77", "有効", "要対応", "山田 花子", "毎月15日", "12月15日(火)", "¥1,580", "代金引換"):
        assert said in words
    assert "カードの有効期限が切れています。" in page


def test_one_that_stands_still_has_no_next_delivery(desk: Desk) -> None:
    desk.subscription("1", state="suspended", suspended_at=desk.cast.now)
    desk.subscription("2", state="finished", finished_at=desk.cast.now)
    words = plain(desk.get())
    assert "止まっています" in words
    assert "ありません" in words
    assert "12月15日" not in words


def test_the_filters_say_how_many_each_would_show(desk: Desk) -> None:
    for number in ("1", "2"):
        desk.subscription(number)
    desk.subscription("3", state="canceled", needs_attention=True)
    desk.subscription("4", deleted_at=desk.cast.now)
    words = plain(desk.get())
    for chip in ("有効 2", "停止 0", "キャンセル 1", "終了 0", "削除済み 1", "要対応だけ 1"):
        assert chip in words, chip
    assert "3件" in words


def test_the_shop_has_names_of_its_own_for_the_states(client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast, role=Role.VIEWER, status_names={"active": "継続中"})
    desk.subscription()
    assert "継続中 1" in plain(desk.get())


def test_those_whose_slot_is_no_longer_offered_are_found_and_exported(desk: Desk) -> None:
    gone = {"carrier": "yamato", "time_slot": "12時〜14時"}
    assert numbers(desk.get(lapsed="1")) == []
    desk.subscription("1", **gone)
    desk.subscription("2", **gone | {"carrier": "sagawa"})
    desk.subscription("3", **gone, state="canceled")
    desk.subscription("4", **gone, delivery_method="ネコポス")
    desk.subscription("5")
    assert numbers(desk.get(lapsed="1")) == ["1"]
    assert len(numbers(desk.get())) == 5


def test_each_filter_narrows(desk: Desk) -> None:
    desk.subscription("1")
    desk.subscription("2", state="suspended", suspended_at=desk.cast.now)
    desk.subscription("3", cycle="weeks:2@tue", next_delivery_on=date(2026, 12, 1), payment_method="NP後払い", **TARO)
    label = SubscriptionLabel(shop_id=desk.shop.id, name="VIP", created_at=desk.cast.now)
    desk.session.add(label)
    desk.session.flush()
    labelled = desk.subscription("4")
    desk.session.add(SubscriptionLabelling(shop_id=desk.shop.id, subscription_id=labelled, label_id=label.id))
    desk.session.commit()
    assert sorted(numbers(desk.get())) == ["1", "2", "3", "4"]
    assert numbers(desk.get(state="suspended")) == ["2"]
    assert numbers(desk.get(since="2026-12-01", until="2026-12-14")) == ["3"]
    assert numbers(desk.get(kind="weeks_weekday")) == ["3"]
    assert numbers(desk.get(payment="NP後払い")) == ["3"]
    assert numbers(desk.get(label=str(label.id))) == ["4"]
    assert numbers(desk.get(q="さとう")) == ["3"]
    assert numbers(desk.get(by="next"))[0] == "3"
    assert "VIP" in plain(desk.get(label=str(label.id)))


def test_a_whole_number_opens_its_subscription(desk: Desk) -> None:
    subscription_id = desk.subscription("0000000007", external_number="EX-77")
    for number in ("0000000007", "EX-77"):
        answer = desk.client.get(LIST, query_string={"q": number})
        assert answer.status_code == 303
        assert answer.location.endswith(f"/subscriptions/{subscription_id}")


def test_while_typing_only_the_results_come(desk: Desk) -> None:
    desk.subscription("0000000007")
    answer = desk.client.get(LIST, query_string={"q": "花子"}, headers=PARTIAL)
    assert answer.text.lstrip().startswith('<div id="subscriptions"')
    assert "0000000007" in answer.text


def test_an_empty_shop_says_where_they_come_from(desk: Desk) -> None:
    assert "まだ定期購入がありません。" in desk.get()


def test_nothing_found_says_what_else_to_try(desk: Desk) -> None:
    desk.subscription()
    words = plain(desk.get(q="鈴木"))
    assert "「鈴木」に合う定期購入は見つかりませんでした。" in words
    assert "電話番号は下4桁" in words


def test_conditions_that_cannot_be_read_are_said_and_not_guessed(desk: Desk) -> None:
    desk.subscription()
    for query in ({"since": "きのう"}, {"since": "2026-12-01", "until": "2026-11-01"}, {"kind": "never"}):
        answer = desk.client.get(LIST, query_string=query)
        assert answer.status_code == 422
        assert "読めないところがあります" in answer.text


def test_the_next_page_goes_on_where_the_first_ended(desk: Desk) -> None:
    for number in range(60):
        desk.cast.subscription(desk.shop, f"{number:04}")
    desk.session.commit()
    first = desk.get()
    following = desk.client.get(first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")).text
    assert len(numbers(first)) == 50
    assert len(set(numbers(first)) | set(numbers(following))) == 60


def test_another_shops_subscriptions_are_not_there(desk: Desk) -> None:
    other = desk.cast.shop("momiji")
    subscription = desk.cast.subscription(other, "0000000099")
    desk.session.commit()
    assert numbers(desk.get()) == []
    desk.get(subscription.id, status=404)


def test_a_manager_asks_for_a_file_of_what_was_found_and_once(client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast, role=Role.MANAGER)
    desk.subscription()
    page = desk.get(state="active", q="花子")
    action = unescape(page.split('<form class="filters" method="post" action="')[1].split('"')[0])
    fields = {
        "csrf_token": page.split('name="csrf_token" value="')[-1].split('"')[0],
        "once": page.split('name="once"')[1].split('value="')[1].split('"')[0],
        "encoding": "cp932",
    }
    for _ in range(2):
        assert desk.client.post(action, data=fields).status_code == 303
    desk.session.rollback()
    (export,) = desk.session.scalars(select(Export)).all()
    assert (export.kind, export.question["q"], export.question["states"]) == ("subscriptions", "花子", ["active"])


def test_who_may_not_export_sees_no_button(desk: Desk) -> None:
    desk.subscription()
    assert "CSVに書き出す" not in desk.get()
