"""定期購入: the page of one, in its four tabs, and what staff can do there."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.models import Order, StopReason, SubscriptionOccurrence
from portal.values.roles import Role
from portal.values.states import SubscriptionState
from tests.admin.subscriptions.desk import Desk, plain
from tests.cast import Cast

REFUSED_TODAY = "今日はこの定期購入の注文を作る日です。"


# --- looking ---------------------------------------------------------------------------------------------------------
def test_the_basics_say_how_it_stands_in_sentences(desk: Desk) -> None:
    items = [{"name": "煎茶", "later_price": 1000, "first_price": 500, "commitment_count": 3}]
    one = desk.subscription(items=items, note_1="玄関の前に\n置いてください", customer_number="M-1")
    words = plain(desk.get(one))
    for said in (
        "次回は 2026年12月15日(火) にお届けします。注文は 12月4日(金) に作ります。",
        "毎月15日",
        "12月3日(木) 23:59 まで",
        "3回のうち1回済み、あと2回",
        "¥3,000",
        "玄関の前に",
        "大阪市北区梅田1-2-3 メゾン桜 405",
        "M-1",
    ):
        assert said in words, said


def test_a_wallet_without_consent_is_shown_by_dashes_and_its_held_order_can_be_paid_once_there_is_one(
    desk: Desk,
) -> None:
    one = desk.subscription(payment_method="Amazon Pay", needs_attention=True, attention_reason="no_consent")
    order = desk.cast.refused_order(desk.now(one), None, "0000000001-2", "no_consent")
    order.authorised = "none"
    desk.session.commit()
    words = plain(desk.get(one))
    for said in (
        "お客さまの同意（契約番号）がないため請求できず、注文が保留になっています。",
        "同意（契約番号） -- 同意がないため、請求しません。",
        "支払いを待つ注文 0000000001-2 ¥1,580",
        "支払いをもう一度試す",
        "支払いを変える",
    ):
        assert said in words, said
    desk.change(one, "payment", wallet_agreement="B01-123")
    words = plain(desk.get(one))
    assert "同意（契約番号） B01-123" in words
    assert "請求しません" not in words


def test_a_slot_that_is_no_longer_offered_is_marked_and_the_next_delivery_has_none(desk: Desk) -> None:
    one = desk.subscription(carrier="yamato", time_slot="12時〜14時")
    words = plain(desk.get(one))
    assert "次回のお届け 2026年12月15日(火) 次回の発送" in words
    assert "12時〜14時 指定できません 次の注文は、時間帯の指定なしで作ります。" in words
    choices = desk.get(f"{one}/changes/address")
    assert '<option selected value="12時〜14時">' in choices, "what is set is not lost by saving the rest"
    assert "20時〜21時" not in choices


def test_the_items_page_adds_up_the_next_order(desk: Desk) -> None:
    one = desk.subscription(cool_fee=200, coupon=100, perk_off=300, payment_fee=330)
    words = plain(desk.get(f"{one}/items"))
    for said in ("煎茶 やぶきた 100g", "¥980", "¥1,080", "特典で¥300引き", "合計 ¥1,710"):
        assert said in words, said


def test_the_deliveries_page_shows_what_comes_and_what_was(desk: Desk) -> None:
    one = desk.subscription(next_skipped=True)
    order = desk.cast.order(desk.shop, "0000000001-1", subscription_id=one, cycle_number=1)
    made = {"subscription_id": one, "shop_id": desk.shop.id, "actor": "job:x", "at": desk.cast.now}
    days = {"ship_on": date(2026, 10, 11), "creation_on": date(2026, 10, 4)}
    desk.session.add_all(
        SubscriptionOccurrence(
            **made, **days, anchor_on=on, delivery_on=on, cycle_number=1, outcome=outcome, order_id=by
        )
        for on, outcome, by in (
            (date(2026, 10, 15), "ordered", order.id),
            (date(2026, 11, 15), "skipped", None),
        )
    )
    desk.session.commit()
    words = plain(desk.get(f"{one}/deliveries"))
    coming = words[words.index("これからのお届け") : words.index("これまでのお届け")]
    assert [coming.count(f"2026年12月15日(火) {'12月11日(金)'}"), coming.count("スキップ ")] == [1, 1]
    assert "2027年5月15日(土)" in coming, "six deliveries"
    assert "2027年6月15日" not in coming
    made_words = words[words.index("これまでのお届け") :]
    assert "0000000001-1" in made_words
    assert "2026年10月15日(木)" in made_words
    assert "スキップ 2026年11月15日(日)" in made_words


def test_the_order_leads_to_its_subscription(desk: Desk) -> None:
    one = desk.subscription()
    order = desk.cast.order(desk.shop, "0000000001-1", subscription_id=one, subscription_number="0000000001")
    desk.session.commit()
    page = desk.client.get(f"/admin/shops/sakura/orders/{order.id}").text
    assert f"/admin/shops/sakura/subscriptions/{one}" in page


def test_history_tells_who_changed_what(desk: Desk) -> None:
    one = desk.subscription()
    desk.send(f"{one}/skip", of=f"{one}/deliveries")
    words = plain(desk.get(f"{one}/history"))
    assert "スキップ" in words
    assert "鈴木 一郎" in words


def test_a_viewer_sees_everything_and_no_button(client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast, role=Role.VIEWER)
    one = desk.subscription()
    for tab in ("", "/items", "/deliveries", "/history"):
        page = desk.get(f"{one}{tab}")
        main = page[page.index("<main") :]
        assert "<form" not in main
        assert "/changes/" not in main
    desk.get(f"{one}/changes/cycle", status=403)


def test_looking_is_noted_once(desk: Desk) -> None:
    one = desk.subscription()
    for _ in range(2):
        desk.get(one)
    page = plain(desk.get(f"{one}/history"))
    assert page.count("定期購入のページを見た") == 1


# --- stopping and starting -------------------------------------------------------------------------------------------
def test_suspending_says_what_happens_and_keeps_the_reason(desk: Desk) -> None:
    desk.session.add(StopReason(shop_id=desk.shop.id, kind="suspend", text="旅行"))
    one = desk.subscription()
    words = plain(desk.get(f"{one}/suspension"))
    assert "2026年12月15日(火) 以降のお届けはありません。" in words
    desk.send(f"{one}/suspension", of=f"{one}/suspension", reason="旅行", words="", resume_on="2026-12-20")
    stored = desk.now(one)
    assert (stored.state, stored.stop_reason, stored.resume_on) == ("suspended", "旅行", date(2026, 12, 20))
    assert "理由：旅行" in plain(desk.get(one))


def test_a_reason_of_ones_own_is_kept_too(desk: Desk) -> None:
    one = desk.subscription()
    desk.send(f"{one}/cancellation", of=f"{one}/cancellation", reason="other", words="お電話で")
    assert (desk.now(one).state, desk.now(one).stop_reason) == ("canceled", "お電話で")


def test_a_resume_date_of_today_is_refused_beside_the_field(desk: Desk) -> None:
    one = desk.subscription()
    page = desk.send(f"{one}/suspension", of=f"{one}/suspension", status=422, resume_on="2026-11-21")
    assert "明日以降の日にしてください。" in page
    assert desk.now(one).state == SubscriptionState.ACTIVE


def test_resuming_says_when_the_next_delivery_is(desk: Desk) -> None:
    one = desk.subscription(state="suspended", suspended_at=desk.cast.now, next_delivery_on=date(2026, 11, 15))
    words = plain(desk.get(f"{one}/resumption"))
    assert "再開すると、次回は 2026年12月15日(火) にお届けします。" in words
    assert "前に予定していた 2026年11月15日(日) には間に合わない" in words
    desk.send(f"{one}/resumption", of=f"{one}/resumption")
    assert (desk.now(one).state, desk.now(one).next_delivery_on) == ("active", date(2026, 12, 15))


def test_ending_is_final(desk: Desk) -> None:
    one = desk.subscription()
    desk.send(f"{one}/end", of=f"{one}/end", reason="", words="")
    assert desk.now(one).state == "finished"
    words = plain(desk.get(one))
    assert "再開する" not in words


def test_a_deleted_one_can_still_be_looked_at(desk: Desk) -> None:
    one = desk.subscription()
    desk.send(f"{one}/deletion", of=f"{one}/deletion")
    assert desk.now(one).deleted_at is not None
    words = plain(desk.get(one))
    assert "に削除しました" in words
    assert "停止する" not in words
    assert desk.client.get(f"/admin/shops/sakura/subscriptions/{one}/changes/cycle").status_code == 303


@pytest.mark.parametrize("move", ["suspension", "cancellation", "end", "deletion"])
def test_on_the_creation_date_it_stands_still(desk: Desk, move: str) -> None:
    one = desk.subscription(next_delivery_on=date(2026, 12, 2))
    assert REFUSED_TODAY in desk.get(f"{one}/{move}")
    desk.send(f"{one}/{move}", of=f"{one}/{move}")
    stored = desk.now(one)
    assert (stored.state, stored.deleted_at) == ("active", None)
    assert REFUSED_TODAY in desk.get(one)


def test_pressed_twice_it_is_done_once(desk: Desk) -> None:
    one = desk.subscription()
    page = desk.get(f"{one}/suspension")
    for _ in range(2):
        answer = desk.client.post(
            f"/admin/shops/sakura/subscriptions/{one}/suspension",
            data={
                "csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0],
                "version": page.split('name="version" value="')[1].split('"')[0],
            },
        )
        assert answer.status_code == 303
    assert desk.actions(one) == ["subscription.suspended"]


# --- skipping, and the next order at once ----------------------------------------------------------------------------
def test_skip_and_unskip(desk: Desk) -> None:
    one = desk.subscription()
    desk.send(f"{one}/skip", of=f"{one}/deliveries")
    assert desk.now(one).next_skipped
    assert "スキップします" in plain(desk.get(one))
    desk.send(f"{one}/unskip", of=f"{one}/deliveries")
    assert not desk.now(one).next_skipped


def test_too_many_skips_are_refused_in_words(desk: Desk) -> None:
    one = desk.subscription(skips_in_a_row=1)
    desk.send(f"{one}/skip", of=f"{one}/deliveries")
    assert "続けてスキップできる回数を超えます。" in desk.get(one)
    assert not desk.now(one).next_skipped


def test_the_next_order_is_made_at_once_and_only_once(desk: Desk) -> None:
    one = desk.subscription()
    words = plain(desk.get(f"{one}/next-order"))
    for said in ("0000000001-2", "2026年12月15日(火)", "¥1,580", "次々回のお届けは 2027年1月15日(金) です。"):
        assert said in words, said
    page = desk.get(f"{one}/next-order")
    fields = {
        "csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0],
        "version": page.split('name="version" value="')[1].split('"')[0],
    }
    address = f"/admin/shops/sakura/subscriptions/{one}/next-order"
    assert [desk.client.post(address, data=fields).status_code for _ in range(2)] == [303, 409]
    orders = desk.session.scalars(select(Order).filter_by(subscription_id=one)).all()
    assert [order.code for order in orders] == ["0000000001-2"]
    assert desk.now(one).next_delivery_on == date(2027, 1, 15)


def test_what_the_carts_orders_are_is_made_by_the_cart(client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast, generates="them")
    one = desk.subscription()
    assert "次の注文を今すぐ作る" not in desk.get(f"{one}/deliveries")
    assert "店舗のカートが作ります" in desk.get(one)
    assert desk.client.get(f"/admin/shops/sakura/subscriptions/{one}/next-order").status_code == 303


def test_a_button_of_a_stale_page_does_nothing_and_says_what_happened(desk: Desk) -> None:
    one = desk.subscription()
    page = desk.get(f"{one}/deliveries")
    desk.change(one, "fees", cool_fee="300")
    answer = desk.client.post(
        f"/admin/shops/sakura/subscriptions/{one}/skip",
        data={
            "csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0],
            "version": page.split('name="version" value="')[1].split('"')[0],
        },
    )
    assert answer.status_code == 409
    assert "変更されています" in answer.text
    assert "鈴木 一郎" in answer.text
    assert not desk.now(one).next_skipped


def test_days_are_counted_since_it_stopped(desk: Desk) -> None:
    one = desk.subscription(state="canceled", canceled_at=desk.cast.now - timedelta(days=5), stop_reason="引っ越し")
    words = plain(desk.get(one))
    assert "（5日前）" in words
    assert "引っ越し" in words


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"state": "finished"}, None),
        ({"state": "canceled"}, None),
        ({"state": "suspended"}, None),
        ({"state": "suspended", "resume_on": date(2027, 2, 1)}, "2027年2月15日(月)"),
    ],
)
def test_only_dates_that_will_happen_are_shown(
    client: FlaskClient, cast: Cast, facts: dict[str, Any], shown: str | None
) -> None:
    desk = Desk(client, cast)
    one = desk.subscription(**facts)
    for tab in ("", "/deliveries"):
        text = plain(desk.get(f"{one}{tab}"))
        assert "2026年12月15日(火)" not in text
        assert (shown in text) if shown else ("ありません" in text)


def test_a_deleted_one_has_no_dates_left(client: FlaskClient, cast: Cast) -> None:
    desk = Desk(client, cast)
    one = desk.subscription(deleted_at=cast.now)
    for tab in ("", "/deliveries"):
        assert "2026年12月15日(火)" not in plain(desk.get(f"{one}{tab}"))
