"""What all changes of a subscription share: the preview, confirming, the page afterwards, and who may do so."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.models import (
    BuyerSession,
    OfferedItem,
    Order,
    OutboxMail,
    Shop,
    Subscription,
    SubscriptionRules,
)
from portal.mypage.changes import views
from portal.mypage.changes.views import FORMS
from portal.staff import sessions
from portal.subscriptions.record.facts import frame_of, timing_of
from portal.subscriptions.rules.allowances import Change
from portal.subscriptions.schedule import earliest_delivery
from portal.values.states import SubscriptionState
from tests.admin.settings.forms_as_sent import fields_of
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.changes.change_pages import dates, names, offer, quantities
from tests.mypage.signing_in import sign_in, submit
from tests.mypage.subscribers import Subscriber, hidden


# --- what will happen ------------------------------------------------------------------------------------------------
def test_a_preview_without_a_difference_says_so_and_cannot_be_confirmed(hanako: Subscriber) -> None:
    shown = hanako.preview("cycle", {"every": "months:1", "way": "by-day", "day": "15"})
    assert "変更点はありません" in shown.text
    assert "once" not in hidden(shown)


def test_an_order_that_is_under_way_stays_as_it_is_and_the_page_says_so(
    hanako: Subscriber, cast: Cast, shop: Shop, subscription: Subscription
) -> None:
    assert "すでに準備が始まっているご注文" not in hanako.preview("skip").text
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


@pytest.mark.parametrize("change", [change for change, form in FORMS.items() if form.template])
def test_every_form_can_be_sent_as_it_is_drawn_for_a_shop_that_has_set_nothing_more(
    hanako: Subscriber, change: Change
) -> None:
    opened = hanako.form(change)
    assert opened.status_code == 200, opened.text
    answer = hanako.client.post(f"{hanako.page}/changes/{change}", data=fields_of(opened.text))
    assert answer.status_code == 200, answer.text


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
    assert "先ほどの画面から、お届け日や金額などが変わりました" in other.text
    assert (quantities(hanako.now()), hanako.receipts()) == ([("煎茶 やぶきた 100g", 1), ("有機玄米茶", 2)], [])
    assert hanako.confirm("items", other).status_code == 303
    assert {item.later_price for item in hanako.now().items} == {1080, 756, 2160}


def test_a_midnight_between_the_page_and_the_confirmation_is_told(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription, clock: Clock
) -> None:
    clock.instant = datetime(2026, 11, 21, 14, 55, tzinfo=UTC)
    today = date(2026, 11, 21)
    subscription.state, subscription.suspended_at = SubscriptionState.SUSPENDED, clock()
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
    assert "現在は変更できません" in hanako.form("skip").text
    assert len(hanako.receipts()) == 1


def test_by_htmx_the_way_leads_to_the_page_that_says_it_is_done(hanako: Subscriber) -> None:
    sent = hidden(hanako.preview("skip"))
    answer = hanako.client.post(f"{hanako.page}/changes/skip/confirm", data=sent, headers={"HX-Request": "true"})
    (receipt,) = hanako.receipts()
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"{hanako.page}/done/{receipt.id}")


# --- permissions -----------------------------------------------------------------------------------------------------
def test_without_the_emailed_code_nothing_can_be_changed(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription
) -> None:
    buyer = Subscriber(app, session, shop, order, subscription, with_step=False)
    answer = buyer.form("cycle")
    assert answer.status_code == 303
    assert f"second-step?subscription={subscription.id}" in answer.location
    buyer.take_step()
    assert buyer.form("cycle").status_code == 200


@pytest.mark.parametrize("version", ["", "x", "1e9", "-1", "99999999999999999999"])
@pytest.mark.parametrize("change", ["skip", "pause"])
def test_a_version_that_no_page_sent_is_a_stale_page(hanako: Subscriber, change: str, version: str) -> None:
    sent = hidden(hanako.preview("skip")) | {"version": version}
    answer = hanako.client.post(f"{hanako.page}/changes/{change}/confirm", data=sent)
    assert answer.status_code == 409
    assert hanako.receipts() == []


@pytest.mark.parametrize("step", ["changes/pause", "changes/pause/confirm"])
def test_without_the_code_not_even_a_form_that_was_sent_changes_anything(
    app: Flask, session: Session, shop: Shop, order: Order, subscription: Subscription, step: str
) -> None:
    buyer = Subscriber(app, session, shop, order, subscription, with_step=False)
    resend = f"/{shop.slug}/second-step?subscription={subscription.id}"
    answer = submit(buyer.client, f"{buyer.page}/{step}", {"once": str(order.id), "version": "1"}, form_on=resend)
    assert (answer.status_code, "second-step" in answer.location) == (303, True)
    assert buyer.now().state == "active"


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


@pytest.mark.parametrize("step", ["changes/pause", "changes/pause/confirm"])
def test_staff_who_look_at_her_page_cannot_go_a_step(hanako: Subscriber, cast: Cast, shop: Shop, step: str) -> None:
    sent = hidden(hanako.preview("skip"))
    hanako.session.rollback()
    suzuki = cast.staff(shop)
    sessions.start(hanako.session, suzuki, totp_at=None, browser="", now=cast.now)
    hanako.session.execute(update(BuyerSession).values(opened_by=suzuki.id))
    hanako.session.commit()
    answer = hanako.client.post(f"{hanako.page}/{step}", data=sent)
    assert answer.status_code == 403
    assert hanako.now().state == "active"


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
    assert "当店が代わりに変更します" in answer.text
    assert "requests/new" in answer.text
    assert "<form" not in answer.text.partition("<footer")[0]
