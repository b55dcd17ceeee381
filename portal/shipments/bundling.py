"""同梱: proposals of orders that could share a parcel, and what staff decide. The caller of a verb commits.

While a proposal is open its parcels are held: none of them can be picked. An order leaves the proposal if its parcel
has left anyway (the carrier's own result says so), or if it was canceled, put on hold or changed.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from portal import audit
from portal.models import BundleCandidate, BundleOrder, Order, Shipment, Shop
from portal.models.base import new_id
from portal.orders.turns import lock_shop
from portal.shipments import bundle_ground, verbs
from portal.shipments.rules.bundle_groups import groups
from portal.values.states import OrderStatus, ShipmentStatus


class StaleProposalError(Exception):
    """The proposal is no longer what the person saw; nothing was done."""


def differing(session: Session, shop: Shop) -> list[frozenset[UUID]]:
    """Return groups of orders whose open proposal differs from what it should be by now.

    Take no lock and write nothing: a shop may have tens of thousands of orders that wait.
    """
    wanted = (
        groups(bundle_ground.waiting(session, shop.id), bundle_ground.decided(session, shop.id))
        if shop.bundling
        else {}
    )
    proposed = bundle_ground.proposed(session, shop.id)
    nobody: frozenset[UUID] = frozenset()
    keys = wanted.keys() | proposed.keys()
    return [wanted.get(key, nobody) | proposed.get(key, nobody) for key in keys if wanted.get(key) != proposed.get(key)]


def refresh(session: Session, shop: Shop, order_ids: Collection[UUID], *, actor: str, now: datetime) -> None:
    """Bring the proposals of whole groups (of `differing`) up to date. Running it again changes nothing."""
    lock_shop(session, shop.id)
    waiting = bundle_ground.waiting(session, shop.id, order_ids) if shop.bundling else []
    wanted = groups(waiting, bundle_ground.decided(session, shop.id))
    with_them = select(BundleOrder.candidate_id).where(BundleOrder.order_id.in_(order_ids))
    concerned = or_(BundleCandidate.id.in_(with_them), BundleCandidate.match_key.in_(wanted))
    opened = select(BundleCandidate).filter_by(shop_id=shop.id, state="open").where(concerned)
    proposed = {candidate.match_key: candidate for candidate in session.scalars(opened)}
    for key, candidate in proposed.items():
        if key not in wanted:
            _let_go(session, candidate, "dissolved", actor=actor, now=now)
    for key, members in wanted.items():
        candidate = proposed.get(key) or _propose(session, shop.id, key, now)
        _put_members(session, candidate, members, actor=actor, now=now)
    session.flush()


def bundle(
    session: Session, candidate: BundleCandidate, order_ids: Collection[UUID], *, actor: str, now: datetime
) -> Shipment:
    """Put these orders of the proposal into one parcel; the others may go alone.

    A repeated call returns the same parcel.
    Raise StaleProposalError if it was decided otherwise or dissolved, or one of these orders no longer waits in it.
    Raise ValueError for fewer than two orders.
    """
    if len(set(order_ids)) < 2:
        raise ValueError("a parcel is shared by two orders at least")
    _lock(session, candidate)
    if candidate.state == "bundled" and candidate.shipment_id:
        return session.get_one(Shipment, candidate.shipment_id)
    # From here on nobody can cancel one of them or put it on hold.
    of_it = select(BundleOrder.order_id).where(BundleOrder.candidate_id == candidate.id)
    session.execute(select(Order.id).where(Order.id.in_(of_it)).order_by(Order.id).with_for_update())
    members = members_of(session, candidate)
    chosen = [order for order in members if order.id in order_ids]
    if candidate.state != "open" or len(chosen) != len(set(order_ids)) or not all(map(_is_waiting, chosen)):
        raise StaleProposalError
    _release(members)
    shipment = verbs.share_parcel(session, chosen, actor=actor, now=now)
    candidate.shipment_id = shipment.id
    _close(session, candidate, "bundled", actor=actor, now=now)
    return shipment


def decline(session: Session, candidate: BundleCandidate, *, actor: str, now: datetime) -> None:
    """Record 同梱しない: each order goes alone, and the same orders are not proposed again.

    Raise StaleProposalError if it was decided otherwise or dissolved.
    """
    _lock(session, candidate)
    if candidate.state == "declined":
        return
    if candidate.state != "open":
        raise StaleProposalError
    _let_go(session, candidate, "declined", actor=actor, now=now)


def members_of(session: Session, candidate: BundleCandidate) -> list[Order]:
    """Return the orders of the proposal, oldest first, with lines and parcels."""
    return list(
        session.scalars(
            select(Order)
            .join(BundleOrder, BundleOrder.order_id == Order.id)
            .where(BundleOrder.candidate_id == candidate.id)
            .options(selectinload(Order.lines), selectinload(Order.shipments).selectinload(Shipment.orders))
            .order_by(Order.ordered_at, Order.id)
            .execution_options(populate_existing=True)
        )
    )


def _is_waiting(order: Order) -> bool:
    """Return whether the order awaits shipment in at most one parcel, and nothing of it is in work."""
    parcels = _live(order)
    return (
        order.status == OrderStatus.AWAITING_SHIPMENT
        and len(parcels) <= 1
        and all(parcel.status == ShipmentStatus.WAITING and not parcel.tracking_number for parcel in parcels)
    )


def _live(order: Order) -> list[Shipment]:
    return [parcel for parcel in order.shipments if parcel.status != ShipmentStatus.CANCELED]


def _propose(session: Session, shop_id: UUID, key: str, now: datetime) -> BundleCandidate:
    candidate = BundleCandidate(id=new_id(), shop_id=shop_id, match_key=key, state="open", created_at=now)
    session.add(candidate)
    session.flush()
    return candidate


def _put_members(
    session: Session,
    candidate: BundleCandidate,
    order_ids: Collection[UUID],
    *,
    actor: str,
    now: datetime,
) -> None:
    rows = {row.order_id: row for row in session.scalars(select(BundleOrder).filter_by(candidate_id=candidate.id))}
    gone = [row for order_id, row in rows.items() if order_id not in order_ids]
    _release(session.get_one(Order, row.order_id) for row in gone)
    for row in gone:
        session.delete(row)
    new = [session.get_one(Order, order_id) for order_id in order_ids if order_id not in rows]
    for order in new:
        if not _live(order):
            verbs.expect_parcel(session, order, actor=actor, now=now)
        for parcel in _live(order):
            parcel.held_for_bundling = True
        session.add(BundleOrder(shop_id=candidate.shop_id, candidate_id=candidate.id, order_id=order.id))
    if new:
        _record(session, "bundle.proposed", new, actor=actor, now=now)


def _let_go(session: Session, candidate: BundleCandidate, state: str, *, actor: str, now: datetime) -> None:
    _release(members_of(session, candidate))
    _close(session, candidate, state, actor=actor, now=now)


def _release(orders: Iterable[Order]) -> None:
    for order in orders:
        for parcel in order.shipments:
            parcel.held_for_bundling = False


def _close(session: Session, candidate: BundleCandidate, state: str, *, actor: str, now: datetime) -> None:
    candidate.state, candidate.decided_at, candidate.decided_by = state, now, actor
    _record(session, f"bundle.{state}", members_of(session, candidate), actor=actor, now=now)


def _lock(session: Session, candidate: BundleCandidate) -> None:
    """Lock in the order that imports use: first the shop, then its rows."""
    lock_shop(session, candidate.shop_id)
    session.refresh(candidate, with_for_update=True)


def _record(session: Session, action: str, orders: Sequence[Order], *, actor: str, now: datetime) -> None:
    """Record the action for each order, so that its history shows it."""
    codes = "、".join(order.code for order in orders)
    for order in orders:
        audit.record_about(session, order, action, {"orders": (None, codes)}, actor=actor, now=now)
