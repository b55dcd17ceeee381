"""A buyer's address list, and the subscriptions that are sent to its entries."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, ListedAddress, Shop, Subscription
from portal.subscriptions.changes import addresses, changing
from portal.subscriptions.changes.addresses import Entry
from portal.subscriptions.record.facts import address_of, frame_of
from portal.subscriptions.record.refusals import RefusedError, StaleError
from tests.cast import Cast

SUZUKI = "staff:suzuki"
KEY = "hanako@example.jp"
PARENTS = Entry(recipient_name="山田 一郎", address="和歌山市1-1", prefecture="和歌山県", label="実家")
MOVED = Entry(recipient_name="山田 一郎", address="札幌市中央区1-1", prefecture="北海道", label="実家")


@pytest.fixture
def listed(session: Session, cast: Cast, shop: Shop) -> ListedAddress:
    return addresses.add(session, shop.id, KEY, PARENTS, actor=SUZUKI, now=cast.now)


def change(session: Session, subscription: Subscription, wanted: Any, **by: Any) -> None:
    """Change it under the shop's terms as they stand."""
    changing.change(session, subscription, wanted, frame=frame_of(session, subscription.shop_id), **by)


def test_the_same_form_adds_one_entry(session: Session, cast: Cast, shop: Shop) -> None:
    once_id = uuid4()
    for _ in range(2):
        addresses.add(session, shop.id, KEY, PARENTS, once_id=once_id, actor=SUZUKI, now=cast.now)
    assert [entry.label for entry in addresses.of_buyer(session, shop.id, KEY)] == ["実家"]
    assert addresses.of_buyer(session, shop.id, "taro@example.jp") == []


def test_editing_an_entry_moves_every_subscription_that_goes_there(
    session: Session, cast: Cast, shop: Shop, listed: ListedAddress
) -> None:
    first, second, home = (cast.subscription(shop, str(n)) for n in range(3))
    for subscription in (first, second):
        wanted = {"delivery_to": "listed", "listed_address_id": listed.id}
        change(session, subscription, wanted, actor=SUZUKI, now=cast.now)
    session.commit()
    versions = [first.version, second.version, home.version]

    moved = addresses.change(
        session,
        listed,
        MOVED,
        frame=frame_of(session, listed.shop_id),
        seen_version=listed.version,
        actor=SUZUKI,
        now=cast.now,
    )
    assert (
        addresses.change(session, listed, MOVED, frame=frame_of(session, listed.shop_id), actor=SUZUKI, now=cast.now)
        == []
    )
    session.commit()
    assert moved == [first, second]
    for subscription in (first, second):
        assert address_of(session, subscription).prefecture == "北海道"
        assert (subscription.next_delivery_on, subscription.next_ship_on, subscription.next_creation_on) == (
            date(2026, 12, 15),
            date(2026, 12, 9),
            date(2026, 12, 2),
        )
    assert home.next_ship_on == date(2026, 12, 11)
    assert [first.version, second.version, home.version] == [versions[0] + 1, versions[1] + 1, versions[2]]
    told = session.scalars(select(AuditEntry.action).where(AuditEntry.action == "subscription.address_moved"))
    assert len(told.all()) == 2


def test_no_entry_changes_while_one_of_its_subscriptions_waits_for_its_order(
    session: Session, cast: Cast, shop: Shop, listed: ListedAddress
) -> None:
    cast.subscription(
        shop, "77", delivery_to="listed", listed_address_id=listed.id, next_creation_on=date(2026, 11, 21)
    )
    with pytest.raises(RefusedError) as refused:
        addresses.change(session, listed, MOVED, frame=frame_of(session, listed.shop_id), actor=SUZUKI, now=cast.now)
    assert (refused.value.code, refused.value.field) == ("locked", "77")
    assert listed.prefecture == "和歌山県"


def test_an_old_form_overwrites_nothing(session: Session, cast: Cast, listed: ListedAddress) -> None:
    seen = listed.version
    addresses.change(
        session, listed, MOVED, frame=frame_of(session, listed.shop_id), seen_version=seen, actor=SUZUKI, now=cast.now
    )
    with pytest.raises(StaleError):
        addresses.change(
            session,
            listed,
            PARENTS,
            frame=frame_of(session, listed.shop_id),
            seen_version=seen,
            actor=SUZUKI,
            now=cast.now,
        )


def test_an_entry_that_is_used_is_not_deleted(session: Session, cast: Cast, shop: Shop, listed: ListedAddress) -> None:
    subscription = cast.subscription(shop, delivery_to="listed", listed_address_id=listed.id)
    with pytest.raises(RefusedError) as refused:
        addresses.delete(session, listed, actor=SUZUKI, now=cast.now)
    assert refused.value.code == "address_in_use"
    change(session, subscription, {"delivery_to": "buyer"}, actor=SUZUKI, now=cast.now)
    for _ in range(2):
        addresses.delete(session, listed, actor=SUZUKI, now=cast.now)
    assert addresses.of_buyer(session, shop.id, KEY) == []
    with pytest.raises(RefusedError) as refused:
        change(session, subscription, {"delivery_to": "listed"}, actor=SUZUKI, now=cast.now)
    assert refused.value.code == "address"


def test_another_buyers_entry_is_refused(session: Session, cast: Cast, shop: Shop) -> None:
    taros = addresses.add(session, shop.id, "taro@example.jp", PARENTS, actor=SUZUKI, now=cast.now)
    subscription = cast.subscription(shop)
    with pytest.raises(RefusedError) as refused:
        change(
            session,
            subscription,
            {"delivery_to": "listed", "listed_address_id": taros.id},
            actor=SUZUKI,
            now=cast.now,
        )
    assert refused.value.code == "address"


@pytest.mark.parametrize(
    ("entry", "code", "field"),
    [
        (Entry(recipient_name=" ", address="x"), "required", "recipient_name"),
        (Entry(recipient_name="x", address=""), "required", "address"),
        (Entry(recipient_name="x", address="x" * 301), "too_long", "address"),
    ],
)
def test_what_is_no_address_is_refused(
    entry: Entry, code: str, field: str, session: Session, cast: Cast, shop: Shop
) -> None:
    with pytest.raises(RefusedError) as refused:
        addresses.add(session, shop.id, KEY, entry, actor=SUZUKI, now=cast.now)
    assert (refused.value.code, refused.value.field) == (code, field)
