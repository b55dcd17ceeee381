"""Cards that pay for subscriptions: which cannot be deleted, and the mails before and after they expire."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.jobs.cards import tell_cards
from portal.models import Card, OutboxMail, Shop, Subscription, SubscriptionRules
from portal.notifications.outbox import Mailroom
from portal.notifications.own_letters import UnfillableError
from portal.notifications.rules.texts import Text
from portal.payments import cards
from portal.payments.rules.expiry import Expiry
from portal.subscriptions.changes import changing
from portal.subscriptions.payment import card_mails, card_use
from portal.subscriptions.payment.card_use import CardInUseError
from portal.subscriptions.record.facts import frame_of
from portal.values.dates import tokyo_date
from tests.cast import TARO, Cast
from tests.conftest import Clock

STAFF = "staff:suzuki"


def paying(cast: Cast, shop: Shop, number: str, expires: str, **changes: object) -> tuple[Card, Subscription]:
    card = cast.card(shop, reference=f"card-{number}", expires=expires, is_default=False)
    subscription = cast.subscription(shop, number, card_id=card.id, payment_method="クレジットカード", **changes)
    return card, subscription


def mails(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    found = session.execute(select(OutboxMail.message, OutboxMail.recipient).order_by(OutboxMail.id))
    return [(message, recipient) for message, recipient in found]


def switch_on(session: Session) -> None:
    session.scalars(select(SubscriptionRules)).one().card_mails = True


def run(app: Flask, session: Session) -> None:
    session.commit()
    with app.app_context():
        tell_cards()
    session.expire_all()


# --- deleting ------------------------------------------------------------------------------------------------------------------
def test_a_card_that_an_active_subscription_needs_stays_and_names_it(
    session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    card, subscription = paying(cast, shop, "0000000001", "2028-12")
    session.commit()
    with pytest.raises(CardInUseError) as refusal:
        card_use.delete(session, card, actor=STAFF, now=clock())
    assert [used.number for used in refusal.value.subscriptions] == ["0000000001"]
    assert card.deleted_at is None
    subscription.state = "suspended"
    session.commit()
    card_use.delete(session, card, actor=STAFF, now=clock())
    assert card.deleted_at == clock()


# --- following -----------------------------------------------------------------------------------------------------------------
def test_where_two_addresses_become_one_the_usual_card_stays_one(
    session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    cast.card(shop, reference="old", last4="1881")
    cast.card(shop, reference="new", email_key="hana@example.com")
    subscription = cast.subscription(shop)
    session.commit()
    changing.change(
        session,
        subscription,
        {"email": "hana@example.com"},
        frame=frame_of(session, subscription.shop_id),
        actor=STAFF,
        now=clock(),
    )
    session.commit()
    session.expire_all()
    theirs = cards.of_buyer(session, shop.id, "hana@example.com")
    assert [(card.last4, card.is_default) for card in theirs] == [("4242", True), ("1881", False)]


# --- by itself -----------------------------------------------------------------------------------------------------------------
def test_without_the_setting_nobody_is_written_to(app: Flask, session: Session, cast: Cast, shop: Shop) -> None:
    paying(cast, shop, "0000000001", "2026-11")
    run(app, session)
    assert mails(session) == []


def test_buyers_are_told_once_when_it_comes_near_and_once_when_it_is_over(
    app: Flask, session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    card, subscription = paying(cast, shop, "0000000001", "2026-12")
    paying(cast, shop, "0000000002", "2027-01")
    switch_on(session)
    for _ in range(2):
        run(app, session)
    assert mails(session) == [("card_expiring", "hanako@example.jp")]
    assert not subscription.needs_attention
    # It is 00:01 on New Year's Day in Tokyo.
    clock.instant = datetime(2026, 12, 31, 15, 1, tzinfo=UTC)
    for _ in range(2):
        run(app, session)
    assert [message for message, _ in mails(session)] == ["card_expiring", "card_expired", "card_expiring"]
    session.refresh(subscription)
    assert (subscription.needs_attention, subscription.attention_reason) == (True, "card_expired")
    session.refresh(card)
    assert (card.told_expiring, card.told_expired) == ("2026-12", "2026-12")


def test_one_mail_a_card_names_every_subscription_and_leads_to_the_newest_order(
    app: Flask, session: Session, cast: Cast, shop: Shop, mailroom: Mailroom
) -> None:
    card, first = paying(cast, shop, "0000000001", "2026-12")
    cast.subscription(shop, "0000000002", card_id=card.id)
    order = cast.order(shop, subscription_id=first.id)
    switch_on(session)
    run(app, session)
    (mail,) = session.scalars(select(OutboxMail)).all()
    for words in ("Visa •••• 4242", "2026年12月", "0000000001、0000000002", mailroom.order_url(shop, order)):
        assert words in mail.body_text
    assert mail.order_id == order.id
    assert "?to=cards" in mail.body_text


def test_a_card_that_pays_for_nothing_active_is_nobodys_business(
    app: Flask, session: Session, cast: Cast, shop: Shop
) -> None:
    cast.card(shop, reference="unused", expires="2026-11")
    paying(cast, shop, "0000000001", "2026-11", state="suspended")
    switch_on(session)
    run(app, session)
    assert mails(session) == []


def test_a_renewed_card_may_come_near_its_end_again(app: Flask, session: Session, cast: Cast, shop: Shop) -> None:
    card, _ = paying(cast, shop, "0000000001", "2026-11")
    switch_on(session)
    run(app, session)
    card.expires = "2026-12"
    run(app, session)
    assert len(mails(session)) == 2


# --- by hand -------------------------------------------------------------------------------------------------------------------
def test_staff_see_all_that_are_due_with_who_was_told_and_choose(
    session: Session, cast: Cast, shop: Shop, clock: Clock, mailroom: Mailroom
) -> None:
    over, _ = paying(cast, shop, "0000000001", "2026-10")
    soon, _ = paying(cast, shop, "0000000002", "2026-12", **TARO)
    paying(cast, shop, "0000000003", "2027-01")
    session.commit()
    today = tokyo_date(clock())
    found = card_mails.due(session, shop.id, today)
    assert [(notice.card.id, notice.expiry, notice.was_told) for notice in found] == [
        (over.id, Expiry.EXPIRED, False),
        (soon.id, Expiry.EXPIRING, False),
    ]
    chosen = card_mails.of_cards(session, shop.id, [soon.id], today)
    assert card_mails.send(session, mailroom, shop, chosen, actor=STAFF, now=clock()) == 1
    assert card_mails.send(session, mailroom, shop, chosen, actor=STAFF, now=clock()) == 0, "a double click"
    session.commit()
    assert mails(session) == [("card_expiring", "taro@example.jp")]
    assert [notice.was_told for notice in card_mails.due(session, shop.id, today)] == [False, True]
    assert [notice.card.id for notice in card_mails.due(session, shop.id, today, untold=True)] == [over.id]
    clock.forward(minutes=1)
    assert card_mails.send(session, mailroom, shop, chosen, actor=STAFF, now=clock()) == 1, "once more on purpose"


def test_staff_may_write_this_one_mail_themselves_with_the_tags(
    session: Session, cast: Cast, shop: Shop, clock: Clock, mailroom: Mailroom
) -> None:
    card, _ = paying(cast, shop, "0000000001", "2026-12")
    session.commit()
    notices = card_mails.of_cards(session, shop.id, [card.id], tokyo_date(clock()))
    words = Text("[MEMBER_LAST_NAME]様へ", "[MEMBER_NAME] 様\n[MEMBER_FAX]カードは ## block(cardExpires) ## までです。")
    seen = card_mails.preview(session, mailroom, shop, notices[0], words=words, now=clock())
    assert (seen.subject, seen.text) == ("山田様へ", "山田 花子 様\nカードは 2026年12月 までです。\n")
    card_mails.send(session, mailroom, shop, notices, words=words, actor=STAFF, now=clock())
    assert session.scalars(select(OutboxMail.body_text)).one() == seen.text
    with pytest.raises(UnfillableError):
        card_mails.send(
            session, mailroom, shop, notices, words=Text("件名", "[MEMBER_NAMAE]"), actor=STAFF, now=clock()
        )


def test_cards_of_another_shop_are_not_found(session: Session, cast: Cast, shop: Shop, clock: Clock) -> None:
    other = cast.shop("momiji")
    card, _ = paying(cast, other, "0000000001", "2026-12")
    session.commit()
    assert card_mails.of_cards(session, shop.id, [card.id], tokyo_date(clock())) == []
    assert card_mails.due(session, shop.id, tokyo_date(clock())) == []
