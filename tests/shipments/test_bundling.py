"""同梱候補: proposing, holding and deciding them."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import AuditEntry, BundleCandidate, Order, Shipment, Shop
from portal.orders import verbs as orders
from portal.orders.rules.states import HeldForBundlingError
from portal.shipments import bundling
from portal.shipments import verbs as shipments
from portal.shipments.parcels import ParcelProblem, ParcelRefusedError, Said
from portal.values.states import OrderStatus, ShipmentStatus
from tests.cast import TARO, Cast

BY = "staff:1"


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop(bundling=True)


def waiting(cast: Cast, shop: Shop, code: str, **changes: object) -> Order:
    order = cast.order(shop, code=code, **changes)
    cast.shipment(order, status=ShipmentStatus.WAITING, tracking_number="", shipped_on=None)
    return order


def refreshed(cast: Cast, shop: Shop) -> list[BundleCandidate]:
    """Look at all orders anew and return the open proposals."""
    for group in bundling.differing(cast.session, shop):
        bundling.refresh(cast.session, shop, group, actor="job:refresh_bundles", now=cast.now)
    cast.session.commit()
    assert bundling.differing(cast.session, shop) == []
    found = cast.session.scalars(select(BundleCandidate).filter_by(shop_id=shop.id, state="open"))
    return list(found)


def codes(session: Session, candidate: BundleCandidate) -> list[str]:
    return [order.code for order in bundling.members_of(session, candidate)]


def parcels(session: Session, order: Order) -> list[Shipment]:
    session.expire_all()
    return [parcel for parcel in order.shipments if parcel.status != ShipmentStatus.CANCELED]


def test_two_orders_to_one_door_are_proposed_once_and_held(cast: Cast, shop: Shop) -> None:
    first, second = waiting(cast, shop, "A-1"), cast.order(shop, code="A-2")
    waiting(cast, shop, "A-3", **TARO)
    # Without a parcel the delivery method is as unknown as with a parcel without a carrier.
    for parcel in first.shipments:
        parcel.carrier = parcel.service = ""
    (candidate,) = refreshed(cast, shop)
    assert codes(cast.session, candidate) == ["A-1", "A-2"]
    assert [candidate.id] == [one.id for one in refreshed(cast, shop)]
    for order in (first, second):
        (parcel,) = parcels(cast.session, order)
        assert parcel.held_for_bundling
        with pytest.raises(HeldForBundlingError):
            orders.begin_picking(cast.session, order, actor=BY, now=cast.now)
        with pytest.raises(ParcelRefusedError) as refused:
            shipments.put_parcel(cast.session, [order], Said(status=ShipmentStatus.PICKING), actor=BY, now=cast.now)
        assert refused.value.problem == ParcelProblem.HELD


def test_a_shop_that_does_not_want_it_is_left_alone_and_one_that_stops_is_let_go(cast: Cast, shop: Shop) -> None:
    order = waiting(cast, shop, "A-1")
    waiting(cast, shop, "A-2")
    assert refreshed(cast, shop)
    shop.bundling = False
    assert refreshed(cast, shop) == []
    assert not parcels(cast.session, order)[0].held_for_bundling


def test_another_shops_order_of_the_same_buyer_is_no_candidate(cast: Cast, shop: Shop) -> None:
    waiting(cast, shop, "A-1")
    waiting(cast, cast.shop(slug="momiji", bundling=True), "A-2")
    assert refreshed(cast, shop) == []


def test_bundling_gives_one_parcel_that_both_orders_show(cast: Cast, shop: Shop) -> None:
    first, second = waiting(cast, shop, "A-1"), waiting(cast, shop, "A-2")
    (candidate,) = refreshed(cast, shop)
    joint = bundling.bundle(cast.session, candidate, [first.id, second.id], actor=BY, now=cast.now)
    again = bundling.bundle(cast.session, candidate, [first.id, second.id], actor=BY, now=cast.now)
    cast.session.commit()
    assert again.id == joint.id
    assert [parcel.id for parcel in parcels(cast.session, first)] == [joint.id]
    assert [parcel.id for parcel in parcels(cast.session, second)] == [joint.id]
    assert not joint.held_for_bundling
    assert refreshed(cast, shop) == []
    said = Said(status=ShipmentStatus.SHIPPED, tracking_number="123456789010", carrier="yamato")
    shipments.put_parcel(cast.session, [first], said, actor=BY, now=cast.now)
    assert (first.status, second.status) == (OrderStatus.SHIPPED, OrderStatus.SHIPPED)


def test_a_third_order_joins_the_shared_parcel(cast: Cast, shop: Shop) -> None:
    members = [waiting(cast, shop, "A-1"), waiting(cast, shop, "A-2")]
    (candidate,) = refreshed(cast, shop)
    bundling.bundle(cast.session, candidate, [order.id for order in members], actor=BY, now=cast.now)
    members.append(waiting(cast, shop, "A-3"))
    (candidate,) = refreshed(cast, shop)
    assert codes(cast.session, candidate) == ["A-1", "A-2", "A-3"]
    joint = bundling.bundle(cast.session, candidate, [order.id for order in members], actor=BY, now=cast.now)
    cast.session.commit()
    assert {parcel.id for order in members for parcel in parcels(cast.session, order)} == {joint.id}


def test_of_three_two_can_go_together_and_the_third_alone(cast: Cast, shop: Shop) -> None:
    first, second, third = (waiting(cast, shop, code) for code in ("A-1", "A-2", "A-3"))
    (candidate,) = refreshed(cast, shop)
    joint = bundling.bundle(cast.session, candidate, [first.id, third.id], actor=BY, now=cast.now)
    cast.session.commit()
    (alone,) = parcels(cast.session, second)
    assert alone.id != joint.id
    assert not alone.held_for_bundling
    assert refreshed(cast, shop) == []


def test_declined_orders_go_alone_and_are_not_proposed_again(cast: Cast, shop: Shop) -> None:
    order = waiting(cast, shop, "A-1")
    waiting(cast, shop, "A-2")
    (candidate,) = refreshed(cast, shop)
    bundling.decline(cast.session, candidate, actor=BY, now=cast.now)
    bundling.decline(cast.session, candidate, actor=BY, now=cast.now)
    assert refreshed(cast, shop) == []
    orders.begin_picking(cast.session, order, actor=BY, now=cast.now)
    assert order.status == OrderStatus.PICKING


def leave_by_canceling(cast: Cast, order: Order) -> None:
    orders.cancel(cast.session, order, allow_code_again=False, actor=BY, now=cast.now)


def leave_by_hold(cast: Cast, order: Order) -> None:
    orders.hold(cast.session, order, actor=BY, now=cast.now)


def leave_by_moving(cast: Cast, order: Order) -> None:
    order.address = "大阪市北区梅田9-9-9"


def leave_by_shipping(cast: Cast, order: Order) -> None:
    said = Said(status=ShipmentStatus.SHIPPED, tracking_number="123456789010")
    shipments.put_parcel(cast.session, [order], said, actor=BY, now=cast.now)


@pytest.mark.parametrize("leave", [leave_by_canceling, leave_by_hold, leave_by_moving, leave_by_shipping])
def test_an_order_that_is_no_longer_to_go_there_leaves_the_proposal(cast: Cast, shop: Shop, leave: object) -> None:
    first, second = waiting(cast, shop, "A-1"), waiting(cast, shop, "A-2")
    (candidate,) = refreshed(cast, shop)
    leave(cast, first)  # type: ignore[operator]
    cast.session.commit()
    if leave is leave_by_moving:
        # The order still waits, so only a new look at all orders shows that it left the group.
        refreshed(cast, shop)
    with pytest.raises(bundling.StaleProposalError):
        bundling.bundle(cast.session, candidate, [first.id, second.id], actor=BY, now=cast.now)
    cast.session.rollback()
    assert refreshed(cast, shop) == []
    assert candidate.state == "dissolved"
    assert not any(parcel.held_for_bundling for order in (first, second) for parcel in parcels(cast.session, order))


def test_history_of_both_orders_tells_who_decided(cast: Cast, shop: Shop) -> None:
    members = [waiting(cast, shop, "A-1"), waiting(cast, shop, "A-2")]
    (candidate,) = refreshed(cast, shop)
    bundling.bundle(cast.session, candidate, [order.id for order in members], actor=BY, now=cast.now)
    told = cast.session.execute(select(AuditEntry.subject_id, AuditEntry.actor).filter_by(action="bundle.bundled"))
    assert set(told.all()) == {(order.id, BY) for order in members}


def test_both_buttons_pressed_at_once_leave_one_decision(app: Flask, cast: Cast, shop: Shop) -> None:
    members = [waiting(cast, shop, "A-1").id, waiting(cast, shop, "A-2").id]
    (candidate,) = refreshed(cast, shop)
    both = threading.Barrier(2)
    outcomes: list[str] = []

    def press(button: str) -> None:
        with app.app_context(), Session(db.engine) as session:
            both.wait()
            own = session.get_one(BundleCandidate, candidate.id)
            try:
                if button == "bundle":
                    bundling.bundle(session, own, members, actor=BY, now=cast.now + timedelta(seconds=1))
                else:
                    bundling.decline(session, own, actor=BY, now=cast.now + timedelta(seconds=1))
                session.commit()
                outcomes.append(button)
            except bundling.StaleProposalError:
                outcomes.append("too late")

    threads = [threading.Thread(target=press, args=(button,)) for button in ("bundle", "decline")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) in (["bundle", "too late"], ["decline", "too late"])


def test_no_order_can_be_canceled_while_it_goes_into_the_shared_parcel(
    cast: Cast, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = cast.session.get_bind()
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no locks of rows: the transaction's write lock keeps everybody out")
    members = [waiting(cast, shop, "A-1").id, waiting(cast, shop, "A-2").id]
    (candidate,) = refreshed(cast, shop)
    free: list[object] = []
    members_of = bundling.members_of

    def looked_at(session: Session, of: BundleCandidate) -> list[Order]:
        with Session(engine) as somebody:
            free.extend(somebody.scalars(select(Order.id).with_for_update(skip_locked=True)))
        return members_of(session, of)

    monkeypatch.setattr(bundling, "members_of", looked_at)
    bundling.bundle(cast.session, candidate, members, actor=BY, now=cast.now)
    assert free == []
