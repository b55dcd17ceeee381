"""Buyers' sessions, which the cookie names, and the orders proved in them."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, not_, or_, select, update
from sqlalchemy.orm import Session, aliased

from portal import audit
from portal.access import staff_visits
from portal.access.opening import STANDING, opens
from portal.access.rules import gifts, second_step
from portal.access.rules.digests import token_digest
from portal.access.rules.second_step import Action
from portal.access.rules.visits import Visit
from portal.models import BuyerSession, Order, SessionOrder, Shop
from portal.models.base import new_id
from portal.models.upsert import insert_if_absent

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
NOTE_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
HANDED_OVER_IN = timedelta(minutes=1)
"""Time that the session before the second step stays open, without its new rights, for requests on their way."""


@dataclass(frozen=True)
class Entry:
    """Session behind a cookie's token, and what it may do with one order."""

    visit: Visit
    is_live: bool
    has_timed_out: bool
    """True if the session is not live only because it timed out."""
    seen_at: datetime
    order_id: UUID | None
    """Order that was asked for, proved or not."""
    proves_order: bool
    by_link: bool
    """True if the order was opened by its own link."""
    parcel_only: bool
    """True if the order shows its parcel only until the second step; see `rules.gifts`."""
    is_open: bool
    """True if the order is proved and its page is still open."""
    order: Order | None
    """Order, if it is proved and `look_up` was asked to load it."""


