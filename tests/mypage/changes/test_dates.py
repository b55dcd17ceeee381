"""The next date, the time of the day, and skipping the next delivery."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.models import (
    Order,
    Shop,
    Subscription,
    SubscriptionRules,
)
from tests.mypage.changes.change_pages import dates
from tests.mypage.signing_in import link, submit
from tests.mypage.subscribers import Subscriber, hidden


# --- from the mail ---------------------------------------------------------------------------------------------------
def test_a_skip_is_four_taps_from_the_mail_without_a_code(
    app: Flask, shop: Shop, order: Order, subscription: Subscription
) -> None:
    client = app.test_client()
    mailed = f"{link(client, shop, order)}?to=subscription"
    page = client.get(submit(client, mailed, {"typed": "山田花子"}).location)
    way = re.search(r'<a class="button[^"]*" href="([^"]+/changes/skip)">', page.text)
    assert way
    preview = client.get(way[1])
    answer = client.post(f"{way[1]}/confirm", data=hidden(preview))
    assert "/done/" in answer.location
    assert "2027年1月15日(金)" in client.get(answer.location).text


def test_what_stays_asks_for_the_code(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription
) -> None:
    hanako = Subscriber(app, session, shop, order, subscription, with_step=False)
    for change, asks in (("skip", False), ("time_slot", False), ("next_date", True), ("pause", True), ("items", True)):
        assert ("second-step" in (hanako.form(change).location or "")) is asks, change


# --- the next date ---------------------------------------------------------------------------------------------------
def test_a_date_for_this_time_only_moves_this_one(hanako: Subscriber) -> None:
    fields = {"next_delivery_on": "2026-12-20", "lasting": "once"}
    assert dates(hanako.preview("next_date", fields))[:2] == ["2026-12-20", "2027-01-15"]
    hanako.carry_out("next_date", fields)
    assert (hanako.now().next_delivery_on, hanako.now().anchor_on) == (date(2026, 12, 20), date(2026, 12, 15))


def test_a_date_from_now_on_moves_all_that_follow(hanako: Subscriber) -> None:
    fields = {"next_delivery_on": "2026-12-20", "lasting": "on"}
    assert dates(hanako.preview("next_date", fields))[:3] == ["2026-12-20", "2027-01-20", "2027-02-20"]
    hanako.carry_out("next_date", fields)
    assert (hanako.now().cycle, hanako.now().anchor_on) == ("months:1@20", date(2026, 12, 20))


@pytest.mark.parametrize(
    ("extra", "first", "refused"), [(0, "2026-12-02", "2026-12-01"), (3, "2026-12-05", "2026-12-04")]
)
def test_a_date_that_cannot_be_kept_is_not_taken(
    hanako: Subscriber, rules: SubscriptionRules, extra: int, first: str, refused: str
) -> None:
    # Counted from 21 November: seven days from creation to shipping, four to the door, and the shop's extra days.
    rules.changes = {"next_date": extra}
    hanako.session.commit()
    assert f'min="{first}"' in hanako.form("next_date").text
    answer = hanako.preview("next_date", {"next_delivery_on": refused, "lasting": "once"})
    assert answer.status_code == 422
    assert "この日にはお届けが間に合いません" in answer.text
    assert f'value="{refused}"' in answer.text
    assert hanako.preview("next_date", {"next_delivery_on": first, "lasting": "once"}).status_code == 200


@pytest.mark.parametrize("typed", ["2027-01-21", "", "tomorrow"])
def test_a_date_outside_the_shops_window_or_none_is_not_taken(hanako: Subscriber, typed: str) -> None:
    assert 'max="2027-01-20"' in hanako.form("next_date").text
    answer = hanako.preview("next_date", {"next_delivery_on": typed, "lasting": "once"})
    assert answer.status_code == 422
    assert "field-error" in answer.text


# --- the time of the day ---------------------------------------------------------------------------------------------
def test_a_time_slot_of_the_carrier_or_of_the_shop(hanako: Subscriber, rules: SubscriptionRules) -> None:
    rules.time_slots = ["夜9時以降"]
    hanako.session.commit()
    shown = hanako.preview("time_slot", {"time_slot": "14時〜16時"})
    assert "お届け日と金額は変わりません" in shown.text
    hanako.carry_out("time_slot", {"time_slot": "14時〜16時"})
    assert hanako.now().time_slot == "14時〜16時"
    hanako.carry_out("time_slot", {"time_slot": "夜9時以降"})
    assert hanako.now().time_slot == "夜9時以降"
    assert hanako.preview("time_slot", {"time_slot": "25時"}).status_code == 422


def test_a_slot_that_is_no_longer_offered_cannot_be_chosen_and_none_is_chosen_for_her(
    hanako: Subscriber, subscription: Subscription, rules: SubscriptionRules
) -> None:
    rules.time_slots_refused = ["14時〜16時"]
    subscription.time_slot = "12時〜14時"
    hanako.session.commit()
    form = hanako.form("time_slot").text
    assert "16時〜18時" in form
    for gone in ("12時〜14時", "20時〜21時", "14時〜16時"):
        assert f'value="{gone}"' not in form, gone
        assert hanako.preview("time_slot", {"time_slot": gone}).status_code == 422
    assert "checked" not in form
    hanako.carry_out("time_slot", {"time_slot": "16時〜18時"})
    assert hanako.now().time_slot == "16時〜18時"


def test_the_same_slot_in_other_words_is_no_change(hanako: Subscriber, subscription: Subscription) -> None:
    subscription.time_slot = "14:00～16:00"
    hanako.session.commit()
    assert "変更点はありません" in hanako.preview("time_slot", {"time_slot": "14時〜16時"}).text


# --- skipping, pausing, going on -------------------------------------------------------------------------------------
def test_she_skips_the_next_delivery_and_takes_it_back(hanako: Subscriber) -> None:
    shown = hanako.preview("skip")
    assert shown.text.count('class="is-changed"') == 1
    done = hanako.carry_out("skip")
    assert "変更しました" in done.text
    assert "次回のお届けをお休みにしました</h1>" in done.text
    assert "次回のお届けは<time" in done.text
    assert re.search(r"、合計[^。]*¥[\d,]+[^。]*です。", done.text)
    assert "2027年1月15日(金)" in done.text
    assert hanako.now().next_skipped
    hanako.carry_out("unskip")
    assert not hanako.now().next_skipped
    assert [one.kind for one in hanako.receipts()] == ["skip", "unskip"]
