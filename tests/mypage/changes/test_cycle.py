"""How often: the cycles that the shop offers, and what the law wants said of a shorter one."""

import re
from datetime import date
from typing import Any

import pytest

from portal.models import (
    SubscriptionRules,
)
from tests.mypage.changes.change_pages import dates, names
from tests.mypage.subscribers import Subscriber


def test_every_two_months_is_seen_first_and_then_so(hanako: Subscriber) -> None:
    form = hanako.form("cycle")
    assert "</time>のお届けは変わりません。" in form.text
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
    # The year has 27 deliveries of ¥3,092: the first on 15 December, 26 more within 365 days.
    for words in (
        "1回の分量",
        "1回の合計 ¥3,092",
        "お支払いの方法と時期",
        "お届けの時期",
        "お申し込みの期限",
        "お取りやめ・解約",
    ):
        assert words in shorter.text
    assert "¥83,484" in shorter.text
