"""What a buyer can do with a subscription on its page, and what the page says of the rest."""

import re
from datetime import date
from html import unescape

from flask import Flask
from sqlalchemy.orm import Session

from tests.mypage.subscribers import Subscriber
from tests.mypage.subscriptions.visitors import MANY, Visitor, text_of
from tests.page_text import answer_of


# --- the answer ------------------------------------------------------------------------------------------------------
def test_the_day_of_the_next_delivery_stands_first_and_until_when_it_can_be_changed(hanako: Visitor) -> None:
    page = hanako.page(hanako.subscription())

    assert answer_of(page) == "次回のお届けは12月15日(火)です"
    assert "12月3日(木) 23:59まで変更できます" in text_of(page)
    assert re.search(r'class="button primary" href="[^"]+/changes/next_date">お届け日を変更する', page)


def test_what_the_shop_does_not_allow_is_said_with_the_way_to_the_shop(hanako: Visitor) -> None:
    hanako.rules.changes = {"cycle": None, "items": None, "cancel": None}
    hanako.rules.skips_allowed = 0
    page = hanako.page(hanako.subscription())

    assert "お届け間隔の変更は、当店で承ります。" in page
    assert "商品や数量の変更は、当店で承ります。" in page
    assert "次回のお休みは、当店で承ります。" in page
    assert [change for change in ("cycle", "items", "skip") if f"/changes/{change}" in page] == []
    assert re.search(rf'href="/sakura/requests/new\?[^"]*subscription={"[0-9a-f-]+"}', page)
    assert "解約する" in page, "always there"


def test_a_change_that_has_to_be_made_earlier_says_so(hanako: Visitor) -> None:
    hanako.rules.changes = {"items": 5, "address": 20}
    page = text_of(hanako.page(hanako.subscription()))

    assert "商品や数量を変更する11月28日(土) 23:59まで" in page
    assert "お届け先：11月13日(金)に締め切りました。" in page


def test_without_an_address_for_the_code_staff_are_asked(hanako: Visitor) -> None:
    subscription = hanako.subscription(email="", email_key="")
    page = hanako.page(subscription, hanako.order(subscription, email="", email_key=""))

    assert "お休みと時間帯のほかは、当店が代わりに変更します" in page
    assert "変更は、12月3日(木) 23:59までに当店へお問い合わせください" in text_of(page)
    assert "変更できます" not in text_of(page)
    assert "お申し込みはこのページで承ります。当店が確認してから解約します。" in page
    assert set(re.findall(r"/changes/(\w+)", page)) == {"skip", "time_slot"}
    assert "second-step" not in page
    assert not re.search(r'<ul class="rows">\s*</ul>', page)
    assert "/requests/new?" in page
    assert "解約する" in page


def test_a_pause_with_a_day_of_return_may_end_sooner_and_asks_for_nothing_until_then(hanako: Visitor) -> None:
    page = hanako.page(hanako.subscription(state="suspended", resume_on=date(2027, 2, 1)))
    assert "それまで、お届けもお支払いもありません。" in page
    assert re.search(r'<a class="button" href="[^"]*/changes/resume">予定より早く再開する</a>', page)


def test_where_the_shop_asks_no_code_nobody_is_sent_to_staff_for_want_of_one(hanako: Visitor) -> None:
    hanako.shop.second_step = {"subscription": False}
    subscription = hanako.subscription(email="", email_key="")
    page = hanako.page(subscription, hanako.order(subscription, email="", email_key=""))
    assert "/changes/next_date" in page
    assert "当店が代わりに変更します" not in page


def test_every_way_leads_somewhere(hanako: Visitor, app: Flask, session: Session) -> None:
    card = hanako.cast.card(hanako.shop)
    subscription = hanako.subscription(
        items=MANY, payment_method="クレジットカード", card_id=card.id, customer_number="M-1"
    )
    order = hanako.order(subscription)
    session.commit()
    buyer = Subscriber(app, session, hanako.shop, order, subscription)
    page = buyer.client.get(buyer.page).text
    ways = set(re.findall(r'href="(/sakura/[^"]+)"', page))
    assert len([way for way in ways if "/changes/" in way]) >= 9
    for way in sorted(ways):
        assert buyer.client.get(unescape(way)).status_code in (200, 303), way
