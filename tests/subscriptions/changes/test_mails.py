"""Who is told of a change that a buyer made, and in which words."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Order, OutboxMail, Shop, Subscription, SubscriptionChange
from portal.notifications.outbox import Mailroom
from portal.subscriptions.changes import mails as change_mails
from portal.subscriptions.changes.confirm import carry_out
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.record.facts import frame_of
from portal.subscriptions.rules.allowances import Change
from tests.cast import Cast
from tests.conftest import Clock

DESK = "suzuki@example.jp"


class Stage:
    """花子's monthly subscription, next on 12月15日, with an order of it; the shop wants notices too."""

    def __init__(self, app: Flask, cast: Cast, clock: Clock) -> None:
        self.app, self.session, self.clock = app, cast.session, clock
        self.shop: Shop = cast.shop(notice_addresses=[DESK])
        self.subscription: Subscription = cast.subscription(self.shop)
        self.order: Order = cast.order(self.shop, "T-1", subscription_id=self.subscription.id)
        self.session.commit()

    def change(
        self, change: Change, wanted: Wanted | None = None, *, language: str = "ja", **more: Any
    ) -> SubscriptionChange:
        receipt = carry_out(
            self.session,
            self.subscription,
            Proposal(change, wanted or Wanted(), **more),
            frame_of(self.session, self.shop.id),
            once_id=uuid4(),
            seen_version=self.subscription.version,
            language=language,
            actor="buyer:1",
            now=self.clock(),
        )
        self.tell(receipt, language)
        return receipt

    def tell(self, receipt: SubscriptionChange, language: str = "ja") -> None:
        room: Mailroom = self.app.extensions["mailroom"]
        with self.app.app_context():
            change_mails.tell(
                self.session,
                room,
                self.shop,
                self.subscription,
                self.order,
                receipt,
                frame_of(self.session, self.shop.id),
                language=language,
                now=self.clock(),
            )
        self.session.commit()

    def mails(self, message: str = change_mails.MESSAGE) -> list[OutboxMail]:
        found = select(OutboxMail).filter_by(message=message).order_by(OutboxMail.recipient)
        return list(self.session.scalars(found))


@pytest.fixture
def stage(app: Flask, cast: Cast, clock: Clock) -> Stage:
    return Stage(app, cast, clock)


def test_she_reads_what_was_so_what_is_so_and_until_when_she_can_change_it_again(stage: Stage) -> None:
    receipt = stage.change(Change.NEXT_DATE, {"next_delivery_on": date(2026, 12, 22)})
    (mail,) = stage.mails()
    assert (mail.recipient, mail.subject) == ("hanako@example.jp", "【さくら茶舗】お届け日の変更を承りました")
    until = stage.subscription.next_creation_on
    for body in (mail.body_text, mail.body_html):
        assert "12月15日(火)" in body
        assert "次回のお届けは12月22日(火)です。" in body
        assert f"{until.month}月{until.day - 1}日" in body
        assert "23:59まで変更できます。" in body
        assert receipt.number in body
        assert stage.subscription.number in body
        assert "?to=subscription" in body


def test_those_whom_the_shop_named_read_who_changed_what(stage: Stage) -> None:
    stage.change(Change.SKIP)
    (mail,) = stage.mails(change_mails.FOR_STAFF)
    assert mail.recipient == DESK
    assert "次回お届けのお休み" in mail.subject
    for words in ("山田 花子 様", stage.subscription.number, "お届けする", "お休みする", "/history"):
        assert words in mail.body_text
        assert words in mail.body_html


def test_told_again_nobody_gets_a_second_mail(stage: Stage) -> None:
    receipt = stage.change(Change.SKIP)
    stage.tell(receipt)
    assert len(stage.mails()) == 1
    assert len(stage.mails(change_mails.FOR_STAFF)) == 1


def test_her_mail_is_in_her_language_and_the_shops_in_japanese(stage: Stage) -> None:
    stage.change(Change.NEXT_DATE, {"next_delivery_on": date(2026, 12, 22)}, language="en")
    assert "Tue 22 Dec" in stage.mails()[0].body_text
    assert 'lang="en"' in stage.mails()[0].body_html
    assert "12月22日(火)" in stage.mails(change_mails.FOR_STAFF)[0].body_text


