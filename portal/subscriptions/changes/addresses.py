"""A buyer's address list. Editing an entry moves every subscription that goes there."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import ListedAddress, Subscription
from portal.subscriptions.changes import checks, destinations, next_dates
from portal.subscriptions.record import history
from portal.subscriptions.record.facts import Frame, timing_of
from portal.subscriptions.record.refusals import Refusal, RefusedError, StaleError
from portal.values.records import read_off
from portal.values.states import SubscriptionState


@dataclass(frozen=True)
class Entry:
    """Columns of ListedAddress that people fill in."""

    recipient_name: str
    address: str
    label: str = ""
    recipient_kana: str = ""
    phone: str = ""
    postcode: str = ""
    prefecture: str = ""


def of_buyer(session: Session, shop_id: UUID, email_key: str) -> list[ListedAddress]:
    """Return the entries of the buyer's list that are not deleted, oldest first."""
    mine = select(ListedAddress).filter_by(shop_id=shop_id, email_key=email_key)
    return list(session.scalars(mine.where(ListedAddress.deleted_at.is_(None)).order_by(ListedAddress.id)))


def led_to(session: Session, subscriptions: Iterable[Subscription]) -> list[ListedAddress]:
    """Return the entries that these subscriptions refer to, in one query."""
    ids = {one.listed_address_id for one in subscriptions} - {None}
    return list(session.scalars(select(ListedAddress).where(ListedAddress.id.in_(ids)))) if ids else []


def entry_of(listed: ListedAddress) -> Entry:
    return read_off(Entry, listed)


def going_to(session: Session, listed: ListedAddress) -> list[Subscription]:
    """Return the subscriptions that an edit of the entry moves, by number; finished ones too."""
    there = select(Subscription).filter_by(shop_id=listed.shop_id, delivery_to="listed", listed_address_id=listed.id)
    return list(session.scalars(there.where(Subscription.deleted_at.is_(None)).order_by(Subscription.number)))


def add(
    session: Session,
    shop_id: UUID,
    email_key: str,
    entry: Entry,
    *,
    once_id: UUID | None = None,
    actor: str,
    now: datetime,
) -> ListedAddress:
    """Add an entry to the buyer's list and return it. Raise RefusedError if it is incomplete or a text is too long.

    `once_id`: id made with the form, which the entry gets; if the form is sent again, that entry is returned.
    """
    existing = session.get(ListedAddress, once_id) if once_id else None
    if existing is not None:
        return existing
    _check(entry)
    listed = ListedAddress(shop_id=shop_id, email_key=email_key, created_at=now, **_columns(entry))
    if once_id is not None:
        listed.id = once_id
    session.add(listed)
    session.flush()
    audit.record_about(
        session,
        listed,
        "listed_address.added",
        {name: (None, value) for name, value in _columns(entry).items()},
        actor=actor,
        now=now,
    )
    return listed


def change(
    session: Session,
    listed: ListedAddress,
    entry: Entry,
    *,
    frame: Frame,
    seen_version: int | None = None,
    actor: str,
    now: datetime,
) -> list[Subscription]:
    """Change the entry and return the subscriptions that moved with it.

    Their ship and creation dates follow the days in transit, their shipping fees the shop's table; the promised
    delivery dates stay. Raise RefusedError if one of them waits for its order today (`field` is its number).
    """
    _take(session, listed)
    before = _columns(entry_of(listed))
    if before == _columns(entry):
        return []
    _compare(listed, seen_version)
    _check(entry)
    moved = going_to(session, listed)
    for subscription in moved:
        history.lock(session, subscription)
        _refuse_locked(subscription, now)
    fees_then = [destinations.shipping_fee(session, subscription, entry.prefecture, frame) for subscription in moved]
    timings = [timing_of(session, subscription, frame) for subscription in moved]
    for name, value in _columns(entry).items():
        setattr(listed, name, value)
    changes: dict[str, audit.Change] = {name: (before[name], value) for name, value in _columns(entry).items()}
    audit.record_about(session, listed, "listed_address.changed", changes, actor=actor, now=now)
    for subscription, timing_before, fee in zip(moved, timings, fees_then, strict=True):
        columns = history.snapshot(subscription)
        if subscription.state != SubscriptionState.FINISHED:
            subscription.shipping_fee = fee
        timing = timing_of(session, subscription, frame)
        if timing != timing_before and subscription.state != SubscriptionState.FINISHED:
            next_dates.restart(subscription, timing, subscription.anchor_on, subscription.next_delivery_on)
        history.record(session, subscription, "address_moved", columns, actor=actor, now=now, more=changes)
    return moved


def delete(
    session: Session, listed: ListedAddress, *, seen_version: int | None = None, actor: str, now: datetime
) -> None:
    """Delete the entry. Raise RefusedError if a subscription that is not finished goes there."""
    _take(session, listed)
    if listed.deleted_at is not None:
        return
    _compare(listed, seen_version)
    if any(subscription.state != SubscriptionState.FINISHED for subscription in going_to(session, listed)):
        raise RefusedError(Refusal.ADDRESS_IN_USE)
    listed.deleted_at = now
    audit.record_about(session, listed, "listed_address.deleted", {"deleted_at": (None, now)}, actor=actor, now=now)


def _take(session: Session, listed: ListedAddress) -> None:
    session.flush()
    session.refresh(listed, with_for_update={"key_share": True})


def _compare(listed: ListedAddress, seen_version: int | None) -> None:
    if seen_version is not None and listed.version != seen_version:
        raise StaleError(listed)
    if listed.deleted_at is not None:
        raise RefusedError(Refusal.ADDRESS)


def _refuse_locked(subscription: Subscription, now: datetime) -> None:
    try:
        history.refuse_locked(subscription, now)
    except RefusedError as error:
        raise RefusedError(error.code, subscription.number) from error


def _columns(entry: Entry) -> dict[str, str]:
    return asdict(entry)


def _check(entry: Entry) -> None:
    for name in ("recipient_name", "address"):
        if not getattr(entry, name).strip():
            raise RefusedError(Refusal.REQUIRED, name)
    for name, value in _columns(entry).items():
        checks.length(ListedAddress, name, value)
