"""The page of a subscription: what it says, and the changes it offers."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditValue, SubscriptionChange, SubscriptionOccurrence
from portal.subscriptions.changes import changing, skipping, stopping
from portal.subscriptions.record.facts import frame_of
from tests.conftest import Clock
from tests.mypage.subscribers import Subscriber
from tests.mypage.subscriptions.visitors import MANY, Visitor, part, text_of
from tests.page_text import answer_of


# --- the answer ------------------------------------------------------------------------------------------------------
def test_the_day_of_the_next_delivery_stands_first_and_until_when_it_can_be_changed(hanako: Visitor) -> None:
    page = hanako.page(hanako.subscription())

    assert answer_of(page) == "次回のお届けは12月15日(火)です"
    assert "12月3日(木) 23:59まで変更できます" in text_of(page)
    assert re.search(r'class="button primary" href="[^"]+/changes/next_date">お届け日を変更する', page)


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"next_skipped": True}, "12月15日(火)はお休みです。次回のお届けは2027年1月15日(金)です"),
        (
            {"next_skipped": True, "cycle": "months:1@31", "next_delivery_on": date(2026, 12, 31)},
            "12月31日(木)はお休みです。次回のお届けは2027年1月31日(日)です",
        ),
        ({"state": "suspended"}, "一時停止中です"),
        ({"state": "suspended", "resume_on": date(2027, 1, 10)}, "一時停止中です。2027年1月10日(日)に再開します"),
        ({"state": "canceled"}, "この定期購入は解約済みです"),
        ({"state": "finished"}, "この定期購入は終了しました"),
        ({"remaining_orders": 0}, "これからお届けする商品はありません"),
        ({"next_delivery_on": date(2026, 11, 21)}, "次回のお届け日を確認しています"),
        ({"next_delivery_on": date(2026, 12, 2)}, "次回のお届けは12月2日(水)です"),
    ],
)
def test_each_state_is_a_sentence(hanako: Visitor, changes: dict[str, Any], answer: str) -> None:
    assert answer_of(hanako.page(hanako.subscription(**changes))) == answer


def test_on_the_day_on_which_the_order_is_made_it_says_from_when_something_can_be_changed_again(
    hanako: Visitor,
) -> None:
    page = hanako.page(hanako.subscription(next_delivery_on=date(2026, 12, 2)))

    assert "このお届けの準備を始めたため、現在は変更できません" in text_of(page)
    assert "それ以降のお届けは、11月22日(日)から変更できます。" in text_of(page)
    assert "/changes/" not in page, "no dead buttons"
    assert "/requests/new?" in page


def test_the_last_evening_still_counts_and_the_first_second_of_the_next_day_does_not(
    hanako: Visitor, clock: Clock
) -> None:
    subscription = hanako.subscription()
    clock.instant = datetime(2026, 12, 3, 14, 59, 59, tzinfo=UTC)
    assert "12月3日(木) 23:59まで変更できます" in text_of(hanako.page(subscription))
    clock.instant = datetime(2026, 12, 3, 15, 0, 1, tzinfo=UTC)
    page = hanako.client.get(f"/sakura/subscriptions/{subscription.id}").text
    assert text_of(page).count("現在は変更できません") == 1, "at the top, not at every thing"


def test_an_order_that_is_on_its_way_comes_first_and_no_change_reaches_it(hanako: Visitor) -> None:
    subscription = hanako.subscription()
    hanako.made(subscription, date(2026, 11, 24))

    page = hanako.page(subscription)

    assert answer_of(page) == "次回のお届けは11月24日(火)です"
    assert "続くお届け：12月15日(火)" in text_of(page)
    assert "12月15日(火)のお届けは、12月3日(木) 23:59まで変更できます。" in text_of(page)
    assert (
        "ご注文番号 A-2 は、すでに準備を始めています（発送準備中）。定期購入を変更しても、このご注文は変わりません。"
        in text_of(page)
    )
    assert "発送準備中：煎茶 やぶきた 100g、急須 青磁" in text_of(part(page, "deliveries"))


def test_what_comes_today_is_said_to_come_today(hanako: Visitor) -> None:
    subscription = hanako.subscription()
    hanako.made(subscription, date(2026, 11, 21))
    page = hanako.page(subscription)
    assert answer_of(page) == "本日お届けの予定です"
    assert "12月3日(木) 23:59までのお手続きで、12月15日(火)以降のお届けはありません。" in text_of(page)


def test_an_order_that_has_arrived_or_was_canceled_is_not_waited_for(hanako: Visitor) -> None:
    subscription = hanako.subscription()
    made = hanako.made(subscription, date(2026, 11, 24))
    parcel = hanako.cast.shipment(made, tracking_state="in_transit")
    assert answer_of(hanako.page(subscription)) == "次回のお届けは11月24日(火)です"
    parcel.tracking_state = "delivered"
    hanako.cast.session.commit()
    page = hanako.client.get(f"/sakura/subscriptions/{subscription.id}").text
    assert answer_of(page) == "次回のお届けは12月15日(火)です"
    assert "もう準備を始めています" not in page


def test_of_two_orders_on_their_way_both_are_on_the_page_and_its_calendar(hanako: Visitor) -> None:
    subscription = hanako.subscription()
    hanako.made(subscription, date(2026, 12, 1), code="A-3", cycle_number=3)
    hanako.made(subscription, date(2026, 11, 24))
    page = hanako.page(subscription)
    assert answer_of(page) == "次回のお届けは11月24日(火)です"
    assert "続くお届け：12月1日(火)、12月15日(火)" in text_of(page)
    listed = text_of(part(page, "deliveries"))
    assert listed.index("11月24日(火) ¥3,280発送準備中") < listed.index("12月1日(火) ¥3,280発送準備中")
    assert re.findall(r'is-delivery"><span class="date">(\d+)<', listed_months(page))[:3] == ["24", "1", "15"]


def listed_months(page: str) -> str:
    return "".join(re.findall(r'<table class="month">.*?</table>', page, re.DOTALL))


def test_after_a_skip_each_deadline_is_that_of_the_delivery_it_names(hanako: Visitor) -> None:
    page = hanako.page(hanako.subscription(next_skipped=True))
    text = text_of(page)
    assert "2027年1月15日(金)のお届けは、2027年1月3日(日) 23:59まで変更できます" in text
    assert "12月15日(火)のお休みは、12月3日(木) 23:59まで取り消せます。" in text
    assert "2027年1月3日(日) 23:59までのお手続きで、2027年1月15日(金)以降のお届けはありません。" in text
    assert "/changes/next_date" not in page, "a delivery that is skipped has no day to move"


def test_after_the_end_the_shops_comment_is_gone_and_what_is_on_its_way_is_not(hanako: Visitor) -> None:
    hanako.rules.comment = "いつでも変えられます"
    subscription = hanako.subscription(state="canceled", canceled_at=hanako.cast.now)
    hanako.made(subscription, date(2026, 11, 24))
    page = hanako.page(subscription)
    assert "いつでも変えられます" not in page
    assert "11月24日(火) ¥3,280発送準備中" in text_of(part(page, "deliveries"))
    assert "下の「これからのお届け」のほかに、新しいお届けはありません。" in text_of(page)


# --- what is on the page ---------------------------------------------------------------------------------------------
def test_the_next_six_deliveries_are_listed_with_goods_and_amounts(hanako: Visitor) -> None:
    page = text_of(part(hanako.page(hanako.subscription(items=MANY, next_skipped=True)), "deliveries"))

    assert "12月15日(火) お休み" in page
    assert "2027年1月15日(金) ¥5,468煎茶 やぶきた 100g × 2、ほうじ茶 150g ほか2点" in page
    assert "2027年3月15日(月) ¥4,820煎茶 やぶきた 100g × 2、玉露 50g" in page, "what is used up falls out"
    assert [day for day in ("2027年5月15日(土)", "2027年6月15日(火)") if day in page] == ["2027年5月15日(土)"]


def test_a_slot_that_is_no_longer_offered_says_so_and_what_comes_of_it(hanako: Visitor) -> None:
    page = part(hanako.page(hanako.subscription(carrier="yamato", time_slot="20:00～21:00")), "deliveries")

    assert "このお届け時間帯は、指定できなくなりました。" in page
    assert "時間帯の指定なしでお届けします" in page
    assert "/changes/time_slot" in page


@pytest.mark.parametrize(
    "changes", [{"carrier": "sagawa"}, {"carrier": "yamato", "time_slot": "19時〜21時"}, {"time_slot": ""}]
)
def test_a_slot_that_is_offered_has_no_such_sentence(hanako: Visitor, changes: dict[str, Any]) -> None:
    page = hanako.page(hanako.subscription(**({"time_slot": "12時〜14時"} | changes)))

    assert "指定できなくなりました" not in page


MOVED = {"anchor_on": date(2026, 12, 15), "next_delivery_on": date(2026, 12, 12)}


@pytest.mark.parametrize(
    "dates",
    [MOVED, {"anchor_on": date(2026, 12, 12), "next_delivery_on": date(2026, 12, 12)}],
    ids=["moved", "as a file said"],
)
def test_a_day_that_is_not_the_rules_is_said_to_be_for_this_once(hanako: Visitor, dates: dict[str, Any]) -> None:
    page = hanako.page(hanako.subscription(**dates))

    assert "12月12日(土)は、今回だけのお届け日です。その後はこれまでどおり、毎月15日のお届けです。" in text_of(page)
    deliveries = text_of(part(page, "deliveries"))
    assert "12月12日(土)（今回だけ）" in deliveries
    assert deliveries.count("（今回だけ）") == 1
    assert re.findall(r'is-once"><span class="date">(\d+)</span><span class="mark">([^<]+)<', page) == [
        ("12", "今回だけ")
    ]


def test_an_order_that_was_made_for_another_day_than_the_rules_says_so_too(hanako: Visitor) -> None:
    subscription = hanako.subscription()
    order = hanako.made(subscription, date(2026, 11, 24))
    assert "今回だけ" not in hanako.page(subscription)
    occurrence = hanako.cast.session.scalars(select(SubscriptionOccurrence).filter_by(order_id=order.id)).one()
    occurrence.anchor_on = date(2026, 11, 20)
    hanako.cast.session.commit()
    page = hanako.client.get(f"/sakura/subscriptions/{subscription.id}").text
    assert "11月24日(火)は、今回だけのお届け日です。" in text_of(page)
    assert "11月24日(火)（今回だけ）" in text_of(part(page, "deliveries"))


@pytest.mark.parametrize("changes", [{}, {"next_skipped": True}, {"cycle": "days:20"}, {"state": "canceled"}])
def test_a_day_of_the_rule_is_not_for_this_once(hanako: Visitor, changes: dict[str, Any]) -> None:
    assert "今回だけ" not in hanako.page(hanako.subscription(**changes))


def test_the_order_page_says_it_beside_the_rule(hanako: Visitor) -> None:
    order = hanako.order(hanako.subscription(**MOVED))
    hanako.visit(order)
    assert "次回 12月12日(土)（今回だけ） 毎月15日" in text_of(hanako.client.get(f"/sakura/orders/{order.id}").text)


def test_the_calendar_says_in_words_what_is_on_a_day(hanako: Visitor) -> None:
    page = hanako.page(hanako.subscription(cycle="weeks:1", next_delivery_on=date(2026, 12, 15), next_skipped=True))

    months = re.findall(r"<table class=\"month\">(.*?)</table>", page, re.DOTALL)
    assert [text_of(month).split("日")[0].strip() for month in months] == ["2026年12月", "2027年1月"]
    days = re.findall(
        r'<td class="is-(\w+)"><span class="date">(\d+)</span><span class="mark">(\S+?)</span>', months[0]
    )
    assert days == [
        ("deadline", "10", "締切"),
        ("skipped", "15", "お休み"),
        ("delivery", "22", "お届け"),
        ("delivery", "29", "お届け"),
    ]


def test_what_the_next_one_contains_and_costs(hanako: Visitor) -> None:
    page = text_of(part(hanako.page(hanako.subscription(items=MANY, coupon=100)), "items"))

    assert "12月15日(火)のお届け内容" in page
    assert "¥1,080 × 2 ¥2,160" in page
    assert "茶さじ 竹 おまけ" in page
    assert "小計¥4,968 送料¥500 クーポン−¥100 合計（税込）¥5,368" in page


def test_a_card_is_known_by_brand_last_four_digits_and_expiry(hanako: Visitor) -> None:
    card = hanako.cast.card(hanako.shop, expires="2026-12")
    page = text_of(hanako.page(hanako.subscription(payment_method="クレジットカード", card_id=card.id)))

    assert "Visa 下4桁 4242 有効期限 12/2026" in page
    assert "このカードの有効期限が近づいています" in page


def test_a_wallet_without_consent_says_that_nothing_is_charged_and_whom_to_ask(hanako: Visitor) -> None:
    of = part(hanako.page(hanako.subscription(payment_method="Amazon Pay")), "payment")

    assert "ご同意（契約番号）--" in text_of(of).replace(" ", "")
    assert "代金を請求できず、商品を発送できません" in of
    assert "kind=payment" in of


@pytest.mark.parametrize(("rules", "changes"), [({"authorises": False}, {}), ({}, {"wallet_agreement": "B01-1"})])
def test_a_wallet_that_can_be_charged_or_is_charged_elsewhere_says_no_such_thing(
    hanako: Visitor, rules: dict[str, Any], changes: dict[str, Any]
) -> None:
    for name, value in rules.items():
        setattr(hanako.rules, name, value)
    of = part(hanako.page(hanako.subscription(payment_method="Amazon Pay", **changes)), "payment")

    assert "Amazon Pay" in of
    assert "--" not in text_of(of)


def test_the_address_is_masked_until_the_second_step(hanako: Visitor, app: Flask, session: Session) -> None:
    subscription = hanako.subscription()
    order = hanako.order(subscription)
    page = hanako.page(subscription, order)

    assert "〒530-••••" in page
    assert "梅田" not in page
    assert "090-••••-5678" in page
    assert f"second-step?subscription={subscription.id}" in page
    shown = Subscriber(app, session, hanako.shop, order, subscription)
    page = shown.client.get(shown.page).text
    assert "大阪市北区梅田1-2-3 メゾン桜 405" in page
    assert "090-1234-5678" in page


def test_an_address_of_its_own_is_shown_and_masked_too(hanako: Visitor) -> None:
    own = {"recipient_name": "山田 一郎", "recipient_postcode": "920-8203", "recipient_prefecture": "石川県"}
    own |= {"recipient_address": "金沢市鞍月9-9", "recipient_phone": "076-200-0000", "delivery_to": "own"}
    page = text_of(part(hanako.page(hanako.subscription(**own)), "address"))

    assert "山田 一郎 様" in page
    assert "石川県金沢市…" in page
    assert "鞍月" not in page


def test_the_shops_own_words_stand_there_as_text(hanako: Visitor) -> None:
    hanako.rules.comment = "年末年始は<お休み>です。\n1月5日から発送します。"
    assert "年末年始は&lt;お休み&gt;です。\n1月5日から発送します。" in hanako.page(hanako.subscription())


def test_the_history_tells_own_changes_by_their_number_and_those_of_the_shop(hanako: Visitor, clock: Clock) -> None:
    session, subscription = hanako.cast.session, hanako.subscription()
    order = hanako.order(subscription)
    session.add(
        SubscriptionChange(
            shop_id=hanako.shop.id,
            subscription_id=subscription.id,
            number="261120-K7M2PX",
            kind="cycle",
            outcome="done",
            facts={"cycle": ["months:1@15", "months:2@15"]},
            actor="buyer:1",
            at=clock(),
        )
    )
    frame = frame_of(session, subscription.shop_id)
    changing.change(
        session,
        subscription,
        {"memo": "電話で依頼", "next_delivery_on": date(2026, 12, 20)},
        frame=frame,
        actor="staff:1",
        now=clock.forward(hours=1),
    )
    skipping.skip(session, subscription, frame=frame, actor="buyer:1", now=clock.forward(hours=1))
    skipping.unskip(session, subscription, actor="staff:1", now=clock.forward(hours=1))

    history = text_of(part(hanako.page(subscription, order), "history"))

    assert "お届け間隔の変更 2026/11/21 10:00 受付番号 261120-K7M2PX" in history
    assert "当店による変更 2026/11/21 11:00 次回のお届け予定日12月15日(火) → 12月20日(日)" in history
    assert "当店による変更 2026/11/21 13:00 次回のお届けお休みする → お届けする" in history
    assert "電話で依頼" not in history, "the shop's own notes"
    assert history.count("お休みする") == 1, "the buyer's own changes are told by their receipts"


def test_erased_values_are_no_longer_told(hanako: Visitor, clock: Clock) -> None:
    session, subscription = hanako.cast.session, hanako.subscription()
    order = hanako.order(subscription)
    stopping.suspend(session, subscription, actor="staff:1", now=clock())
    session.query(AuditValue).delete()
    assert part(hanako.page(subscription, order), "history") == ""


# --- ways to change something ----------------------------------------------------------------------------------------