def is_live(created_at: datetime, seen_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    return (ended_at is None or now < ended_at) and now - seen_at < IDLE and now - created_at < LONGEST


def start(session: Session, order: Order, *, token: str | None, now: datetime, by_link: bool = False) -> str:
    """Sign in the buyer who has proved this order, and return a new token for the cookie.

    `by_link`: whether the order's own link was opened, not its code typed.

    A live session of the same browser goes on under the new token, with the orders proved before and the 12 hours of
    its first login. The old token is no longer valid.
    """
    fresh = secrets.token_urlsafe(TOKEN_BYTES)
    row = _live_row(session, order.shop_id, token, now)
    if row is None:
        row = BuyerSession(shop_id=order.shop_id, token_digest=token_digest(fresh), created_at=now, seen_at=now)
        session.add(row)
    else:
        row.token_digest = token_digest(fresh)
        row.seen_at = now
    session.flush()
    proof = {"shop_id": order.shop_id, "session_id": row.id, "order_id": order.id, "proved_at": now}
    opened = {"by_link": by_link, "parcel_only": gifts.opens_parcel_only(order, by_link=by_link)}
    is_new = insert_if_absent(session, SessionOrder, proof | opened, ("session_id", "order_id"))
    if by_link and not is_new:
        typed_before = update(SessionOrder).filter_by(session_id=row.id, order_id=order.id, by_link=False)
        session.execute(typed_before.values(opened))
    visit = Visit(session_id=row.id, shop_id=row.shop_id, proved_email_key=row.proved_email_key)
    audit.record_about(session, order, "login.succeeded", actor=visit.actor, now=now)
    return fresh


def go_on_proved(session: Session, row: BuyerSession, *, token: str, email_key: str, now: datetime) -> None:
    """Open a session under `token` after the second step; it takes over the orders and 12 hours of the locked `row`."""
    proved = BuyerSession(
        id=new_id(),
        shop_id=row.shop_id,
        token_digest=token_digest(token),
        created_at=row.created_at,
        seen_at=now,
        proved_email_key=email_key,
    )
    session.add(proved)
    session.flush()
    taken_over = session.scalars(select(SessionOrder).filter_by(session_id=row.id)).all()
    session.add_all(
        SessionOrder(
            shop_id=each.shop_id,
            session_id=proved.id,
            order_id=each.order_id,
            proved_at=each.proved_at,
            by_link=each.by_link,
            parcel_only=each.parcel_only,
        )
        for each in taken_over
    )
    row.ended_at = now + HANDED_OVER_IN
    audit.record_about(session, proved, "session.renewed", actor=f"buyer:{row.id}", now=now)


def look_up(
    session: Session, shop: Shop, token: str, *, now: datetime, order_id: UUID | None = None, load: bool = False
) -> Entry | None:
    """Return the session of a token and what it may do with an order, in one query, or None if there is none."""
    widened = not second_step.is_asked(shop, Action.OTHER_ORDERS)
    # Columns alone are read faster without the ORM.
    asked = session if load else session.connection()
    keys = {"token_digest": token_digest(token), "of_shop": shop.id, "wanted_order": order_id}
    row = asked.execute(_LOOK_UPS[load, widened], keys).one_or_none()
    if row is None:
        return None
    live = is_live(row.created_at, row.seen_at, row.ended_at, now)
    if live and row.opened_by is not None:
        live = staff_visits.may_go_on(session, shop.id, row.opened_by, row.created_at, now)
    visit = Visit(row.id, shop.id, proved_email_key=row.proved_email_key, opened_by=row.opened_by)
    return Entry(
        visit=visit,
        is_live=live,
        has_timed_out=row.ended_at is None and not live,
        seen_at=row.seen_at,
        order_id=order_id,
        proves_order=row.proved_id is not None,
        by_link=bool(row.by_link),
        parcel_only=bool(row.parcel_only),
        is_open=row.proved_id is not None and opens(shop, row, now),
        order=row.Order if load else None,
    )


def note_seen(session: Session, session_id: UUID, now: datetime) -> None:
    """Restart the 30 minutes after a request of the buyer. Call it if `is_due`, so that it is once a minute at most."""
    session.execute(
        update(BuyerSession).where(BuyerSession.id == session_id, BuyerSession.seen_at < now).values(seen_at=now)
    )


def is_due(seen_at: datetime, now: datetime) -> bool:
    return now - seen_at >= NOTE_EVERY


def end(session: Session, visit: Visit, now: datetime) -> None:
    """End the session, when the buyer signs out, and the one that it took over from at the second step."""
    began = select(BuyerSession.created_at).where(BuyerSession.id == visit.session_id).scalar_subquery()
    proved = select(SessionOrder.order_id).where(SessionOrder.session_id == visit.session_id)
    beside = select(SessionOrder.session_id).where(SessionOrder.order_id.in_(proved))
    handed_over = and_(BuyerSession.id.in_(beside), BuyerSession.created_at == began, BuyerSession.ended_at > now)
    its_own = and_(BuyerSession.id == visit.session_id, _has_not_ended(now))
    session.execute(update(BuyerSession).where(or_(its_own, handed_over)).values(ended_at=now))


def end_all(session: Session, shop: Shop, *, actor: str, now: datetime, order: Order | None = None) -> int:
    """End all sessions that reach an order, or all of the shop, for staff; return how many."""
    query = update(BuyerSession).where(BuyerSession.shop_id == shop.id, _has_not_ended(now))
    if order is not None:
        query = query.where(reaches(order))
    ended = len(session.execute(query.values(ended_at=now).returning(BuyerSession.id)).all())
    audit.record(
        session,
        shop_id=shop.id,
        actor=actor,
        action="sessions.ended",
        subject=("order", order.id) if order else ("shop", shop.id),
        now=now,
    )
    return ended


def reaches(order: Order) -> ColumnElement[bool]:
    """Return the condition of sessions in which this order was proved, by name or phone or by its e-mail address."""
    proved = select(SessionOrder.session_id).where(SessionOrder.order_id == order.id)
    by_email = and_(BuyerSession.proved_email_key != "", BuyerSession.proved_email_key == order.email_key)
    return or_(BuyerSession.id.in_(proved), by_email)


def _live_row(session: Session, shop_id: UUID, token: str | None, now: datetime) -> BuyerSession | None:
    if not token:
        return None
    row = session.scalar(
        select(BuyerSession).filter_by(shop_id=shop_id, token_digest=token_digest(token)).with_for_update()
    )
    # A session that is being handed over is not reused, and staff who look on do not become a buyer.
    is_open = row is not None and row.ended_at is None and row.opened_by is None
    return row if row and is_open and is_live(row.created_at, row.seen_at, None, now) else None


def _has_not_ended(now: datetime) -> ColumnElement[bool]:
    return or_(BuyerSession.ended_at.is_(None), BuyerSession.ended_at > now)


def _look_up(*, load: bool, widened: bool) -> Select[*tuple[Any, ...]]:
    """Return the query of a session and, if it proves the wanted order, of that order's columns.

    An order is proved by a typed name or phone, by the e-mailed code, or, if `widened` (the shop asks no code for other
    orders), by having the same e-mail address as an order with a typed name. Of a proof that opens the parcel only,
    nothing else follows.
    """
    whole = [and_(BuyerSession.proved_email_key != "", Order.email_key == BuyerSession.proved_email_key)]
    if widened:
        typed, typed_order = aliased(SessionOrder), aliased(Order)
        same_buyer = (
            select(typed.id)
            .join(typed_order, typed_order.id == typed.order_id)
            .where(
                typed.session_id == BuyerSession.id,
                typed.parcel_only.is_(False),
                typed_order.email_key == Order.email_key,
            )
            .correlate(BuyerSession, Order)
            .exists()
        )
        whole.append(and_(Order.email_key != "", same_buyer))
    wanted = bindparam("wanted_order", type_=Order.id.type)
    statement: Select[*tuple[Any, ...]] = (
        select(
            BuyerSession.id,
            BuyerSession.created_at,
            BuyerSession.seen_at,
            BuyerSession.ended_at,
            BuyerSession.proved_email_key,
            BuyerSession.opened_by,
            Order.id.label("proved_id"),
            SessionOrder.by_link,
            and_(SessionOrder.parcel_only, not_(or_(*whole))).label("parcel_only"),
            *STANDING,
            *([Order] if load else []),
        )
        .outerjoin(SessionOrder, and_(SessionOrder.session_id == BuyerSession.id, SessionOrder.order_id == wanted))
        .outerjoin(
            Order,
            and_(
                Order.id == wanted,
                Order.shop_id == BuyerSession.shop_id,
                or_(Order.id == SessionOrder.order_id, *whole),
            ),
        )
        .where(
            BuyerSession.token_digest == bindparam("token_digest"),
            BuyerSession.shop_id == bindparam("of_shop", type_=BuyerSession.shop_id.type),
        )
    )
    return statement


_LOOK_UPS = {
    (load, widened): _look_up(load=load, widened=widened) for load in (False, True) for widened in (False, True)
}
