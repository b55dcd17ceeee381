"""Pausing and going on."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.models import (
    Shop,
    StopReason,
    Subscription,
    SubscriptionRules,
)
from portal.values.states import SubscriptionState
from tests.conftest import Clock
from tests.mypage.changes.change_pages import dates
from tests.mypage.subscribers import Subscriber


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
    shown = hanako.preview("pause", {"resume_on": ""})
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
        (10, "2026-12-11", 200, "変更内容の確認"),
        (10, "2026-12-12", 422, "12月11日(金)まで"),
        (30, "2026-11-22", 422, "ほかに選べるものがありません"),
    ],
)
def test_paused_anew_the_days_that_have_passed_count_too(
    hanako: Subscriber, rules: SubscriptionRules, clock: Clock, rested: int, typed: str, status: int, says: str
) -> None:
    rules.pauses_longest = 30
    hanako.subscription.state = SubscriptionState.SUSPENDED
    hanako.subscription.suspended_at = clock() - timedelta(days=rested)
    hanako.session.commit()
    answer = hanako.preview("pause", {"resume_on": typed, "reason": ""}, hanako.form("cycle"))
    assert (answer.status_code, says in answer.text) == (status, True)


def test_what_is_changed_while_it_rests_is_shown_as_if_it_went_on_today(
    hanako: Subscriber, subscription: Subscription
) -> None:
    subscription.state = SubscriptionState.SUSPENDED
    hanako.session.commit()
    shown = hanako.preview("cycle", {"every": "months:2", "way": "by-day", "day": "15"})
    assert "本日再開した場合の目安です" in shown.text
    assert dates(shown)[:2] == ["2026-12-15", "2027-02-15"]
