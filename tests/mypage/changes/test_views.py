"""Each change of a subscription: the form, what will happen, confirming, done."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import (
    BuyerSession,
    OfferedItem,
    Order,
    OutboxMail,
    Shop,
    StopReason,
    Subscription,
    SubscriptionRules,
)
from portal.mypage.changes import views
from portal.staff import sessions
from portal.subscriptions.record.facts import frame_of, timing_of
from portal.subscriptions.schedule import earliest_delivery
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import sign_in, submit
from tests.mypage.subscribers import Subscriber, hidden

ITEMS = [
    {"product_code": "T-100", "name": "煎茶 やぶきた 100g"},
    {"product_code": "G-001", "name": "有機玄米茶", "first_price": 756, "later_price": 756, "quantity": 2},
]


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop(notice_addresses=["notice@example.jp"])


@pytest.fixture
def rules(cast: Cast, shop: Shop) -> SubscriptionRules:
    return cast.rules(shop)


@pytest.fixture
def subscription(cast: Cast, shop: Shop, rules: SubscriptionRules) -> Subscription:
    return cast.subscription(shop, items=ITEMS, customer_number="C-1", points_balance=1200)


def offer(session: Session, shop: Shop, code: str = "K-200", price: int = 1620) -> None:
    name = {"K-200": "釜炒り茶", "T-100": "煎茶 やぶきた 100g"}[code]
    session.add(OfferedItem(shop_id=shop.id, product_code=code, name=name, price=price, tax_rate=8, position=1))
    session.commit()


def dates(page: TestResponse) -> list[str]:
    """Of the deliveries as they would be."""
    cells = re.findall(r"<tr><td>.*?</td><td[^>]*>(.*?)</td></tr>", page.text, re.DOTALL)
    return [found[1] for cell in cells if (found := re.search(r'datetime="([^"]+)"', cell))]


def names(page: TestResponse, start: str) -> list[str]:
    """Of the fields whose names begin like that."""
    return re.findall(rf'name="({start}[^"]*)"', page.text)


def quantities(subscription: Subscription) -> list[tuple[str, int]]:
    return [(item.name, item.quantity) for item in subscription.items]


# --- how often -------------------------------------------------------------------------------------------------------
def test_every_two_months_is_seen_first_and_then_so(hanako: Subscriber) -> None:
    form = hanako.form("cycle")
    assert "次のお届け（<time" in form.text
    shown = hanako.preview("cycle", {"every": "months:2", "way": "by-day", "day": "15"}, form)
    assert dates(shown)[:3] == ["2026-12-15", "2027-02-15", "2027-04-15"]
    assert "12月3日(木) 23:59</time>まで変更できます" in shown.text
    assert hanako.now().cycle == "months:1@15"
    done = hanako.client.get(hanako.confirm("cycle", shown).location)
    (receipt,) = hanako.receipts()
    assert receipt.number in done.text
    assert "h•••••@example.jp" in done.text
    assert (hanako.now().cycle, hanako.now().next_delivery_on) == ("months:2@15", date(2026, 12, 15))


@pytest.mark.parametrize(
    ("fields", "cycle"),
    [
        ({"every": "months:1", "way": "by-day", "day": "31"}, "months:1@31"),
        ({"every": "months:3", "way": "by-weekday", "nth": "2", "weekday": "5"}, "months:3@2nd-sat"),
        ({"every": "weeks:2", "weekday_of_weeks": "4"}, "weeks:2@fri"),
        ({"every": "days:", "days": "４５"}, "days:45"),
    ],
)
def test_each_way_to_say_how_often(hanako: Subscriber, fields: dict[str, str], cycle: str) -> None:
    hanako.carry_out("cycle", fields)
    assert hanako.now().cycle == cycle


@pytest.mark.parametrize(
    ("offered", "fields", "cycle"),
    [
        ({"months": [1, 3]}, {"every": "months:2"}, "months:2"),
        ({"months_nth": [1, 3]}, {"every": "months:2", "nth": "1"}, "months:2@1st"),
        ({"weeks": [1, 4]}, {"every": "weeks:4"}, "weeks:4"),
    ],
)
def test_where_the_shop_leaves_no_choice_of_the_day_none_is_asked(
    hanako: Subscriber, rules: SubscriptionRules, offered: dict[str, Any], fields: dict[str, str], cycle: str
) -> None:
    rules.cycles_offered = offered
    hanako.session.commit()
    form = hanako.form("cycle")
    assert not names(form, "day") + names(form, "weekday") + names(form, "way")
    hanako.carry_out("cycle", fields)
    assert hanako.now().cycle == cycle


def test_only_what_the_shop_offers_can_be_chosen(hanako: Subscriber, rules: SubscriptionRules) -> None:
    rules.cycles_offered = {"months_day": [1, 2], "weeks_weekday": [4, 4], "days": [20, 40]}
    hanako.session.commit()
    assert re.findall(r'name="every"[^>]*value="([^"]+)"', hanako.form("cycle").text) == [
        *("months:1", "months:2", "weeks:4", "days:"),
    ]
    wrong = ({"every": "months:3", "day": "1"}, {"every": "weeks:1"}, {"every": "days:", "days": "7"}, {"every": ""})
    for fields in (*wrong, {"every": "months:1", "way": "by-weekday", "day": "99"}):
        answer = hanako.preview("cycle", fields)
        assert answer.status_code == 422, fields
        assert "field-error" in answer.text


def test_a_shorter_cycle_says_what_the_law_wants_said(hanako: Subscriber) -> None:
    longer = hanako.preview("cycle", {"every": "months:2", "way": "by-day", "day": "15"})
    assert "お申し込みの内容" not in longer.text
    shorter = hanako.preview("cycle", {"every": "weeks:2", "weekday_of_weeks": "1"})
    # 26 deliveries of ¥3,092 in the 365 days from 15 December on, and the last of the 27th.
    for words in (
        "1回の分量",
        "1回の合計 ¥3,092",
        "お支払いの方法と時期",
        "お届けの時期",
        "お申し込みの期限",
        "取りやめと解約",
    ):
        assert words in shorter.text
    assert "¥83,484" in shorter.text


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
    # Today is 21 November: seven days until the order is made, four to the door, and what the shop adds.
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
    assert "お届けの日と金額は変わりません" in shown.text
    hanako.carry_out("time_slot", {"time_slot": "14時〜16時"})
    assert hanako.now().time_slot == "14時〜16時"
    hanako.carry_out("time_slot", {"time_slot": "夜9時以降"})
    assert hanako.now().time_slot == "夜9時以降"
    assert hanako.preview("time_slot", {"time_slot": "25時"}).status_code == 422


def test_the_same_slot_in_other_words_is_no_change(hanako: Subscriber, subscription: Subscription) -> None:
    subscription.time_slot = "14:00～16:00"
    hanako.session.commit()
    assert "変わるところはありません" in hanako.preview("time_slot", {"time_slot": "14時〜16時"}).text


# --- skipping, pausing, going on -------------------------------------------------------------------------------------
def test_she_skips_the_next_delivery_and_takes_it_back(hanako: Subscriber) -> None:
    shown = hanako.preview("skip")
    assert shown.text.count('class="is-changed"') == 1
    done = hanako.carry_out("skip")
    assert "変更しました" in done.text
    assert "次のお届けをお休みにしました</h1>" in done.text
    assert "次のお届けは<time" in done.text
    assert re.search(r"、合計[^。]*¥[\d,]+[^。]*です。", done.text)
    assert "1月15日(金)" in done.text
    assert hanako.now().next_skipped
    hanako.carry_out("unskip")
    assert not hanako.now().next_skipped
    assert [one.kind for one in hanako.receipts()] == ["skip", "unskip"]


def test_she_pauses_until_a_day_and_goes_on_before_it(hanako: Subscriber, session: Session, shop: Shop) -> None:
    session.add(StopReason(shop_id=shop.id, kind="suspend", text="たまっている"))
    session.commit()
    fields = {"resume_on": "2027-02-01", "reason": "たまっている"}
    assert dates(hanako.preview("pause", fields))[:2] == ["2027-02-15", "2027-03-15"]
    hanako.carry_out("pause", fields)
    stored = hanako.now()
    assert (stored.state, stored.resume_on, stored.stop_reason) == ("suspended", date(2027, 2, 1), "たまっている")
    hanako.carry_out("resume")
    assert (hanako.now().state, hanako.now().next_delivery_on) == ("active", date(2026, 12, 15))


def test_a_pause_without_a_day_leaves_no_delivery(hanako: Subscriber) -> None:
    shown = hanako.preview("pause", {"resume_on": "", "reason": ""})
    assert shown.text.count("お届けなし") == 6
    hanako.confirm("pause", shown)
    assert (hanako.now().state, hanako.now().resume_on) == ("suspended", None)


@pytest.mark.parametrize(
    ("longest", "typed", "says"),
    [
        (None, "2026-11-21", "明日以降の日"),
        (30, "2026-12-22", "12月21日(月)まで"),
        (30, "", "12月21日(月)までの日から選んでください"),
    ],
)
def test_a_pause_ends_after_today_and_not_after_the_shops_longest(
    hanako: Subscriber, rules: SubscriptionRules, longest: int | None, typed: str, says: str
) -> None:
    rules.pauses_longest = longest
    hanako.session.commit()
    answer = hanako.preview("pause", {"resume_on": typed, "reason": ""})
    assert (answer.status_code, says in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("rested", "typed", "status", "says"),
    [
        (10, "2026-12-11", 200, "この内容でよろしいですか"),
        (10, "2026-12-12", 422, "12月11日(金)まで"),
        (30, "2026-11-22", 422, "ほかに選べるものがありません"),
    ],
)
def test_paused_anew_the_days_that_have_passed_count_too(
    hanako: Subscriber, rules: SubscriptionRules, clock: Clock, rested: int, typed: str, status: int, says: str
) -> None:
    rules.pauses_longest = 30
    hanako.subscription.state = "suspended"  # type: ignore[assignment]
    hanako.subscription.suspended_at = clock() - timedelta(days=rested)
    hanako.session.commit()
    answer = hanako.preview("pause", {"resume_on": typed, "reason": ""}, hanako.form("cycle"))
    assert (answer.status_code, says in answer.text) == (status, True)


def test_what_is_changed_while_it_rests_is_shown_as_if_it_went_on_today(
    hanako: Subscriber, subscription: Subscription
) -> None:
    subscription.state = "suspended"  # type: ignore[assignment]
    hanako.session.commit()
    shown = hanako.preview("cycle", {"every": "months:2", "way": "by-day", "day": "15"})
    assert "今日から再開したときのめやすです" in shown.text
    assert dates(shown)[:2] == ["2026-12-15", "2027-02-15"]


# --- points ----------------------------------------------------------------------------------------------------------
def test_points_pay_for_every_delivery_until_they_are_used_up(hanako: Subscriber) -> None:
    shown = hanako.preview("points", {"points_use": "always", "points_each": "500"})
    assert "−¥500" in shown.text
    hanako.confirm("points", shown)
    assert (hanako.now().points_use, hanako.now().points_each) == ("always", 500)
    hanako.carry_out("points", {"points_use": "all", "points_each": "no number"})
    assert (hanako.now().points_use, hanako.now().points_each) == ("all", 500)


@pytest.mark.parametrize("typed", ["", "0", "1201", "-1", "many"])
def test_no_more_points_than_there_are(hanako: Subscriber, typed: str) -> None:
    answer = hanako.preview("points", {"points_use": "next", "points_each": typed})
    assert (answer.status_code, "field-error" in answer.text) == (422, True)


def test_points_that_expire_before_the_next_order_cannot_be_used(
    hanako: Subscriber, subscription: Subscription
) -> None:
    subscription.points_expire_on = date(2026, 12, 3)
    hanako.session.commit()
    assert "期限が切れるため" in hanako.form("points").text
    assert hanako.preview("points", {"points_use": "all"}, hanako.form("pause")).status_code == 422
    subscription.points_expire_on = date(2026, 12, 4)
    hanako.session.commit()
    assert hanako.preview("points", {"points_use": "all"}).status_code == 200


def test_a_guest_has_no_points(hanako: Subscriber, subscription: Subscription) -> None:
    subscription.customer_number = ""
    hanako.session.commit()
    assert hanako.form("points").status_code == 409


# --- items -----------------------------------------------------------------------------------------------------------
def test_more_of_one_and_a_new_one(hanako: Subscriber, session: Session, shop: Shop) -> None:
    offer(session, shop)
    form = hanako.form("items")
    (tea, _other), (added,) = names(form, "quantity-"), names(form, "add-")
    shown = hanako.preview("items", {tea: "３", added: "1"}, form)
    # ¥1,080 × 3, ¥756 × 2, ¥1,620 and ¥500 for shipping.
    assert '¥3,092 <span aria-hidden="true">→</span> ¥6,872' in shown.text
    assert "お申し込みの内容" in shown.text
    hanako.confirm("items", shown)
    assert quantities(hanako.now()) == [("煎茶 やぶきた 100g", 3), ("有機玄米茶", 2), ("釜炒り茶", 1)]


def test_one_takes_the_place_of_another_and_one_is_left_out(hanako: Subscriber, session: Session, shop: Shop) -> None:
    offer(session, shop)
    form = hanako.form("items")
    tea, other = names(form, "become-")
    hanako.carry_out("items", {tea: "K-200", other: "remove"})
    (left,) = hanako.now().items
    assert (left.name, left.quantity, left.later_price) == ("釜炒り茶", 1, 1620)


def test_something_has_to_be_left(hanako: Subscriber) -> None:
    form = hanako.form("items")
    answer = hanako.preview("items", dict.fromkeys(names(form, "become-"), "remove"), form)
    assert answer.status_code == 422
    assert "お届けする商品を1つ以上残してください" in answer.text


@pytest.mark.parametrize("typed", ["", "0", "100", "-2", "two"])
def test_a_quantity_that_is_none_is_said_beside_its_field(hanako: Subscriber, typed: str) -> None:
    form = hanako.form("items")
    answer = hanako.preview("items", {names(form, "quantity-")[0]: typed}, form)
    assert (answer.status_code, answer.text.count("is-wrong")) == (422, 1)


def test_what_is_in_it_already_is_not_offered_again(hanako: Subscriber, session: Session, shop: Shop) -> None:
    offer(session, shop, "T-100")
    assert names(hanako.form("items"), "add-") == []
    offer(session, shop)
    form = hanako.form("items")
    (tea, _other), (added,) = names(form, "become-"), names(form, "add-")
    answer = hanako.preview("items", {tea: "K-200", added: "1"}, form)
    assert (answer.status_code, "同じ商品が2つになります" in answer.text) == (422, True)


def test_what_she_is_bound_to_stays_until_it_is_met(
    hanako: Subscriber, session: Session, subscription: Subscription
) -> None:
    subscription.items[0].commitment_count = 3
    session.commit()
    form = hanako.form("items")
    assert len(names(form, "become-")) == 1
    assert "お約束の回数が終わるまでは、やめたり取りかえたりできません" in form.text


# --- what will happen ------------------------------------------------------------------------------------------------
def test_a_preview_without_a_difference_says_so_and_cannot_be_confirmed(hanako: Subscriber) -> None:
    shown = hanako.preview("cycle", {"every": "months:1", "way": "by-day", "day": "15"})
    assert "変わるところはありません" in shown.text
    assert "once" not in hidden(shown)


def test_an_order_that_is_under_way_stays_as_it_is_and_the_page_says_so(
    hanako: Subscriber, cast: Cast, shop: Shop, subscription: Subscription
) -> None:
    assert "もう準備が始まっているご注文" not in hanako.preview("skip").text
    cast.order(shop, "0000000001-2", subscription_id=subscription.id)
    cast.session.commit()
    shown = hanako.preview("skip").text
    assert "0000000001-2" in shown
    assert "requests/new" in shown


def test_the_partial_that_follows_typing_stores_nothing(hanako: Subscriber) -> None:
    form = hanako.form("cycle")
    fields = {**hidden(form), "every": "months:2", "way": "by-day", "day": "15"}
    answer = hanako.client.post(f"{hanako.page}/changes/cycle?follow=1", data=fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<section") or "<html" not in answer.text
    assert dates(answer)[1] == "2027-02-15"
    assert hanako.receipts() == []


def test_choosing_again_brings_back_what_was_typed(hanako: Subscriber) -> None:
    shown = hanako.preview("next_date", {"next_delivery_on": "2026-12-20", "lasting": "on"})
    form = hanako.client.post(f"{hanako.page}/changes/next_date", data={**hidden(shown), "again": "1"})
    assert 'value="2026-12-20"' in form.text
    assert re.search(r'<input checked[^>]*value="on"', form.text)


# --- confirming ------------------------------------------------------------------------------------------------------
def test_pressed_twice_it_is_one_change_one_receipt_and_one_mail(hanako: Subscriber, session: Session) -> None:
    shown = hanako.preview("skip")
    answers = [hanako.confirm("skip", shown) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert len(hanako.receipts()) == 1
    told = session.scalars(select(OutboxMail).where(OutboxMail.message.startswith("subscription_changed"))).all()
    assert {mail.recipient for mail in told} == {"hanako@example.jp", "notice@example.jp"}


def test_a_page_from_before_another_change_says_so_and_goes_on_with_what_was_typed(hanako: Subscriber) -> None:
    shown = hanako.preview("next_date", {"next_delivery_on": "2026-12-20", "lasting": "once"})
    hanako.carry_out("cycle", {"every": "months:2", "way": "by-day", "day": "15"})
    stale = hanako.confirm("next_date", shown)
    assert stale.status_code == 409
    assert "ほかの画面で変更されています" in stale.text
    assert hanako.now().next_delivery_on == date(2026, 12, 15)
    assert dates(stale)[:2] == ["2026-12-20", "2027-02-15"]
    assert hanako.confirm("next_date", stale).status_code == 303
    assert hanako.now().next_delivery_on == date(2026, 12, 20)


def test_a_price_that_rose_since_the_page_was_shown_is_seen_before_it_is_paid(
    hanako: Subscriber, session: Session, shop: Shop
) -> None:
    offer(session, shop, price=1620)
    form = hanako.form("items")
    (new,) = names(form, "add-")
    shown = hanako.preview("items", {new: "1"}, form)
    session.execute(update(OfferedItem).values(price=2160))
    session.commit()
    other = hanako.confirm("items", shown)
    assert other.status_code == 409
    assert "先ほどの画面から、お届けの日や金額などが変わりました" in other.text
    assert (quantities(hanako.now()), hanako.receipts()) == ([("煎茶 やぶきた 100g", 1), ("有機玄米茶", 2)], [])
    assert hanako.confirm("items", other).status_code == 303
    assert {item.later_price for item in hanako.now().items} == {1080, 756, 2160}


def test_a_midnight_between_the_page_and_the_confirmation_is_told(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription, clock: Clock
) -> None:
    clock.instant = datetime(2026, 11, 21, 14, 55, tzinfo=UTC)
    today = date(2026, 11, 21)
    subscription.state, subscription.suspended_at = "suspended", clock()  # type: ignore[assignment]
    subscription.next_delivery_on = earliest_delivery(
        timing_of(session, subscription, frame_of(session, subscription.shop_id)), today
    )
    session.commit()
    hanako = Subscriber(app, session, shop, order, subscription)
    shown = hanako.preview("resume")
    clock.forward(minutes=10)
    other = hanako.confirm("resume", shown)
    assert (other.status_code, "先ほどの画面から" in other.text) == (409, True)
    assert hanako.now().state == "suspended"
    assert hanako.confirm("resume", other).status_code == 303


def test_what_is_shown_is_worked_out_before_the_write_lock_is_taken(
    hanako: Subscriber, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    def note(name: str) -> None:
        real = getattr(views, name)

        def noted(*given: Any, **more: Any) -> Any:
            steps.append(name)
            return real(*given, **more)

        monkeypatch.setattr(views, name, noted)

    shown = hanako.preview("skip")
    note("preview")
    note("start_writing")
    hanako.confirm("skip", shown)
    assert steps == ["preview", "start_writing"]


def test_a_stale_quantity_never_moves_to_another_product(
    hanako: Subscriber, session: Session, subscription: Subscription
) -> None:
    form = hanako.form("items")
    second = names(form, "quantity-")[1]
    shown = hanako.preview("items", {second: "9"}, form)
    subscription.items.remove(subscription.items[0])
    session.commit()
    session.query(Subscription).filter_by(id=subscription.id).update({"version": subscription.version + 1})
    session.commit()
    stale = hanako.confirm("items", shown)
    assert stale.status_code == 409
    hanako.confirm("items", stale)
    assert quantities(hanako.now()) == [("有機玄米茶", 9)]


def test_what_was_tampered_with_is_validated_again(hanako: Subscriber) -> None:
    shown = hanako.preview("next_date", {"next_delivery_on": "2026-12-20", "lasting": "once"})
    sent = hidden(shown) | {"next_delivery_on": "2026-11-22"}
    sent.pop("again")
    answer = hanako.client.post(f"{hanako.page}/changes/next_date/confirm", data=sent)
    assert answer.status_code == 422
    assert hanako.receipts() == []


def test_back_and_reload_are_harmless(hanako: Subscriber) -> None:
    done = hanako.confirm("skip", hanako.preview("skip"))
    for _ in range(2):
        assert hanako.client.get(done.location).status_code == 200
    assert hanako.client.get(f"{hanako.page}/changes/skip/confirm").status_code == 303
    assert "いまは変更できません" in hanako.form("skip").text
    assert len(hanako.receipts()) == 1


def test_by_htmx_the_way_leads_to_the_page_that_says_it_is_done(hanako: Subscriber) -> None:
    sent = hidden(hanako.preview("skip"))
    answer = hanako.client.post(f"{hanako.page}/changes/skip/confirm", data=sent, headers={"HX-Request": "true"})
    (receipt,) = hanako.receipts()
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"{hanako.page}/done/{receipt.id}")


# --- who may ---------------------------------------------------------------------------------------------------------
def test_without_the_emailed_code_nothing_can_be_changed(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription
) -> None:
    buyer = Subscriber(app, session, shop, order, subscription, with_step=False)
    answer = buyer.form("cycle")
    assert answer.status_code == 303
    assert f"second-step?subscription={subscription.id}" in answer.location
    buyer.take_step()
    assert buyer.form("cycle").status_code == 200


@pytest.mark.parametrize("step", ["changes/skip", "changes/skip/confirm"])
def test_without_the_code_not_even_a_form_that_was_sent_changes_anything(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription, step: str
) -> None:
    buyer = Subscriber(app, session, shop, order, subscription, with_step=False)
    resend = f"/{shop.slug}/second-step?subscription={subscription.id}"
    answer = submit(buyer.client, f"{buyer.page}/{step}", {"once": str(order.id), "version": "1"}, form_on=resend)
    assert (answer.status_code, "second-step" in answer.location) == (303, True)
    assert not buyer.now().next_skipped


def test_another_buyer_finds_nothing_there(
    app: Flask, session: Session, cast: Cast, shop: Shop, hanako: Subscriber
) -> None:
    his = cast.order(shop, "B-1", **TARO)
    session.commit()
    done = hanako.confirm("skip", hanako.preview("skip")).location
    taro = app.test_client()
    sign_in(taro, shop, his)
    for path in (f"{hanako.page}/changes/cycle", done):
        assert taro.get(path).status_code == 404
    token = {"once": str(his.id), "version": "2"}
    form_on = f"/{shop.slug}/requests/new?order={his.id}"
    answer = submit(taro, f"{hanako.page}/changes/unskip/confirm", token, form_on=form_on)
    assert answer.status_code == 404
    assert hanako.now().next_skipped


@pytest.mark.parametrize("step", ["changes/skip", "changes/skip/confirm"])
def test_staff_who_look_at_her_page_cannot_go_a_step(hanako: Subscriber, cast: Cast, shop: Shop, step: str) -> None:
    sent = hidden(hanako.preview("skip"))
    hanako.session.rollback()
    suzuki = cast.staff(shop)
    sessions.start(hanako.session, suzuki, totp_at=None, browser="", now=cast.now)
    hanako.session.execute(update(BuyerSession).values(opened_by=suzuki.id))
    hanako.session.commit()
    answer = hanako.client.post(f"{hanako.page}/{step}", data=sent)
    assert answer.status_code == 403
    assert not hanako.now().next_skipped


def test_a_receipt_of_another_subscription_is_not_shown(
    hanako: Subscriber, cast: Cast, shop: Shop, subscription: Subscription
) -> None:
    other = cast.subscription(shop, "0000000002")
    cast.session.commit()
    done = hanako.confirm("skip", hanako.preview("skip")).location
    assert hanako.client.get(done.replace(str(subscription.id), str(other.id))).status_code == 404


@pytest.mark.parametrize("change", ["cancel", "card", "nothing"])
def test_what_has_no_form_here_is_not_found(hanako: Subscriber, change: str) -> None:
    assert hanako.form(change).status_code == 404


def test_what_the_shop_does_itself_is_said_with_its_contact(hanako: Subscriber, rules: SubscriptionRules) -> None:
    rules.changes = {"cycle": None}
    hanako.session.commit()
    answer = hanako.form("cycle")
    assert answer.status_code == 409
    assert "お店が代わりに変更します" in answer.text
    assert "requests/new" in answer.text
    assert "<form" not in answer.text.partition("<footer")[0]