def test_of_a_new_email_address_the_old_one_hears_too_and_neither_reads_the_other_in_full(stage: Stage) -> None:
    stage.change(Change.CONTACT, {"email": "yamada@example.com"})
    old, new = stage.mails()
    assert (old.recipient, new.recipient) == ("hanako@example.jp", "yamada@example.com")
    for mail in (old, new):
        assert "h•••••@example.jp" in mail.body_text
        assert "y•••••@example.com" in mail.body_text
    for body in (old.body_text, old.body_html):
        assert "yamada@example.com" not in body
    assert "yamada@example.com" in stage.mails(change_mails.FOR_STAFF)[0].body_text


def test_a_subscription_without_an_address_is_told_to_the_shop_alone(stage: Stage) -> None:
    stage.subscription.email = stage.subscription.email_key = ""
    stage.session.commit()
    stage.change(Change.SKIP)
    assert stage.mails() == []
    assert len(stage.mails(change_mails.FOR_STAFF)) == 1


def test_while_it_is_paused_the_mail_says_when_it_goes_on(stage: Stage) -> None:
    stage.change(Change.PAUSE, resume_on=date(2027, 2, 1), reason="http://evil.example/")
    (mail,) = stage.mails()
    assert "2027年2月1日(月)に再開します。" in mail.body_text
    assert "次回のお届けは" not in mail.body_text
    assert "evil" not in mail.body_text
    assert "evil" in stage.mails(change_mails.FOR_STAFF)[0].body_text


def test_after_a_skip_the_delivery_after_it_is_the_next_one(stage: Stage) -> None:
    stage.change(Change.SKIP)
    assert "次回のお届けは2027年1月15日(金)です。" in stage.mails()[0].body_text


@pytest.mark.parametrize("asked", [True, False])
def test_only_where_no_code_is_asked_for_the_mail_has_a_link_for_who_did_not_do_it(stage: Stage, asked: bool) -> None:
    stage.shop.second_step = {"subscription": asked, "subscription_reversible": not asked}
    stage.session.commit()
    stage.change(Change.PAUSE)
    (mail,) = stage.mails()
    assert ("/sakura/not-me/" in mail.body_text) is not asked
    assert ("/sakura/not-me/" in mail.body_html) is not asked
    assert "/not-me/" not in stage.mails(change_mails.FOR_STAFF)[0].body_text


def test_where_she_came_by_another_order_the_link_leads_through_one_of_the_subscriptions_own(
    stage: Stage, cast: Cast
) -> None:
    own = stage.order
    stage.order = cast.order(stage.shop, "A-9")
    stage.session.commit()
    stage.change(Change.SKIP)
    room: Mailroom = stage.app.extensions["mailroom"]
    (mail,) = stage.mails()
    assert room.links.sign_order(stage.shop.id, own.id) in mail.body_text
    assert room.links.sign_order(stage.shop.id, stage.order.id) not in mail.body_text


def test_a_cancellation_has_mails_of_its_own(stage: Stage, session: Session) -> None:
    stage.change(Change.CANCEL)
    assert session.scalars(select(OutboxMail)).all() == []


@pytest.mark.parametrize(
    ("generates", "said"), [("us", "すでに反映されています。"), ("them", "カートにも反映してください。")]
)
def test_staff_are_asked_to_change_the_cart_where_it_makes_the_orders(
    stage: Stage, cast: Cast, generates: str, said: str
) -> None:
    cast.rules(stage.shop, generates=generates)
    stage.change(Change.TIME_SLOT, Wanted(time_slot="14時〜16時"))
    (notice,) = stage.mails(change_mails.FOR_STAFF)
    assert said in notice.body_text
    assert said in notice.body_html
    # It stands on Today until staff have seen to it.
    stage.session.expire_all()
    assert stage.subscription.attention_reason == ("cart" if generates == "them" else "")


def test_the_mail_of_a_move_says_that_the_day_is_for_this_once(stage: Stage) -> None:
    stage.change(Change.NEXT_DATE, Wanted(next_delivery_on=date(2026, 12, 18)))
    (mail,) = stage.mails(change_mails.MESSAGE)
    assert "次回のお届けは12月18日(金)です。\nこの日は、今回だけのお届け日です。" in mail.body_text
