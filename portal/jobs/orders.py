"""Jobs for orders: announce new ones, propose bundles, fill in missing tax rates."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal import clock
from portal.jobs.context import TOLD_A_RUN, begin, nudge_each, reading
from portal.jobs.queue import job, nudge
from portal.models import BundleCandidate, Shop
from portal.notifications.outbox import Mailroom
from portal.payments import notices
from portal.shipments import bundling
from portal.shops import filling


class Tell(Protocol):
    def __call__(self, session: Session, mailroom: Mailroom, shop: Shop, *, now: datetime, limit: int) -> int: ...


GROUPS_A_COMMIT = 50
"""Groups of orders per commit, so few that others wait for the database some tenths of a second at most."""


@job
def tell_received() -> None:
    """Announce new orders of the shops that want it."""
    _tell(Shop.tells_orders_since, notices.tell_received)


@job
def tell_canceled() -> None:
    """Tell of canceled orders of the shops that want it."""
    _tell(Shop.tells_cancellations_since, notices.tell_canceled)


def _tell(since: InstrumentedAttribute[datetime | None], tell: Tell) -> None:
    """Write the mails of the shops that have turned them on, each shop's in a transaction of its own."""
    with begin() as session:
        shop_ids = session.scalars(select(Shop.id).where(since.is_not(None))).all()
    told = 0
    for shop_id in shop_ids:
        with begin() as session, session.begin():
            shop = session.get_one(Shop, shop_id)
            told += tell(session, current_app.extensions["mailroom"], shop, now=clock.now(), limit=TOLD_A_RUN)
    if told:
        nudge("send_mails")


@job
def refresh_bundles() -> None:
    """Propose orders for one parcel, and drop proposals that no longer hold. Nudged after orders came in."""
    with reading() as session:
        proposing = select(BundleCandidate.shop_id).where(BundleCandidate.state == "open")
        shops = session.scalars(select(Shop).where(or_(Shop.bundling, Shop.id.in_(proposing)))).all()
        differing = {shop.id: bundling.differing(session, shop) for shop in shops}
    for shop_id, groups in differing.items():
        for start in range(0, len(groups), GROUPS_A_COMMIT):
            order_ids = frozenset[UUID]().union(*groups[start : start + GROUPS_A_COMMIT])
            with begin() as session, session.begin():
                shop = session.get_one(Shop, shop_id)
                bundling.refresh(session, shop, order_ids, actor="job:refresh_bundles", now=clock.now())


@job
def fill_rates(shop_id: str) -> None:
    """Fill in the tax rates that a shop's orders wait for. Nudged after the shop has said more about rates."""
    filling.fill_all(begin, UUID(shop_id), actor="job:fill_rates", clock=clock.now)


@job
def fill_rates_left_out() -> None:
    nudge_each("fill_rates", lambda session, _now: filling.left_out(session))
