"""花子 changes her own subscription on the phone: each change, with and without JavaScript, in Japanese and English."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect

from portal.values.points import PointsUse
from portal.values.states import SubscriptionState
from tests.browser.conftest import OpenPhone
from tests.browser.phone import Phone
from tests.browser.subscriber import Subscriber

pytestmark = pytest.mark.timeout(600)


SENCHA = "煎茶 やぶきた 100g"


def every_two_months(hanako: Subscriber) -> None:
    hanako.field("every").select_option("months:2")


def five_days_later(hanako: Subscriber) -> None:
    hanako.field("next_delivery_on").fill("2026-12-20")


def in_the_afternoon(hanako: Subscriber) -> None:
    hanako.phone.page.locator("main input[name=time_slot]").nth(2).check()


def all_points(hanako: Subscriber) -> None:
    hanako.chooses("points_use", "all")


def two_of_them(hanako: Subscriber) -> None:
    hanako.phone.page.locator("main input[name^=quantity-]").fill("2")


def roasted_tea_too(hanako: Subscriber) -> None:
    hanako.phone.page.get_by_label("ほうじ茶 80g").select_option("3")


def brown_rice_tea_instead(hanako: Subscriber) -> None:
    hanako.fieldset(SENCHA).get_by_role("combobox").select_option("G-1")


def no_more_roasted_tea(hanako: Subscriber) -> None:
    hanako.fieldset("ほうじ茶 80g").get_by_role("combobox").select_option("remove")


def until_spring(hanako: Subscriber) -> None:
    hanako.field("resume_on").fill("2027-03-01")


def nothing(_hanako: Subscriber) -> None:
    pass


STEPS: list[tuple[str, Callable[[Subscriber], None], Callable[[Subscriber], object], object]] = [
    ("cycle", every_two_months, lambda h: h.subscription.cycle, "months:2@15"),
    ("next_date", five_days_later, lambda h: h.subscription.next_delivery_on, date(2026, 12, 20)),
    ("time_slot", in_the_afternoon, lambda h: h.subscription.time_slot != "", True),
    ("points", all_points, lambda h: h.subscription.points_use, PointsUse.ALL),
    ("items", two_of_them, lambda h: h.contents, {SENCHA: 2}),
    ("items", roasted_tea_too, lambda h: h.contents, {SENCHA: 2, "ほうじ茶 80g": 3}),
    ("items", brown_rice_tea_instead, lambda h: h.contents, {"玄米茶 200g": 2, "ほうじ茶 80g": 3}),
    ("items", no_more_roasted_tea, lambda h: h.contents, {"玄米茶 200g": 2}),
    ("skip", nothing, lambda h: h.subscription.next_skipped, True),
    ("unskip", nothing, lambda h: h.subscription.next_skipped, False),
    ("pause", until_spring, lambda h: h.subscription.resume_on, date(2027, 3, 1)),
    ("resume", nothing, lambda h: h.subscription.state, SubscriptionState.ACTIVE),
]


@pytest.fixture
def hanako(speaking: Phone) -> Subscriber:
    subscriber = Subscriber(speaking, customer_number="M-1", points_balance=500)
    subscriber.comes_in()
    return subscriber


def test_each_change_of_a_delivery_from_the_form_to_the_receipt(hanako: Subscriber) -> None:
    hanako.opens()
    hanako.opens_change("cycle")
    hanako.proves_her_mail()
    for change, fill, found, wanted in STEPS:
        hanako.opens_change(change)
        fill(hanako)
        if not hanako.form("/confirm").count():
            hanako.goes_on(change)
        assert found(hanako) != wanted, f"{change}: nothing is stored before it is confirmed"
        hanako.confirms()
        assert found(hanako) == wanted, change
        number = hanako.phone.page.get_by_text("261121-")
        expect(number.first).to_be_visible()
    assert hanako.receipts == [(change, "done") for change, *_rest in STEPS]


def test_pressing_twice_and_going_back_is_one_change(hanako: Subscriber) -> None:
    hanako.opens_change("skip")
    hanako.form("/confirm").locator("button[type=submit]").dblclick()
    hanako.phone.page.wait_for_url("**/done/**")
    # The page behind asks to confirm what is done already, which answers 409.
    hanako.phone.expected.add(409)
    hanako.phone.page.go_back()
    hanako.phone.page.go_forward()
    hanako.phone.page.reload()
    assert hanako.receipts == [("skip", "done")]


def test_two_browsers_with_the_same_subscription_lose_nothing(open_phone: OpenPhone, phone: Phone) -> None:
    first = Subscriber(phone)
    first.comes_in()
    first.opens_change("cycle")
    first.proves_her_mail()
    every_two_months(first)
    first.goes_on("cycle")
    # The other phone uses the same session: a session of its own would ask for a code again.
    other = open_phone(javascript=phone.javascript)
    other.context.add_cookies(phone.context.cookies())  # type: ignore[arg-type]
    first.phone = other
    first.opens_change("next_date")
    five_days_later(first)
    first.goes_on("next_date")
    first.confirms()
    first.phone = phone
    phone.expected.add(409)
    first.press(first.form("/confirm"))
    phone.sees("内容がほかの画面で変更されています。下の「変更前」が最新の内容です。")
    assert first.subscription.cycle == "months:1@15"
    first.confirms()
    now = first.subscription
    assert (now.cycle, now.next_delivery_on) == ("months:2@15", date(2026, 12, 20))


@pytest.mark.parametrize(("at", "is_in_time"), [("14:59:59", True), ("15:00:01", False)])
def test_the_last_moment_is_the_last_second_of_the_day(phone: Phone, at: str, is_in_time: bool) -> None:
    """The creation date is 4 December, and 23:59:59 on the third in Tokyo is 14:59:59 in UTC."""
    hanako = Subscriber(phone)
    phone.site.clock.set(datetime(2026, 12, 3, 14, 50, tzinfo=UTC))
    hanako.comes_in()
    hanako.opens_change("skip")
    phone.sees("12月3日(木) 23:59")
    phone.site.clock.set(datetime.fromisoformat(f"2026-12-03T{at}+00:00"))
    if is_in_time:
        hanako.confirms()
    else:
        phone.expected.add(409)
        hanako.press(hanako.form("/confirm"))
        phone.sees("現在は変更できません")
    assert hanako.subscription.next_skipped is is_in_time
    assert len(hanako.receipts) == is_in_time


def test_four_taps_lead_from_the_mail_to_a_delivery_that_is_skipped(open_phone: OpenPhone) -> None:
    hanako = Subscriber(open_phone(javascript=True))
    phone = hanako.phone
    phone.open(f"{phone.site.link(hanako.shop, hanako.order)}?to=subscription")  # the first tap, in the mail
    phone.write("お名前", "山田 花子")
    phone.press("確認する")
    phone.press("次回をお休みする")
    hanako.confirms()
    assert hanako.subscription.next_skipped
