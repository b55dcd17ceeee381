"""A buyer's cards: added once, one of them the default, deleted without losing what they paid."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, Card, Shop
from portal.payments import cards
from portal.ports import SavedCard
from tests.cast import HANAKO, TARO, Cast
from tests.conftest import Clock

VISA = SavedCard("good-1", "customer-hanako", "Visa", "4242", "2028-12")
JCB = replace(VISA, reference="good-2", brand="JCB", last4="0505")
BUYER = "buyer:1"


def add(session: Session, shop: Shop, clock: Clock, saved: SavedCard, email_key: str = HANAKO["email_key"]) -> Card:
    card = cards.add(session, shop, email_key=email_key, gateway="sandbox", saved=saved, actor=BUYER, now=clock())
    session.commit()
    return card


def names(session: Session, shop: Shop) -> list[tuple[str, bool]]:
    return [(card.brand, card.is_default) for card in cards.of_buyer(session, shop.id, HANAKO["email_key"])]


def test_the_first_card_is_the_default_and_the_next_ones_are_not(session: Session, shop: Shop, clock: Clock) -> None:
    add(session, shop, clock, VISA)
    add(session, shop, clock, JCB)
    assert names(session, shop) == [("Visa", True), ("JCB", False)]


def test_the_same_card_twice_is_one_card_with_the_newer_expiry(session: Session, shop: Shop, clock: Clock) -> None:
    first = add(session, shop, clock, VISA)
    assert add(session, shop, clock, VISA).id == first.id
    renewed = add(session, shop, clock, replace(VISA, expires="2033-12"))
    assert (renewed.id, renewed.expires) == (first.id, "2033-12")
    assert session.scalars(select(AuditEntry.action)).all() == ["card.added", "card.added"]


def test_another_buyers_card_cannot_be_taken_over(session: Session, shop: Shop, clock: Clock) -> None:
    add(session, shop, clock, VISA)
    with pytest.raises(LookupError):
        add(session, shop, clock, VISA, TARO["email_key"])


def test_another_card_becomes_the_default_and_no_subscription_changes(
    session: Session, cast: Cast, shop: Shop, clock: Clock
) -> None:
    visa, jcb = add(session, shop, clock, VISA), add(session, shop, clock, JCB)
    subscription = cast.subscription(shop, card_id=visa.id)
    session.commit()
    version = subscription.version
    for _ in range(2):
        cards.make_default(session, jcb, actor=BUYER, now=clock())
        session.commit()
    session.refresh(subscription)
    assert names(session, shop) == [("JCB", True), ("Visa", False)]
    assert (subscription.card_id, subscription.version) == (visa.id, version)
    made = select(AuditEntry).where(AuditEntry.action == "card.made_default")
    assert len(session.scalars(made).all()) == 1


def test_when_the_default_goes_the_newest_of_the_others_takes_its_place(
    session: Session, shop: Shop, clock: Clock
) -> None:
    visa = add(session, shop, clock, VISA)
    add(session, shop, clock, JCB)
    for _ in range(2):
        cards.delete(session, visa, actor=BUYER, now=clock())
        session.commit()
    assert names(session, shop) == [("JCB", True)]
    with pytest.raises(LookupError):
        cards.make_default(session, visa, actor=BUYER, now=clock())


def test_a_deleted_card_that_is_registered_again_is_there_again(session: Session, shop: Shop, clock: Clock) -> None:
    visa = add(session, shop, clock, VISA)
    cards.delete(session, visa, actor=BUYER, now=clock())
    session.commit()
    assert names(session, shop) == []
    assert add(session, shop, clock, VISA).id == visa.id
    assert names(session, shop) == [("Visa", True)]
